import { Problem } from '../contract/problem.ts';

/**
 * Digits in international form of what a person typed (`+39 333 …`, `0039…`, `39333…`). Problem `bad-phone-number`.
 * Every country's numbers are read with the first that is typed: a start of the server needs none.
 */
export async function readPhone(text: string): Promise<string> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const typed = text.trim().replace(/^00/, '+');
  const number = parsePhoneNumberFromString(typed.startsWith('+') ? typed : `+${typed}`);
  if (!number?.isPossible()) throw new Problem('bad-phone-number', 'Write it with its country code');
  return number.number.slice(1);
}
