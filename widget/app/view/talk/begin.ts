import { batch } from '@preact/signals';
import type { Entry } from '../../model/entry.ts';
import type { Model } from '../../model/model.ts';
import { copyText } from '../clipboard.ts';
import { sheet } from './menu-door.ts';
import { turnChosen } from './select.ts';

export type Deed = 'reply' | 'forward' | 'edit' | 'revoke' | 'star' | 'copy' | 'info' | 'select';

/** Begins what was chosen for a Message: some are done at once, some ask first. */
export function begin(model: Model, entry: Entry, deed: Deed): void {
  switch (deed) {
    case 'reply':
      return model.talk.setBeside(entry.chatId, { what: 'reply', entry });
    case 'edit':
      return batch(() => {
        const draft = model.drafts.peek().get(entry.chatId) ?? '';
        model.talk.setBeside(entry.chatId, { what: 'edit', entry, draft });
        model.setDraft(entry.chatId, entry.body);
      });
    case 'star':
      return void model.talk.deeds.star(entry);
    case 'select':
      return turnChosen(entry);
    case 'copy':
      return void copyText(entry.body);
    default:
      sheet.value = { what: deed, entry };
  }
}
