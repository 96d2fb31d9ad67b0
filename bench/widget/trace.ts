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

export interface Recording {
  painted: Painted[];
  /** CPU time of every task of the main thread, ms. */
  tasks: number[];
}

const categories = ['blink.user_timing', 'disabled-by-default-devtools.timeline'];

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
    .toSorted((a, b) => a.ts - b.ts);
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
  const tasks = ours.filter(({ name, ph }) => name === 'RunTask' && ph === 'X');
  return { painted, tasks: tasks.map(({ tdur = 0 }) => tdur / 1_000) };
}
