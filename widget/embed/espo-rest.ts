/** What EspoCRM did not take. */
export class EspoRefusal extends Error {
  readonly status: number;
  /** In its own words; may be empty. */
  readonly why: string;

  constructor(status: number, path: string, why: string) {
    super(`EspoCRM answered ${status} to ${path}`);
    this.status = status;
    this.why = why;
  }
}

/** With a body it writes; 409 gives the records that Espo takes for the same one. */
export async function ask(
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const url = new URL(`api/v1/${path}`, location.href.replace(/[?#].*$/, ''));
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    // The login's other half is a cookie that no script can read.
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...login(),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (answer.ok) return answer.json();
  const said: unknown = answer.status === 409 ? await answer.json().catch(() => null) : null;
  const same = Array.isArray(said) ? said : (said as { list?: unknown } | null)?.list;
  if (Array.isArray(same) && same.length) return same;
  const why = answer.headers.get('x-status-reason') ?? '';
  throw new EspoRefusal(answer.status, path.replace(/\?.*/, ''), why);
}

/** As Espo's own page signs its requests; it keeps the word in its storage. */
export function login(): Record<string, string> {
  try {
    const kept = localStorage.getItem('espo-user-auth');
    const word: unknown = kept?.startsWith('"') ? JSON.parse(kept) : kept;
    return typeof word === 'string' && word
      ? { 'espo-authorization': word, 'espo-authorization-by-token': 'true' }
      : {};
  } catch {
    return {};
  }
}
