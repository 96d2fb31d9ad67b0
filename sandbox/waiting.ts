import { pairingCode, qrReference } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { Device } from './shapes.ts';

/** A page that shows a QR code and waits to be linked. */
export interface WaitingPage {
  /** The code it shows now; older ones are stale at once. */
  ref: string;
  /** Of a device that shows one code after the other by itself: all of them. Which one it shows, it does not say. */
  references?: readonly string[];
  /** What somebody with the phone in hand sees on its screen: the whole text of the code. */
  screen?: string;
  /** The pairing code it asked for, and for which number (digits). Without text: the device alone knows the code. */
  code?: { text?: string; phone: string };
  /** Throws a Refusal when it cannot be linked by what was shown. */
  check?(shown: Shown): void;
  /** Hands the page its credentials. */
  link(device: Device, shown: Shown): void;
}

/** What was held before the phone, or typed into it. */
export interface Shown {
  qr?: string;
  code?: string;
}

/** Who shows a code right now, and which. */
export class WaitingPages {
  #pages = new Set<WaitingPage>();
  #changed: () => void;
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A page begins to wait; the first code is made at once. */
  add(link: WaitingPage['link'], more: Pick<WaitingPage, 'references' | 'check'> = {}): WaitingPage {
    const page: WaitingPage = { ref: more.references?.[0] ?? qrReference(), ...more, link };
    this.#pages.add(page);
    this.#changed();
    return page;
  }
  /** The page shows another code. */
  renew(page: WaitingPage): string {
    page.ref = qrReference();
    this.#changed();
    return page.ref;
  }
  /** The page has given up on codes (`UNPAIRED_IDLE`) but still stands there. */
  expire(page: WaitingPage): void {
    page.ref = '';
    this.#changed();
  }
  remove(page: WaitingPage): void {
    if (this.#pages.delete(page)) this.#changed();
  }
  askCode(page: WaitingPage, phone: string): string {
    const text = pairingCode();
    page.code = { text, phone: phone.replace(/\D/g, '') };
    this.#changed();
    return text;
  }

  /** A device asked for a pairing code that it makes itself. */
  setCode(page: WaitingPage, phone: string): void {
    page.code = { phone };
    this.#changed();
  }
  /** Somebody looks at a screen: from now on the phone can scan what is on it. */
  see(qr: string): void {
    const page = this.#showing(qr);
    if (!page || page.screen === qr) return;
    page.screen = qr;
    this.#changed();
  }
  #showing(qr: string): WaitingPage | undefined {
    // Newer codes are addresses that hold the old one behind their `#`.
    const ref = qr
      .replace(/^[^#]*#/, '')
      .split(',')[0]
      ?.trim();
    if (!ref) return undefined;
    return [...this.#pages].find((page) => page.ref === ref || (page.ref && page.references?.includes(ref)));
  }

  /** The page whose QR this is; a reference alone will do, where the device waits for no more. */
  byQr(qr: string): WaitingPage {
    const page = this.#showing(qr);
    if (!page) throw new Refusal('stale-code', 'this QR code is no longer shown by any device');
    return page;
  }
  byCode(code: string, phone: string): WaitingPage {
    const text = code.replace(/[^0-9a-z]/gi, '').toUpperCase();
    const pages = [...this.#pages];
    const page =
      pages.find((page) => page.code?.text === text) ??
      pages.findLast((page) => page.code && page.code.text === undefined);
    if (!page?.code) throw new Refusal('stale-code', 'no device waits with this code');
    if (page.code.phone !== phone) throw new Refusal('wrong-number', 'this code was made for another number');
    return page;
  }
  /** The newest page that shows a code: what a person holding one phone before one screen would scan. */
  newest(): WaitingPage {
    const page = this.readable().at(-1) ?? [...this.#pages].findLast((page) => page.ref);
    if (!page) throw new Refusal('no-waiting-device', 'no device shows a QR code now');
    return page;
  }
  /** Whose code can be scanned off the screen. */
  readable(): WaitingPage[] {
    return [...this.#pages].filter((page) => page.ref && (!page.references || page.screen !== undefined));
  }
  list(): WaitingPage[] {
    return [...this.#pages];
  }
}
