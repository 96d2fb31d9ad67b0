import { call } from './link.ts';

/** As the page's own error for what WhatsApp refuses. */
class ServerStatusCodeError extends Error {
  override name = 'ServerStatusCodeError';
  readonly statusCode: number;
  constructor(statusCode: number) {
    super(`server answered ${statusCode}`);
    this.statusCode = statusCode;
  }
}

export async function joinGroupViaInviteV4(
  code: string,
  _until: string,
  group: string,
): Promise<{ status: number }> {
  const status = await call('join', { group, code });
  if (status >= 400) throw new ServerStatusCodeError(status);
  return { status };
}

export async function fetchMexGroupInviteCode(group: string): Promise<{ code: string }> {
  const code = await call('groupCode', { group });
  if (typeof code === 'number') throw new ServerStatusCodeError(code);
  return { code };
}
