import { hex } from './bytes.ts';
import { settings } from './settings.ts';
import { createWid, type Wid } from './wid.ts';

export interface KeyParts {
  fromMe?: boolean;
  selfDir?: string;
  from?: Wid;
  to?: Wid;
  remote?: Wid;
  id: string;
  participant?: Wid | undefined;
}

/** The key of a message. Its text is `_serialized` on pages of generation 1 and `$1` since. */
export class MessageKey {
  declare fromMe: boolean;
  declare remote: Wid;
  declare id: string;
  declare participant?: Wid;
  declare $1?: string;
  declare _serialized?: string;

  constructor({ fromMe, selfDir, from, to, remote, id, participant }: KeyParts) {
    this.fromMe = fromMe ?? selfDir === 'out';
    const chat = remote ?? (this.fromMe ? to : from);
    if (!chat) throw new Error('standin: message key without a chat');
    this.remote = chat;
    this.id = id;
    if (participant) this.participant = participant;
    const text = [this.fromMe, chat, id, participant].filter((part) => part !== undefined).join('_');
    if (settings.generation >= 2) this.$1 = text;
    else this._serialized = text;
  }
  toString(): string {
    return this.$1 ?? this._serialized ?? '';
  }
  static async newId(): Promise<string> {
    return `3EB0${hex(9)}`;
  }
  static fromString(text: string): MessageKey {
    const [fromMe, remote, id = '', participant] = text.split('_');
    return new MessageKey({
      fromMe: fromMe === 'true',
      remote: createWid(remote),
      id,
      participant: participant ? createWid(participant) : undefined,
    });
  }
}
