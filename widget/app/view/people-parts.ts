import css from './css/people.css?inline';

export { Contacts } from './contacts.tsx';
export { css };
