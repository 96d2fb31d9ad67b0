import { readEarly, type EarlyRow } from '../../db/query/early.ts';
import { readReactions } from '../../db/query/message.ts';
import type {
  AckEvent,
  EditEvent,
  EngineEvent,
  ReactionEvent,
  ReceiptEvent,
  RevokeEvent,
  StarEvent,
  VoteEvent,
} from '../contract/engine-event.ts';
import { digest } from '../ids.ts';
import { foldReactions, laterReaction, tellMessage } from './fold.ts';
import { contactOf, knownAddress } from './identity.ts';
import { nothing } from './merge.ts';
import { apartIds } from './message-key.ts';
import { possiblePair } from './same-person.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';
import { noteVersions } from './versions.ts';
import { us } from './votes.ts';

/** What is told about a Message that somebody else has to tell of first. */
export type Fact = AckEvent | EditEvent | RevokeEvent | ReactionEvent | StarEvent | ReceiptEvent | VoteEvent;

export function isFact(event: EngineEvent): event is Fact {
  return ['ack', 'edit', 'revoke', 'reaction', 'star', 'receipt', 'vote'].includes(event.kind);
}

export interface WaitingFact {
  fact: Fact;
  /** The `early` row it waits in; undefined for one that has just come. */
  row: number | undefined;
}

export function readWaiting(rows: readonly EarlyRow[]): WaitingFact[] {
  return rows.map((row) => ({ fact: JSON.parse(row.fact) as Fact, row: row.id }));
}

/**
 * Applies facts to their Messages (which have been loaded under every id the facts name); what finds none waits in
 * `early`, each fact once.
 */
export async function applyFacts(turn: Turn, waiting: readonly WaitingFact[]): Promise<void> {
  const found = waiting.map((entry) => ({ ...entry, states: matching(turn, entry.fact) }));
  await loadReactions(
    turn,
    found.flatMap(({ fact, states }) => (fact.kind === 'reaction' ? states : [])),
  );
  const unmatched: Fact[] = [];
  for (const { fact, row, states } of found) {
    if (states.length === 0) {
      if (row === undefined && turn.rules.keepsEarlyFacts) unmatched.push(fact);
      continue;
    }
    if (row !== undefined) turn.usedEarly.add(row);
    for (const state of states) await applyFact(turn, state, fact);
  }
  await keep(turn, unmatched);
}

/** The Messages a fact is about. One that names no Chat or direction is matched by the id alone. */
function matching(turn: Turn, fact: Fact): MessageState[] {
  return apartIds(fact.messageId)
    .flatMap((id) => turn.messagesUnder(id))
    .filter((state) => {
      if (fact.fromMe !== undefined && Number(fact.fromMe) !== state.now.from_me) return false;
      if (fact.chat === undefined) return true;
      const chatId = knownAddress(turn, fact.chat)?.chat_id;
      return chatId === state.now.chat_id || possiblePair(turn, state, fact.chat) !== undefined;
    });
}

async function applyFact(turn: Turn, state: MessageState, fact: Fact): Promise<void> {
  switch (fact.kind) {
    case 'ack':
      // How far *our* Message got; what the phone says of others' is no news here.
      if (state.now.from_me === 1) tellMessage(state.now, { ...nothing, ack: fact.ack }, turn.rules);
      return;
    case 'edit':
      noteVersions(turn, state, { ...fact, editedAt: fact.at });
      tellMessage(state.now, { ...nothing, body: fact.body, editedAt: fact.at }, turn.rules);
      return;
    case 'revoke':
      tellMessage(state.now, { ...nothing, revokedAt: fact.at }, turn.rules);
      return;
    case 'star':
      tellMessage(
        state.now,
        { ...nothing, starred: { value: fact.starred ? 1 : 0, at: fact.at } },
        turn.rules,
      );
      return;
    case 'receipt':
      if (state.now.from_me === 1) {
        turn.receipts.push({ message: state, contact: (await contactOf(turn, fact.member)).now.id, fact });
      }
      return;
    case 'vote': {
      const contact = fact.fromUs ? us : (await contactOf(turn, fact.voter)).now.id;
      turn.votes.push({ message: state, contact, fact });
      return;
    }
    case 'reaction': {
      const sender = fact.fromUs ? 0 : (await contactOf(turn, fact.sender)).now.id;
      const reactions = (state.reactions ??= new Map());
      const known = reactions.get(sender);
      const told = {
        message: state.now.id,
        sender_contact_id: sender,
        from_us: fact.fromUs ? 1 : 0,
        emoji: fact.emoji,
        at: fact.at,
      };
      const later = known ? laterReaction(known, told) : told;
      if (known && later.at === known.at && later.emoji === known.emoji) return;
      reactions.set(sender, later);
      state.reactionsChanged = true;
    }
  }
}

export async function loadReactions(turn: Turn, states: readonly MessageState[]): Promise<void> {
  const missing = [...new Set(states)].filter((state) => state.reactions === undefined);
  const rows = await readReactions(
    turn.tx,
    missing.map((state) => state.now.id),
  );
  for (const state of missing) {
    state.reactions = foldReactions(rows.filter((row) => row.message === state.now.id));
  }
}

async function keep(turn: Turn, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  const ids = [...new Set(facts.map((fact) => fact.messageId))];
  const known = new Set((await readEarly(turn.tx, turn.inboxId, ids)).map((row) => row.fact_digest));
  for (const fact of facts) {
    const text = canonical(fact);
    const factDigest = digest(text);
    if (known.has(factDigest)) continue;
    known.add(factDigest);
    turn.newEarly.push({
      inbox_id: turn.inboxId,
      message_id: fact.messageId,
      chat: fact.chat ?? null,
      fact_digest: factDigest,
      fact: text,
      at: turn.now,
    });
  }
}

function canonical(fact: Fact): string {
  return JSON.stringify(fact, Object.keys(fact).toSorted());
}
