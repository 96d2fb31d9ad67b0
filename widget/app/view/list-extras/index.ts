import { addIcons } from '../icon.tsx';
import css from '../css/list-extras.css?inline';
import { listPaths } from './icons.ts';

export { BlockedStrip } from './blocked-strip.tsx';
export { Doing, LastSeen } from './doing.tsx';
export { Face } from './face.tsx';
export { LabelFilter } from './label-filter.tsx';
export { Length, Reacted } from './last-word.tsx';
export { MoreFilters } from './more-filters.tsx';
export { NothingOpen } from './nothing-open.tsx';
export { RowMarks } from './row-marks.tsx';
export { SortButton } from './sort-button.tsx';
export { WaitingTime } from './waiting-time.tsx';

addIcons(listPaths);
export { css };
