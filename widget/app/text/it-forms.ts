/** Italian has a form of its own for millions (`1 000 000 di messaggi`); nothing here is counted that far. */
export function forms(one: string, other: string): { one: string; many: string; other: string } {
  return { one, many: other, other };
}
