/** Switches for what goes wrong in a WhatsApp world. All lasting; one-off faults are verbs of the World. */
export interface Faults {
  /** `normal` waits for a listener; `quick` does not; `instant` is synced in the same turn as connected. */
  sync: 'normal' | 'quick' | 'instant';
  /**
   * `refuse`: the server says no (ack -1). `hold-reply`: taken, but the answer never comes (ack stays 0).
   * `hang`: taken, and the caller's promise never settles either.
   */
  sends: 'normal' | 'refuse' | 'hold-reply' | 'hang';
  /** Every event reaches the page twice. */
  duplicateEvents: boolean;
  /** The tick of a message is told before the message. */
  ackBeforeMessage: boolean;
  /** After every tick, the one below it is told again. */
  ackBackwards: boolean;
  /** Longer way of a tick. Milliseconds. */
  slowAckMs: number;
  /** Longer way of older messages, and of those that lie aside for a device that has just been linked. Milliseconds. */
  slowHistoryMs: number;
  /**
   * Files asked for by a device. `fail-twice`: each comes at the third time of asking. `gone`: neither the server nor
   * the phone has them any more.
   */
  media: 'normal' | 'fail-twice' | 'gone';
  /** Files that a device uploads. */
  uploads: 'normal' | 'refuse';
  /** Each code shown lives so long; 0: as long as it usually does. Milliseconds. */
  codeMs: number;
  /** Nobody answers at web.whatsapp.com. */
  serverDown: boolean;
}

export const noFaults: Readonly<Faults> = {
  sync: 'normal',
  sends: 'normal',
  duplicateEvents: false,
  ackBeforeMessage: false,
  ackBackwards: false,
  slowAckMs: 0,
  slowHistoryMs: 0,
  media: 'normal',
  uploads: 'normal',
  codeMs: 0,
  serverDown: false,
};
