/** Longer ones are no addresses of pages. */
export const longestAddress = 2_048;

/**
 * The address of a page, as a browser spells it: of one written out, or of a bare domain with its path. `undefined` for
 * anything else, and for one with a name or a password in it.
 */
export function webAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value || value.length > longestAddress) return undefined;
  const url = URL.parse(value) ?? URL.parse(`https://${value}`);
  const isWeb = url && /^https?:$/.test(url.protocol) && url.hostname && !url.username && !url.password;
  return isWeb && url.href.length <= longestAddress ? url.href : undefined;
}
