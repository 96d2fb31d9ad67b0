import { runHouse } from './harness/run-house.ts';

/**
 * The product with one promise broken on purpose: webhooks are answered before they are committed. The kill -9 test
 * runs against it to show that it would notice.
 */
await runHouse({
  wrapReceive: (receive) => async (inboxId, events, source) => {
    setTimeout(() => void receive(inboxId, events, source).catch(() => undefined), 300);
  },
});
