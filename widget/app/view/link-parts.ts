import css from './css/link.css?inline';

export { LinkScreen } from './link.tsx';
export { css };
