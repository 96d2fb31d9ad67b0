import type { CDPSession } from 'playwright';

/** µs; `tts` and `tdur` are the thread's own CPU time, which nobody else on the machine can lengthen. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  tts?: number;
  dur?: number;
  tdur?: number;
}

/** From what a person or the server did to the picture that shows it, ms. */
export interface Painted {
  text: string;
  /** ms since 1970. */
  heardAt: number;
  paintedAt: number;
  /** What the page's main thread worked for it, and for whatever else it did meanwhile. */
  cpuMs: number;
}

/** A task of the main thread, ms. */
export interface Task {
  /** From its beginning to its end, also while the machine did something else. */
  wallMs: number;
  cpuMs: number;
  /** What it was made of, by CPU time: `script 31, layout 12, paint 6`. */
  parts: string;
}

export interface Recording {
  painted: Painted[];
  tasks: Task[];
}

const categories = ['blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
/** The browser's names for what a task is made of; all that is not said here is the browser's own. */
const kinds: Record<string, string> = {
  FunctionCall: 'script',
  EvaluateScript: 'script',
  'v8.evaluateModule': 'script',
  'v8.compileModule': 'compile',
  'v8.compile': 'compile',
  MinorGC: 'garbage',
  MajorGC: 'garbage',
  UpdateLayoutTree: 'style',
  ParseAuthorStyleSheet: 'style',
  Layout: 'layout',
  PrePaint: 'paint',
  Paint: 'paint',
  Layerize: 'paint',
  Commit: 'commit',
  HitTest: 'pointer',
};

/**
 * Records the main thread of a page with the instruments while something happens. "Painted" is the moment at which the
 * frame with the text was handed to the compositor: a task behind it would wait for other frames on a busy machine.
 */
export async function record(client: CDPSession, work: () => Promise<unknown>): Promise<Recording> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: object[] }): void => void events.push(...(value as TraceEvent[]));
  client.on('Tracing.dataCollected', collect);
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories, excludedCategories: ['*'] },
  });
  await work();
  const complete = new Promise((done) => client.once('Tracing.tracingComplete', done));
  await client.send('Tracing.end');
  await complete;
  client.off('Tracing.dataCollected', collect);
  return read(events);
}

function read(events: readonly TraceEvent[]): Recording {
  const marked = events.find(({ name }) => name.startsWith('bench '));
  if (!marked) return { painted: [], tasks: [] };
  const ours = events
    .filter(({ pid, tid }) => pid === marked.pid && tid === marked.tid)
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const heard = new Map<string, { at: number; tts: number }>();
  const waiting: { text: string; at: number; ts: number }[] = [];
  const painted: Painted[] = [];
  for (const { name, ph, ts, tts = 0, dur = 0, tdur = 0 } of ours) {
    const [, what, text = '', at] = /^bench (\w+) (\S+) (\S+)$/.exec(name) ?? [];
    if (what === 'heard') heard.set(text, { at: Number(at), tts });
    else if (what === 'there') waiting.push({ text, at: Number(at), ts });
    else if (name === 'Commit' && ph === 'X') {
      for (const one of waiting.splice(0)) {
        const begun = heard.get(one.text);
        painted.push({
          text: one.text,
          heardAt: begun?.at ?? NaN,
          paintedAt: one.at + (ts + dur - one.ts) / 1_000,
          cpuMs: begun ? (tts + tdur - begun.tts) / 1_000 : NaN,
        });
      }
    }
  }
  return { painted, tasks: tasksOf(ours.filter(({ ph }) => ph === 'X')) };
}

/** Every event inside another one takes its time from it; what is left is that one's own. `events`: by when they began. */
function tasksOf(events: readonly TraceEvent[]): Task[] {
  const tasks: { whole: TraceEvent; own: Map<string, number> }[] = [];
  const around: { end: number; kind: string }[] = [];
  for (const event of events) {
    const { name, ts, dur = 0, tdur = 0 } = event;
    if (name === 'RunTask') {
      tasks.push({ whole: event, own: new Map() });
      around.length = 0;
    }
    const task = tasks.at(-1);
    if (!task || ts + dur > task.whole.ts + (task.whole.dur ?? 0)) continue;
    while (around.length && around.at(-1)!.end <= ts) around.pop();
    const outer = around.at(-1)?.kind;
    const kind = kinds[name] ?? outer ?? 'browser';
    if (outer) task.own.set(outer, (task.own.get(outer) ?? 0) - tdur);
    task.own.set(kind, (task.own.get(kind) ?? 0) + tdur);
    around.push({ end: ts + dur, kind });
  }
  return tasks.map(({ whole: { dur = 0, tdur = 0 }, own }) => ({
    wallMs: dur / 1_000,
    cpuMs: tdur / 1_000,
    parts: Array.from(own)
      .filter(([, cpu]) => cpu >= 1_000)
      .toSorted(([, a], [, b]) => b - a)
      .map(([kind, cpu]) => `${kind} ${Math.round(cpu / 1_000)}`)
      .join(', '),
  }));
}
