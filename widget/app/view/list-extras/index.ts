import css from '../css/list-extras.css?inline';

export { Mentions } from './mentions.tsx';
export { SortButton } from './sort-button.tsx';
export { WaitingTime } from './waiting-time.tsx';
export { css };
