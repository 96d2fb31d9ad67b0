import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../../db/testing.ts';
import { forAtMost } from '../../../db/testing-limit.ts';
import { insertAgent } from '../../../db/query/agent.ts';
import { anna, annaLid, newInbox, openTestRoom, scope, textEvent } from '../testing.ts';
import { chatWork } from './index.ts';

/** What Agents did to two Chats before it was known that they are one person's. */
const deed = fc.record({
  where: fc.boolean(),
  what: fc.constantFrom('assign', 'unassign', 'label', 'unlabel', 'note'),
  which: fc.nat(1),
});

describeDatabases('the law of joined work', (database) => {
  test('whatever was done in two Chats stands once in the one they become, whenever the pair is learnt', async () => {
    const { db } = database();
    await using room = openTestRoom(db);
    const work = chatWork(room.room);
    const agent = (name: string) =>
      insertAgent(db, {
        organisation_id: scope.organisationId,
        email: `${randomUUID()}@crm.example`,
        name,
        role: 'agent',
        password_hash: 'x',
        locale: 'en',
        disabled_at: 0,
        created_at: 1,
      });
    const agents = [await agent('Ann'), await agent('Ben')];
    const labels = await Promise.all(
      ['one', 'two'].map((name) =>
        work.createLabel(scope, { name: `${name} ${randomUUID()}`, colour: 'green' as never }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { maxLength: 12 }),
        fc.nat(12),
        fc.boolean(),
        forAtMost(7_000, async (deeds, pairedAfter, lidFirst) => {
          const inboxId = await newInbox(db);
          const events = [textEvent({ chat: anna }), textEvent({ chat: annaLid })];
          for (const event of lidFirst ? events.toReversed() : events)
            await room.room.receive(inboxId, [event], 'engine');
          const ids = [
            (await room.room.chatOfAddress(inboxId, anna))!,
            (await room.room.chatOfAddress(inboxId, annaLid))!,
          ];
          const join = () =>
            room.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
          // As it should be: by Chat until they are one.
          let assignee: number | null = null;
          const worn = [new Set<number>(), new Set<number>()];
          const notes: string[] = [];
          let isJoined = false;
          const learn = async (): Promise<void> => {
            await join();
            isJoined = true;
            const all = new Set([...worn[0]!, ...worn[1]!]);
            [worn[0], worn[1]] = [all, all];
          };
          for (const [n, { where, what, which }] of deeds.entries()) {
            if (n === pairedAfter) await learn();
            await room.clock.advance(1_000);
            const place = Number(where);
            const chatId = ids[place]!;
            if (what === 'assign' || what === 'unassign') {
              const agentId = what === 'assign' ? agents[which]! : null;
              const before = (await room.room.findChat(scope, chatId)).assignee?.id ?? null;
              await work.assign(scope, chatId, { agentId });
              // The same word again is none.
              if (before !== agentId) assignee = agentId;
            } else if (what === 'note') {
              const note = await work.addNote(scope, chatId, { clientId: randomUUID(), body: `note ${n}` });
              notes.push(note.body);
            } else {
              const label = labels[which]!.id;
              await work.labelChat(scope, chatId, label, what === 'label');
              if (what === 'label') worn[place]!.add(label);
              else worn[place]!.delete(label);
            }
          }
          if (!isJoined) await learn();
          await join();
          const shown = await room.room.findChat(scope, ids[1]!);
          expect(shown.id).toBe((await room.room.findChat(scope, ids[0]!)).id);
          expect(shown.assignee?.id ?? null).toBe(assignee);
          expect(shown.labels.map(({ id }) => id).toSorted()).toEqual([...worn[0]!].toSorted());
          const { list } = await work.listNotes(scope, shown.id, { limit: 100 });
          expect(list.map(({ body }) => body).toSorted()).toEqual(notes.toSorted());
          const index = await db
            .selectFrom('chat_label')
            .select(['chat_id', 'label_id'])
            .where('inbox_id', '=', inboxId)
            .execute();
          expect(index.map((row) => row.chat_id)).toEqual([...worn[0]!].map(() => shown.id));
        }),
      ),
      { numRuns: 60 },
    );
  });
});
