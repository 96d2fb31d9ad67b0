/**
 * What of the browser's profile the link lives in: the page's two databases. Caches, histories and settings come again by
 * themselves; `LOCK` and `LOG` belong to who has the database open.
 */
const databases = /^profile\/Default\/(IndexedDB|Local Storage)\//;
const passing = /\/(LOCK|LOG|LOG\.old)$/;

export function keepsFile(path: string): boolean {
  return databases.test(path) && !passing.test(path);
}
