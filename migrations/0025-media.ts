import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** The files of Messages and the files that wait to be sent. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;

  await t
    .table(
      schema
        .createTable('media')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('message', t.number, (c) => c.notNull())
        .addColumn('state', t.key(10), (c) => c.notNull())
        .addColumn('reason', t.key(60))
        .addColumn('attempts', t.number, (c) => c.notNull())
        .addColumn('due_at', t.number)
        .addColumn('lease', t.key(64))
        .addColumn('mime', t.name(120), (c) => c.notNull())
        .addColumn('sniffed', t.key(80))
        .addColumn('size', t.number)
        .addColumn('digest', t.key(64))
        .addColumn('claimed_size', t.number)
        .addColumn('claimed_digest', t.key(64))
        .addColumn('file_name', t.name(300), (c) => c.notNull())
        .addColumn('width', t.number)
        .addColumn('height', t.number)
        .addColumn('seconds', t.number)
        .addColumn('animated', t.small, (c) => c.notNull())
        .addColumn('told_gone', t.small, (c) => c.notNull())
        .addColumn('waveform', t.key(100))
        .addColumn('thumbnail', t.text)
        .addColumn('reference', t.text)
        .addColumn('seq', t.number, (c) => c.notNull())
        .addUniqueConstraint('media_message', ['message']),
    )
    .execute();
  await schema.createIndex('media_due').on('media').columns(['inbox_id', 'due_at']).execute();
  await schema.createIndex('media_digest').on('media').column('digest').execute();

  await t
    .table(
      schema
        .createTable('upload')
        .addColumn('id', t.key(64), (c) => c.primaryKey())
        .addColumn('organisation_id', t.number, (c) => c.notNull())
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addColumn('kind', t.key(20), (c) => c.notNull())
        .addColumn('mime', t.name(120), (c) => c.notNull())
        .addColumn('sniffed', t.key(80), (c) => c.notNull())
        .addColumn('size', t.number, (c) => c.notNull())
        .addColumn('digest', t.key(64), (c) => c.notNull())
        .addColumn('file_name', t.name(300), (c) => c.notNull())
        .addColumn('width', t.number)
        .addColumn('height', t.number)
        .addColumn('created_at', t.number, (c) => c.notNull())
        .addColumn('expires_at', t.number, (c) => c.notNull()),
    )
    .execute();
  await schema.createIndex('upload_agent').on('upload').column('agent_id').execute();
  await schema.createIndex('upload_expiry').on('upload').column('expires_at').execute();
  await schema.createIndex('upload_digest').on('upload').column('digest').execute();
}
