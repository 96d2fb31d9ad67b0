import type { SignalDataSet, SignalKeyStore } from 'baileys';

/** A Signal session as the library keeps it; only what is looked at. */
interface Kept {
  indexInfo: { used: number };
}
type Sessions = Record<string, Kept>;

/**
 * Of several sessions with one device the library tries each on a message, and where one fits it keeps what all the
 * tries have done: those that did not fit have taken a step that nobody else takes, and open nothing any more ("Bad
 * MAC"). Only the one that fits, which says when it was used, may have changed.
 */
export function mended(before: Sessions, after: Sessions): Sessions {
  const fits = Object.keys(after).some((key) => before[key] && usedOf(before[key]) !== usedOf(after[key]!));
  if (!fits) return after;
  return Object.fromEntries(
    Object.entries(after).map(([key, session]) => {
      const was = before[key];
      return [key, was && usedOf(was) === usedOf(session) ? was : session];
    }),
  );
}
const usedOf = ({ indexInfo }: Kept): number => indexInfo.used;

/** Mends what is written of sessions. */
export function mendSessions(keys: Pick<SignalKeyStore, 'get' | 'set'>): void {
  const { set } = keys;
  keys.set = async (data) => {
    const written = Object.entries(data.session ?? {});
    if (written.length === 0) return set(data);
    const known = await keys.get(
      'session',
      written.map(([id]) => id),
    );
    const session = Object.fromEntries(
      written.map(([id, record]) => {
        const [was, is] = [sessionsOf(known[id]), sessionsOf(record)];
        return [id, was && is ? { ...(record as object), _sessions: mended(was, is) } : record];
      }),
    );
    return set({ ...data, session: session as NonNullable<SignalDataSet['session']> });
  };
}
function sessionsOf(record: unknown): Sessions | undefined {
  return (record as { _sessions?: Sessions } | null | undefined)?._sessions;
}
