import { addIcons } from '../icon.tsx';
import chat from '../css/chat.css?inline';
import crm from '../css/crm.css?inline';
import kinds from '../css/kinds.css?inline';
import manage from '../css/manage.css?inline';
import linking from '../css/link.css?inline';
import search from '../css/search-bar.css?inline';
import sheets from '../css/sheets.css?inline';
import work from '../css/work.css?inline';
import { talkPaths } from './icons.ts';

export { LinkScreen } from '../link.tsx';
export { MessageList } from '../message-list.tsx';
export { Attach } from './attach.tsx';
export { ChatMenu } from './chat-menu.tsx';
export { ComposerTop, editLast } from './composer-top.tsx';
export { EmojiButton } from './emoji-button.tsx';
export { FilesSheet } from './files-sheet.tsx';
export { Overlays, Refused } from './overlays.tsx';
export { canRecord, Record } from './record.tsx';
export { RowMenu } from './row-menu.tsx';
export { SearchBar } from './search-bar.tsx';
export { WorkNotices } from './work/notices.tsx';
export { NoteComposer } from './work/note-composer.tsx';
export { WorkStrip } from './work/strip.tsx';

addIcons(talkPaths);
export const css = `${linking}${chat}${kinds}${sheets}${search}${crm}${work}${manage}`;
