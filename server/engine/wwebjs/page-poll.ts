import type { Raw } from './bounds.ts';
import type { DeedWord, PageMessage } from './page-message.ts';

// Polls inside WhatsApp's page. Each function is made into text on the way there: it uses nothing from outside its own
// braces.

interface PageWindow {
  require(name: string): never;
}

/** Exactly these options are chosen then. */
export async function castVote(message: PageMessage, options: readonly string[]): Promise<DeedWord> {
  const page = window as unknown as PageWindow;
  const known = (message['pollOptions'] as { name: string; localId: number }[] | undefined) ?? [];
  const chosen = new Set<number>();
  for (const option of options) {
    // Spaces are told in one way and kept in another.
    const found = known.find(({ name }) => name === option || name.replace(/\s+/g, ' ').trim() === option);
    if (!found) return 'refused';
    chosen.add(found.localId);
  }
  const sending = page.require('WAWebPollsSendVoteMsgAction') as {
    sendVote(message: unknown, options: Set<number>): Promise<unknown>;
  };
  await sending.sendVote(message, chosen);
  return 'done';
}

/** Who chose what in these polls, from the page's own table; nobody is asked. */
export async function listVotes(polls: readonly string[]): Promise<Raw[]> {
  const page = window as unknown as PageWindow;
  const votes: Raw[] = [];
  for (const poll of polls) {
    try {
      const schema = page.require('WAWebPollsVotesSchema') as {
        getTable(): { equals(fields: string[], key: string): Promise<Raw[]> };
      };
      for (const row of await schema.getTable().equals(['parentMsgKey'], poll)) {
        const chosen = row['selectedOptionLocalIds'];
        votes.push({
          parentMsgKey: poll,
          msgKey: row['msgKey'] ? String(row['msgKey']) : undefined,
          sender: String(row['sender']),
          selectedOptionLocalIds: Array.isArray(chosen)
            ? chosen
            : Array.from(new Uint8Array(chosen as ArrayBuffer)),
          senderTimestampMs: row['senderTimestampMs'],
        });
      }
    } catch {
      // A page without the table, or one poll that cannot be read.
    }
  }
  return votes;
}
