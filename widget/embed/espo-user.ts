import { ask, login } from './espo-rest.ts';

/** Who is at EspoCRM's page; the time zone as chosen there, else that of the whole installation. */
export interface EspoUser {
  id: string;
  timeZone: string | undefined;
}

/** Whose login the page has; another login, another user. */
let known: { word: string | undefined; user: EspoUser } | undefined;

/** Asked for once a login. Rejects where EspoCRM does not answer, or nobody is signed in. */
export async function espoUser(): Promise<EspoUser> {
  const word = login()['espo-authorization'];
  if (known && known.word === word) return known.user;
  const { user, preferences, settings } = (await ask('App/user')) as {
    user: { id: string };
    preferences?: { timeZone?: unknown };
    settings?: { timeZone?: unknown };
  };
  const zone = preferences?.timeZone || settings?.timeZone;
  known = { word, user: { id: user.id, timeZone: typeof zone === 'string' ? zone : undefined } };
  return known.user;
}
