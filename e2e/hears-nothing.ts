import { runHouse } from './harness/run-house.ts';

/** The product whose engine tells of nothing but its state: every live event is lost. It looks around every 2 s. */
await runHouse(
  {
    wrapHear: (receive) => (inboxId, events, source) =>
      receive(
        inboxId,
        source === 'engine' ? events.filter((event) => event.kind === 'session-state') : events,
        source,
      ),
  },
  { reconcileMs: 2_000 },
);
