/** Calling codes of one and two digits (ITU E.164); all others have three. */
const short = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
/** Where people would read another grouping as a mistake. */
const grouped: Record<string, RegExp> = {
  33: /^(.)(..)(..)(..)(..)$/,
  34: /^(...)(...)(...)$/,
  44: /^(....)(.{6})$/,
};

/** `971501234567` → `+971 50 123 4567`: the country's code, then groups from the end, readable for all countries. */
export function phoneText(digits: string): string {
  const all = digits.replace(/\D/g, '');
  if (!all) return '';
  const code = short.exec(all)?.[0] ?? all.slice(0, 3);
  const rest = all.slice(code.length);
  const known = grouped[code]?.exec(rest)?.slice(1);
  return [
    '+' + code,
    ...(known ?? rest.match(/^\d{4}(?=(?:\d{3})*\d{4}$)|\d{1,3}?(?=(?:\d{3})*\d{4}$)|\d{1,4}$/g) ?? []),
  ].join(' ');
}
