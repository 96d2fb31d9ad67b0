import css from '../css/list-extras.css?inline';

export { BlockedStrip } from './blocked-strip.tsx';
export { Doing, LastSeen } from './doing.tsx';
export { Face } from './face.tsx';
export { Length, Reacted } from './last-word.tsx';
export { RowMarks } from './row-marks.tsx';
export { SortButton } from './sort-button.tsx';
export { WaitingTime } from './waiting-time.tsx';
export { css };
