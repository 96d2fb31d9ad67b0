/** Short-lived addresses of files, by message; a few have no small copy. `ids`: with commas between. */
export function mediaUrls(ids: string): Record<string, unknown> {
  const until = Date.now() + 600_000;
  const one = (id: string): unknown => ({
    original: `/media/${id}`,
    thumbnail: Number(id) === 112 || (Number(id) >= 107 && Number(id) <= 111) ? null : `/media/${id}/small`,
    expiresAt: until,
  });
  return Object.fromEntries(ids.split(',').map((id) => [id, one(id)]));
}
