import { pairingCode, qrReference } from './identifiers.ts';
import { Refusal } from './refusal.ts';
import type { Device } from './shapes.ts';

/** A page that shows a QR code and waits to be linked. */
export interface WaitingPage {
  /** The code it shows now; older ones are stale at once. */
  ref: string;
  /** The pairing code it asked for, and for which number (digits). */
  code?: { text: string; phone: string };
  /** Hands the page its credentials. */
  link(device: Device): void;
}

/** Who shows a code right now, and which. */
export class WaitingPages {
  #pages = new Set<WaitingPage>();
  #changed: () => void;
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A page begins to wait; the first code is made at once. */
  add(link: WaitingPage['link']): WaitingPage {
    const page: WaitingPage = { ref: qrReference(), link };
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
    page.code = { text: pairingCode(), phone: phone.replace(/\D/g, '') };
    this.#changed();
    return page.code.text;
  }

  /** The page whose QR this is; a reference alone will do. */
  byQr(qr: string): WaitingPage {
    const ref = qr.split(',')[0]?.trim();
    const page = ref && [...this.#pages].find((page) => page.ref === ref);
    if (!page) throw new Refusal('stale-code', 'this QR code is no longer shown by any device');
    return page;
  }
  byCode(code: string, phone: string): WaitingPage {
    const text = code.replace(/[^0-9a-z]/gi, '').toUpperCase();
    const page = [...this.#pages].find((page) => page.code?.text === text);
    if (!page?.code) throw new Refusal('stale-code', 'no device waits with this code');
    if (page.code.phone !== phone) throw new Refusal('wrong-number', 'this code was made for another number');
    return page;
  }
  /** The newest page that shows a code: what a person holding one phone before one screen would scan. */
  newest(): WaitingPage {
    const page = [...this.#pages].filter((page) => page.ref).at(-1);
    if (!page) throw new Refusal('no-waiting-device', 'no device shows a QR code now');
    return page;
  }
  list(): WaitingPage[] {
    return [...this.#pages];
  }
}
