/** What an Agent has beyond the first sight: a chunk that comes right after it. */
export { listenToKeys } from './keys.ts';
export { stand } from './stand.ts';
export { tellSessions } from './tell-sessions.ts';
