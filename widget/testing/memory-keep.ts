import { computed, signal } from '@preact/signals';
import {
  isEmpty,
  type Keep,
  type KeepTrouble,
  type KeptDraft,
  type KeptFiles,
  type KeptOutgoing,
} from '../app/model/keep.ts';

interface Cupboard {
  outgoing: Map<string, KeptOutgoing>;
  drafts: Map<number, KeptDraft>;
  files: Map<number, KeptFiles>;
}

/** A machine's storage without a browser: one cupboard for each account, for all tabs. */
export class Machine {
  readonly cupboards = new Map<string, Cupboard>();
  /** It does not answer yet: nothing is found. */
  readonly isSlow = signal(false);

  keepOf(account: string): Keep {
    const cupboard = this.cupboards.get(account) ?? {
      outgoing: new Map(),
      drafts: new Map(),
      files: new Map(),
    };
    this.cupboards.set(account, cupboard);
    const { outgoing, drafts, files } = cupboard;
    return {
      trouble: computed<KeepTrouble | null>(() => (this.isSlow.value ? 'off' : null)),
      read: async () => {
        const found = <Key, Kept>(kept: Map<Key, Kept>): Kept[] =>
          this.isSlow.peek() ? [] : Array.from(kept.values(), (one) => structuredClone(one));
        return { outgoing: found(outgoing), drafts: found(drafts), files: found(files) };
      },
      putOutgoing: (one) => void outgoing.set(one.clientId, structuredClone(one)),
      dropOutgoing: (clientId) => void outgoing.delete(clientId),
      putDraft: (draft) =>
        void (isEmpty(draft)
          ? drafts.delete(draft.chatId)
          : drafts.set(draft.chatId, structuredClone(draft))),
      putFiles: (one) =>
        void (one.files.length ? files.set(one.chatId, structuredClone(one)) : files.delete(one.chatId)),
      clear: async () => {
        outgoing.clear();
        drafts.clear();
        files.clear();
      },
      settled: async () => undefined,
    };
  }
}
