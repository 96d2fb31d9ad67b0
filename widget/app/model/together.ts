/** What makes the tabs of an Agent one and outlives them: a chunk of its own, brought while the sign-in goes on. */
export { Tabs } from '../link/tabs.ts';
export { DatabaseKeep } from './keep-db.ts';
export { Sharing } from './sharing.ts';
