/** A number found on the page. */
export interface FoundNumber {
  phone: string;
  text?: string;
}

export const phoneSelector =
  'a[href^="tel:"], a[href*="wa.me/"], a[href*="api.whatsapp.com/send"], [data-phone-number], [data-wa-phone]';

/** The number an element stands for: `+` and digits as written; undefined when it is none. */
export function readNumber(element: Element): FoundNumber | undefined {
  const given = element.getAttribute('data-phone-number') ?? element.getAttribute('data-wa-phone');
  const href = element.getAttribute('href') ?? '';
  let phone = given ?? '';
  let text: string | undefined;
  if (!phone && /^tel:/i.test(href)) phone = decode(href.slice(4)).replace(/;.*$/, '');
  else if (!phone && /wa\.me\/|api\.whatsapp\.com\/send/.test(href) && URL.canParse(href, document.baseURI)) {
    const url = new URL(href, document.baseURI);
    const digits = url.searchParams.get('phone') ?? /^\/(\+?\d+)/.exec(url.pathname)?.[1] ?? '';
    phone = digits && !digits.startsWith('+') ? `+${digits}` : digits;
    text = url.searchParams.get('text') ?? undefined;
  } else if (!phone) phone = element.textContent ?? '';
  const digits = phone.replace(/[^\d]/g, '');
  // Shorter ones are extensions and emergency numbers; longer ones are no phone numbers.
  if (digits.length < 6 || digits.length > 15) return undefined;
  const number = `${phone.trim().startsWith('+') ? '+' : ''}${digits}`;
  return text === undefined ? { phone: number } : { phone: number, text };
}

/** Numbers the CRM has struck through (invalid, opted out) are not offered. */
export function isStruck(element: Element): boolean {
  if (element.closest('s, del, strike, [data-invalid], [data-opted-out]')) return true;
  for (let at: Element | null = element, up = 0; at && up < 4; at = at.parentElement, up++)
    if (getComputedStyle(at).textDecorationLine.includes('line-through')) return true;
  return Array.from(element.children).some((child) =>
    getComputedStyle(child).textDecorationLine.includes('line-through'),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
