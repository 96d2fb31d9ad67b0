import { createHmac } from 'node:crypto';
import type { Recorded } from '../testing.ts';

export const recorded: Recorded = {
  secret: 's3cr3t',
  coversBody: true,
  sign: (raw, secret) => ({
    'x-webhook-hmac': createHmac('sha512', secret).update(raw).digest('hex'),
    'x-webhook-hmac-algorithm': 'sha512',
  }),
};
