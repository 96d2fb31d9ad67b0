import { addIcons } from '../icon.tsx';
import chat from '../css/chat.css?inline';
import kinds from '../css/kinds.css?inline';
import { talkPaths } from './icons.ts';

export { MessageList } from '../message-list.tsx';
export { Overlays } from './overlays.tsx';

addIcons(talkPaths);
export const css = `${chat}${kinds}`;
