import { addressKind, addressUser, phoneAddress, type Address } from './address.ts';

/**
 * The other spelling of a phone Address in countries where one mobile number is written in two ways and WhatsApp uses
 * now this one, now that: Brazil with or without the ninth digit (which only mobiles have: those that began with 6 to 9),
 * Argentina with or without the 9 after the country code. `undefined` where there is one spelling only.
 */
export function twinOf(address: Address): Address | undefined {
  if (addressKind(address) !== 'phone') return undefined;
  const digits = addressUser(address);
  const brazil = /^55([1-9]\d)(9?)([6-9]\d{7})$/.exec(digits);
  if (brazil) return phoneAddress(`55${brazil[1]}${brazil[2] ? '' : '9'}${brazil[3]}`);
  const argentina = /^54(9?)([1-8]\d{9})$/.exec(digits);
  if (argentina) return phoneAddress(`54${argentina[1] ? '' : '9'}${argentina[2]}`);
  return undefined;
}

/** The Addresses with their other spellings. */
export function withTwins(addresses: readonly Address[]): Address[] {
  return addresses.flatMap((address) => {
    const twin = twinOf(address);
    return twin ? [address, twin] : [address];
  });
}
