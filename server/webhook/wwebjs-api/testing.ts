import type { Recorded } from '../testing.ts';

export const recorded: Recorded = {
  secret: 'k',
  coversBody: false,
  sign: (_raw, secret) => ({ 'x-api-key': secret }),
};
