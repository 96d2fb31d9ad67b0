/** What the world may answer instead of doing as asked. */
export type RefusalCode =
  | 'stale-code'
  | 'unreadable-code'
  | 'wrong-number'
  | 'no-waiting-device'
  | 'too-many-devices'
  | 'phone-offline'
  | 'not-on-whatsapp'
  | 'unknown-message'
  | 'unknown-chat'
  | 'unknown-device'
  | 'refused'
  | 'bad-request';

/** An expected refusal of the world. `message` is the code where WhatsApp's own page has a text for it. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  constructor(code: RefusalCode, text: string = code) {
    super(text);
    this.code = code;
  }
}
