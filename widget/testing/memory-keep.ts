import { signal } from '@preact/signals';
import {
  isEmpty,
  type Keep,
  type KeepTrouble,
  type KeptDraft,
  type KeptOutgoing,
} from '../app/model/keep.ts';

interface Cupboard {
  outgoing: Map<string, KeptOutgoing>;
  drafts: Map<number, KeptDraft>;
}

/** A machine's storage without a browser: one cupboard for each account, for all tabs. */
export class Machine {
  readonly cupboards = new Map<string, Cupboard>();

  keepOf(account: string): Keep {
    const cupboard = this.cupboards.get(account) ?? { outgoing: new Map(), drafts: new Map() };
    this.cupboards.set(account, cupboard);
    const { outgoing, drafts } = cupboard;
    return {
      trouble: signal<KeepTrouble | null>(null),
      read: async () => ({
        outgoing: Array.from(outgoing.values(), (one) => structuredClone(one)),
        drafts: Array.from(drafts.values(), (one) => structuredClone(one)),
      }),
      putOutgoing: (one) => void outgoing.set(one.clientId, structuredClone(one)),
      dropOutgoing: (clientId) => void outgoing.delete(clientId),
      putDraft: (draft) =>
        void (isEmpty(draft)
          ? drafts.delete(draft.chatId)
          : drafts.set(draft.chatId, structuredClone(draft))),
      clear: async () => {
        outgoing.clear();
        drafts.clear();
      },
      settled: async () => undefined,
    };
  }
}
