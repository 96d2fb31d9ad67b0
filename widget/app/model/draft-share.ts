import { batch, effect } from '@preact/signals';
import { record } from '../link/decode.ts';
import type { Tabs } from '../link/tabs.ts';
import { isEmpty, type Keep, type KeptDraft } from './keep.ts';
import type { Beside, Talk } from './talk.ts';
import type { Work } from './work.ts';

/** A draft is written this long, ms, after it began to change, and then again so often while it does. */
const writeEvery = 400;

interface State {
  texts: ReadonlyMap<number, string>;
  besides: ReadonlyMap<number, Beside>;
  notes: ReadonlyMap<number, string>;
  captions: ReadonlyMap<number, string>;
}

/**
 * What is half written is the same in all tabs of an Agent and survives them: text, what is being answered, people
 * picked, the caption of files, and the note beside. It looks at the signals, so whoever changes a draft need not know. The later change wins.
 */
export class DraftShare implements Disposable {
  #talk: Talk;
  #work: Work;
  #tabs: Tabs;
  #keep: Keep;
  #now: () => number;
  #seen: State;
  #changedAt = new Map<number, number>();
  /** Told or read, not written here. */
  #isTaking = false;
  #unwritten = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: () => void;

  constructor(talk: Talk, work: Work, options: { tabs: Tabs; keep: Keep; now: () => number }) {
    this.#talk = talk;
    this.#work = work;
    this.#tabs = options.tabs;
    this.#keep = options.keep;
    this.#now = options.now;
    this.#seen = this.#state();
    this.#stop = effect(() => this.#look(this.#state()));
    this.#tabs.hear('draft', (told) => isDraft(told) && this.#take(told));
    this.#tabs.hear('drafts?', () => {
      if (this.#tabs.isLeader) for (const chatId of this.#changedAt.keys()) this.#tell(chatId);
    });
  }

  /** What was kept, and what the others have. */
  async read(): Promise<void> {
    this.#tabs.tell('drafts?');
    for (const draft of (await this.#keep.read()).drafts) this.#take(draft);
  }

  /** Writes what is not written yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const chatId of this.#unwritten) this.#keep.putDraft(this.#draft(chatId));
    this.#unwritten.clear();
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#stop();
  }

  #state(): State {
    return {
      texts: this.#talk.drafts.value,
      besides: this.#talk.beside.value,
      notes: this.#work.noteDrafts.value,
      captions: this.#talk.captions.value,
    };
  }

  #look(state: State): void {
    const changed = new Set<number>();
    const seen = this.#seen;
    this.#seen = state;
    for (const name of ['texts', 'besides', 'notes', 'captions'] as const) {
      if (state[name] === seen[name]) continue;
      for (const chatId of new Set([...state[name].keys(), ...seen[name].keys()]))
        if (state[name].get(chatId) !== seen[name].get(chatId)) changed.add(chatId);
    }
    if (this.#isTaking) return;
    for (const chatId of changed) {
      this.#changedAt.set(chatId, laterThan(this.#changedAt.get(chatId), this.#now()));
      this.#unwritten.add(chatId);
      this.#tell(chatId);
    }
    // What was sent must not come back as a draft, whatever becomes of this page.
    if ([...changed].some((chatId) => isEmpty(this.#draft(chatId)))) this.flush();
    else if (changed.size) this.#timer ??= setTimeout(() => this.flush(), writeEvery);
  }

  #tell(chatId: number): void {
    this.#tabs.tell('draft', this.#draft(chatId));
  }

  #draft(chatId: number): KeptDraft {
    const { texts, besides, notes, captions } = this.#seen;
    const beside = besides.get(chatId);
    return {
      chatId,
      at: this.#changedAt.get(chatId) ?? this.#now(),
      // A Message being changed is not a draft; what it stands in the way of is.
      text: (beside?.what === 'edit' ? beside.draft : texts.get(chatId)) ?? '',
      note: notes.get(chatId) ?? '',
      reply: beside?.what === 'reply' ? beside.entry : null,
      picked: this.#talk.picked(chatId),
      caption: captions.get(chatId) ?? '',
    };
  }

  #take(draft: KeptDraft): void {
    const { chatId, at, text, note, reply, picked, caption = '' } = draft;
    if (at <= (this.#changedAt.get(chatId) ?? 0) || (isEmpty(draft) && !this.#changedAt.has(chatId))) return;
    this.#changedAt.set(chatId, at);
    this.#unwritten.delete(chatId);
    this.#isTaking = true;
    batch(() => {
      const beside = this.#talk.beside.peek().get(chatId);
      if (beside?.what === 'edit') {
        this.#talk.setBeside(chatId, { ...beside, draft: text });
      } else {
        if ((this.#talk.drafts.peek().get(chatId) ?? '') !== text) this.#talk.setDraft(chatId, text);
        if (beside?.entry.id !== reply?.id)
          this.#talk.setBeside(chatId, reply ? { what: 'reply', entry: reply } : null);
        picked.forEach((member) => this.#talk.pick(chatId, member));
      }
      if ((this.#talk.captions.peek().get(chatId) ?? '') !== caption) this.#talk.setCaption(chatId, caption);
      const notes = new Map(this.#work.noteDrafts.peek());
      if ((notes.get(chatId) ?? '') === note) return;
      if (note) notes.set(chatId, note);
      else notes.delete(chatId);
      this.#work.noteDrafts.value = notes;
    });
    this.#isTaking = false;
  }
}

/** A change is later than the one before it, also where the clock stands still or was put back. */
export function laterThan(before: number | undefined, now: number): number {
  return Math.max(now, (before ?? 0) + 1);
}

function isDraft(value: unknown): value is KeptDraft {
  const { chatId, at, text, note, picked } = record(value);
  return (
    typeof chatId === 'number' &&
    typeof at === 'number' &&
    typeof text === 'string' &&
    typeof note === 'string' &&
    Array.isArray(picked)
  );
}
