/** Names that some systems take for devices, and none should get from a stranger. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const longest = 120;

/**
 * A name that is safe to save under: one part of a path, no controls, nothing that turns the reading direction (a name
 * must not show another ending than it has), not hidden, not endless. '' when nothing is left.
 */
export function safeFileName(given: string): string {
  const last = given.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .replace(/[. ]+$/, '');
  const short = shorten(clean);
  return reserved.test(short) ? `_${short}` : short;
}

/** Cuts in front of the ending. */
function shorten(name: string): string {
  const chars = [...name];
  if (chars.length <= longest) return name;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return `${chars
    .slice(0, longest - ending.length)
    .join('')
    .trimEnd()}${ending}`;
}

/** The name with one of these endings; an empty list leaves it as it is. */
export function withEnding(name: string, endings: readonly string[]): string {
  const [first] = endings;
  const has = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase();
  return first === undefined || (has !== undefined && endings.includes(has)) ? name : `${name}.${first}`;
}

/** RFC 6266, with the name in ASCII for those who know no better. */
export function contentDisposition(how: 'inline' | 'attachment', name: string): string {
  if (name === '') return how;
  const ascii = name.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\%]/g, '_');
  const utf8 = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${ascii}"; filename*=UTF-8''${utf8}`;
}
