import css from './css/link.css?inline';

export { ConnectNumber } from './connect-number.tsx';
export { LinkScreen } from './link.tsx';
export { css };
