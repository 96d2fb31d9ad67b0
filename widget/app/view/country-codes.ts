/** Countries by ISO 3166 and their calling codes (ITU E.164, 2026-11-21). */
const list =
  'AD376 AE971 AF93 AG1268 AI1264 AL355 AM374 AO244 AR54 AS1684 AT43 AU61 AW297 AZ994 BA387 BB1246 BD880 BE32 BF226 BG359 BH973 BI257 BJ229 BM1441 BN673 BO591 BR55 BS1242 BT975 BW267 BY375 BZ501 CA1 CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CY357 CZ420 DE49 DJ253 DK45 DM1767 DO1809 DZ213 EC593 EE372 EG20 ER291 ES34 ET251 FI358 FJ679 FM691 FO298 FR33 GA241 GB44 GD1473 GE995 GF594 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1671 GW245 GY592 HK852 HN504 HR385 HT509 HU36 ID62 IE353 IL972 IN91 IQ964 IR98 IS354 IT39 JM1876 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1869 KP850 KR82 KW965 KY1345 KZ7 LA856 LB961 LC1758 LI423 LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MQ596 MR222 MS1664 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NG234 NI505 NL31 NO47 NP977 NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PR1787 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SI386 SK421 SL232 SM378 SN221 SO252 SR597 SS211 ST239 SV503 SX1721 SY963 SZ268 TC1649 TD235 TG228 TH66 TJ992 TL670 TM993 TN216 TO676 TR90 TT1868 TV688 TW886 TZ255 UA380 UG256 US1 UY598 UZ998 VC1784 VE58 VG1284 VI1340 VN84 VU678 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263';

export const callingCodes: ReadonlyMap<string, string> = new Map(
  list.split(' ').map((one) => [one.slice(0, 2), one.slice(2)]),
);

/**
 * The country somebody most likely is in: that of the widget's locale, of a browser's locale in the same language, then
 * where the language is at home. English is at home everywhere, so there any locale of the browser may say.
 */
export function regionOf(locale: string, browser: readonly string[]): string {
  const own = parsed(locale);
  const others = browser.map(parsed);
  const wanted = own?.language === 'en' ? others : others.filter((one) => one?.language === own?.language);
  const found = [own, ...wanted, own?.maximize(), ...others].map((one) => one?.region ?? '');
  return found.find((region) => callingCodes.has(region)) ?? 'IT';
}

/** Mobile numbers that belong to nobody, or look it, as people there write them. */
const examples: Readonly<Record<string, string>> = {
  DE: '151 23456789',
  ES: '612 34 56 78',
  FR: '6 12 34 56 78',
  GB: '7700 900123',
  IT: '333 123 4567',
  KZ: '701 234-56-78',
  RU: '912 345-67-89',
  US: '202-555-0123',
};

/** A number of that country, without the country's code; '' where none is known. */
export function exampleOf(region: string): string {
  return examples[region] ?? '';
}

function parsed(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}

/** What was typed as a number of that country, ready for the server: `+` and digits. */
export function international(typed: string, region: string): string {
  const text = typed.trim();
  if (text.startsWith('+')) return text;
  const digits = text.replace(/\D/g, '');
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  const code = callingCodes.get(region) ?? '';
  // The digit for calls inside the country is no part of the number; in Italy the 0 is.
  const keepsZero = region === 'IT' || region === 'SM';
  const trunk = code === '7' ? /^8(?=\d{10}$)/ : keepsZero ? /^(?!)/ : /^0/;
  // Some type the country's code without a plus.
  const own = digits.replace(trunk, '');
  return code.length > 1 && own.startsWith(code) && own.length >= 11 ? `+${own}` : `+${code}${own}`;
}
