import type { SessionAction, SessionCode, SessionReport, SessionState } from '../contract/session-state.ts';

export function trouble(
  state: SessionState,
  code: SessionCode,
  action: SessionAction,
  detail?: string,
): SessionReport {
  return { state, code, action, ...(detail ? { detail: detail.slice(0, 300) } : {}) };
}

/** The first line of whatever was thrown: libraries also throw strings. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
