/** The same number, also where one of them lacks the country: nine digits at the end say enough. */
export function isSameNumber(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => text.replace(/\D/g, '').replace(/^0+/, ''));
  if (!one || !other) return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short === long || (short.length >= 9 && long.endsWith(short));
}
