/** A file stands in memory several times on its way into the page. Bytes. */
export const largestFile = 64 * 1024 * 1024;
/** 100 KB a second is a slow line. Milliseconds. */
export const uploadMs = (size: number): number => Math.min(480_000, Math.round(size / 100));
