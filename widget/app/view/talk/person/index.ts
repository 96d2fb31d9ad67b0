import css from '../../css/person.css?inline';

export { PersonSheet } from './person-sheet.tsx';
export { SharedSheet } from './shared-sheet.tsx';
export { css };
