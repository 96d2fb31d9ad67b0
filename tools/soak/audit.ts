/** What one Session has to show for itself. Times are ms since 1970. */
export interface Evidence {
  session: string;
  /** What the phone shows, whoever wrote it. */
  phone: { id: string; fromMe: boolean; body: string; at: number }[];
  /** What the product has stored. */
  stored: {
    messageId: string | null;
    clientId: string | null;
    fromMe: boolean;
    body: string;
    delivery: string | null;
  }[];
  /** What an Agent was told is taken. Each text is written once. */
  sent: { clientId: string; body: string; at: number }[];
}

export type Fault =
  /** On the phone, not here. */
  | 'lost'
  /** Here, without what it says: it could not be opened, and has not come again. */
  | 'unopened'
  /** On the phone once, here more than once. */
  | 'doubled'
  /** Sent once, on the phone more than once. */
  | 'sent twice'
  /** Taken from the Agent and gone from the store. */
  | 'forgotten'
  /** Said to be sent, not on the phone. */
  | 'never arrived'
  /** Said to have failed: nothing in a soak is a reason for it. */
  | 'refused'
  /** Said to have failed, and is on the phone. */
  | 'said to have failed'
  /** Still on its way. */
  | 'pending';
export interface Finding {
  session: string;
  fault: Fault;
  body: string;
  /** When it was written. */
  at: number;
  /** What is known of it, for whoever looks. */
  detail: string;
}
export interface Verdict {
  findings: Finding[];
  /** Messages of customers, and of them those stored exactly once. */
  received: { all: number; once: number };
  /** Messages of Agents: shown on the phone once; said to be uncertain, and of those how many did arrive. */
  sent: { all: number; once: number; uncertain: number; uncertainArrived: number };
}

const pending = new Set(['queued', 'sending', 'unconfirmed']);

/** Pure. Every message stored once and shown on the phone once, or `uncertain`: whatever is not so is a finding. */
export function audit({ session, phone, stored, sent }: Evidence): Verdict {
  const findings: Finding[] = [];
  const find = (fault: Fault, { body, at }: { body: string; at: number }, detail = ''): void => {
    findings.push({ session, fault, body, at, detail });
  };
  const rowsById = groupBy(stored, ({ messageId }) => messageId ?? '');
  const rowsByClient = groupBy(stored, ({ clientId }) => clientId ?? '');
  const onPhone = groupBy(
    phone.filter(({ fromMe }) => fromMe),
    ({ body }) => body,
  );
  const verdict: Verdict = {
    findings,
    received: { all: 0, once: 0 },
    sent: { all: sent.length, once: 0, uncertain: 0, uncertainArrived: 0 },
  };

  const isUncertain = new Set(stored.flatMap((row) => (row.delivery === 'uncertain' ? [row.body] : [])));
  for (const message of phone) {
    const { id, fromMe, body } = message;
    const rows = rowsById.get(id) ?? [];
    if (rows.length > 1) find('doubled', message, `${id} is stored ${rows.length} times`);
    // Nobody can know that a message whose sending was cut off has arrived: its row says so itself.
    else if (rows.length === 0 && !(fromMe && isUncertain.has(body))) find('lost', message, id);
    if (fromMe) continue;
    verdict.received.all += 1;
    if (rows.length !== 1) continue;
    if (rows[0]?.body === body) verdict.received.once += 1;
    else find('unopened', message, id);
  }
  const theirs = groupBy(
    stored.filter(({ fromMe }) => !fromMe),
    ({ body }) => body,
  );
  for (const message of phone.filter(({ fromMe }) => !fromMe)) {
    const times = theirs.get(message.body)?.length ?? 0;
    if (times > 1) find('doubled', message, `stored ${times} times under different ids`);
  }

  for (const message of sent) {
    const { clientId, body } = message;
    const rows = rowsByClient.get(clientId) ?? [];
    const shown = onPhone.get(body)?.length ?? 0;
    const [row] = rows;
    if (shown > 1) find('sent twice', message, `${shown} times on the phone`);
    if (!row) find('forgotten', message, clientId);
    else if (stored.filter((one) => one.fromMe && one.body === body).length > 1)
      find('doubled', message, 'more than one row of ours');
    else if (row.delivery === 'uncertain') {
      verdict.sent.uncertain += 1;
      if (shown === 1) verdict.sent.uncertainArrived += 1;
    } else if (row.delivery === 'failed') find(shown ? 'said to have failed' : 'refused', message);
    else if (row.delivery !== null && pending.has(row.delivery)) find('pending', message, row.delivery);
    else if (shown === 0) find('never arrived', message);
    else if (shown === 1) verdict.sent.once += 1;
  }
  return verdict;
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  groups.delete('');
  return groups;
}
