import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { messageContent } from '../contract/content.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { limits } from './bounded.ts';
import type { WebhookDialect } from './dialect.ts';
import { loadDialects } from './load.ts';
import { deliveriesOf, recordedOf, type Recorded } from './testing.ts';
import { jpeg, storyOf } from './testing-story.ts';

/** What every dialect promises, tried on the deliveries recorded beside it and on rubbish. */
export function describeDialect(name: string): void {
  describe(`the dialect ${name}`, () => {
    const deliveries = deliveriesOf(name);
    /** Bodies of every kind, recorded and made. */
    const told = storyOf(name).deliveries.map(({ raw }) => JSON.parse(raw.toString()) as unknown);
    let dialect: WebhookDialect;
    let recorded: Recorded;

    beforeAll(async () => {
      const found = (await loadDialects()).get(name);
      if (!found) throw new Error(`the folder ${name} exports a dialect of another name`);
      dialect = found;
      recorded = await recordedOf(name);
    });

    test('has recorded deliveries', () => {
      expect(deliveries.length).toBeGreaterThan(0);
    });

    describe.each(deliveries)('$name', ({ headers, raw }) => {
      test('verifies with its secret and with no other', () => {
        expect(dialect.verify(raw, headers, recorded.secret)).toBe(true);
        expect(dialect.verify(raw, headers, `${recorded.secret}x`)).toBe(false);
        expect(dialect.verify(raw, headers, recorded.secret.toUpperCase())).toBe(false);
        expect(dialect.verify(raw, headers, '')).toBe(false);
        expect(dialect.verify(raw, {}, recorded.secret)).toBe(false);
      });

      test('does not verify when a byte has changed', () => {
        if (!recorded.coversBody) return;
        for (const place of [0, raw.length >> 1, raw.length - 1]) {
          const changed = Buffer.from(raw);
          changed[place]! ^= 1;
          expect(dialect.verify(changed, headers, recorded.secret)).toBe(false);
        }
        expect(dialect.verify(Buffer.concat([raw, Buffer.from(' ')]), headers, recorded.secret)).toBe(false);
      });

      test('is recognised, names its session and decodes to the same facts every time', () => {
        const body: unknown = JSON.parse(raw.toString());
        expect(dialect.matches(body)).toBe(true);
        expect(dialect.route(body)).toEqual({ session: 'org1' });
        const facts = dialect.decode(body);
        expect(facts.length).toBeGreaterThan(0);
        expect(dialect.decode(body)).toEqual(facts);
      });
    });

    test('takes nothing for its own that another dialect recorded', async () => {
      const others = [...(await loadDialects()).keys()].filter((other) => other !== name);
      for (const { raw } of others.flatMap(deliveriesOf)) {
        expect(dialect.matches(JSON.parse(raw.toString()))).toBe(false);
      }
    });

    test('signs as its server does', () => {
      const raw = Buffer.from('{"any":"bytes"}');
      expect(dialect.verify(raw, recorded.sign(raw, 'a secret'), 'a secret')).toBe(true);
    });

    test('never throws in verify, whatever the headers hold', () => {
      const header = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined));
      fc.assert(
        fc.property(
          fc.uint8Array(),
          fc.string(),
          fc.dictionary(fc.constantFrom(...Object.keys(recorded.sign(Buffer.of(), 'a'))), header),
          (raw, secret, headers) => {
            if (secret === headers['x-api-key']) return;
            expect(dialect.verify(raw, headers, secret)).toBe(false);
          },
        ),
      );
    });

    test('random JSON is read without throwing', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (body) => {
          dialect.matches(body);
          dialect.route(body);
          expect(dialect.decode(body)).toEqual([]);
          expect(dialect.files?.(body) ?? []).toEqual([]);
        }),
      );
    });

    test('what stands in its headers alone proves any bytes; what covers bytes proves no others', () => {
      for (const { raw, headers } of deliveries) {
        const provesAny = dialect.verify(Buffer.concat([raw, Buffer.of(0)]), headers, recorded.secret);
        expect(provesAny).toBe(dialect.provesByHeaders === true);
        expect(dialect.verify(new Uint8Array(), headers, recorded.secret)).toBe(provesAny);
      }
      expect(dialect.provesByHeaders === true).toBe(!recorded.coversBody);
    });

    test('every kind it tells keeps to the contract and to its limits', () => {
      const events = told.flatMap((body) => dialect.decode(body));
      expect(new Set(events.map((event) => event.kind)).size).toBeGreaterThan(4);
      for (const event of events) expectBounded(event);
    });

    test('a file in the place of any one value stands in no event', { timeout: 60_000 }, () => {
      const file = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200_000, 9)]);
      const picture = file.toString('base64');
      for (const body of told) {
        for (let place = 0; place < countOf(body); place++) {
          for (const event of dialect.decode(replaceAt(body, place, picture))) expectBounded(event);
        }
      }
    });

    test('a list without end in the place of any one value is cut, or is none', { timeout: 60_000 }, () => {
      const values = [
        Array.from({ length: 5_000 }, () => jpeg),
        Array.from({ length: 5_000 }, (_, n) => `${n}@lid`),
      ];
      for (const body of told) {
        for (let place = 0; place < countOf(body); place++) {
          for (const value of values) {
            for (const event of dialect.decode(replaceAt(body, place, value))) expectBounded(event);
          }
        }
      }
    });

    test(
      'a recorded delivery with any one value replaced is read without throwing',
      { timeout: 60_000 },
      () => {
        fc.assert(
          fc.property(
            fc.constantFrom(...told),
            fc.nat(),
            fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double()),
            (body, place, value) => {
              const changed = replaceAt(body, place, value);
              dialect.matches(changed);
              dialect.route(changed);
              for (const event of dialect.decode(changed)) expectBounded(event);
              for (const file of dialect.files?.(changed) ?? []) expect(file.bytes.length).toBeGreaterThan(0);
            },
          ),
          { numRuns: 500 },
        );
      },
    );

    test('attack 40: names from Object.prototype are ordinary unknown keys and kinds', () => {
      const kinds = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'no.such.kind', ''];
      for (const kind of kinds) {
        for (const { raw } of deliveries) {
          const text = raw.toString();
          const body: unknown = JSON.parse(
            text.replace(/"(event|dataType)":"[^"]*"/, `"$1":${JSON.stringify(kind)}`),
          );
          expect(dialect.decode(body)).toEqual([]);
          const poisoned = text.replace(
            '{',
            '{"__proto__":{"isAdmin":true,"event":"message","dataType":"message"},"constructor":{"prototype":{"isAdmin":true}},',
          );
          expect(dialect.decode(JSON.parse(poisoned))).toEqual(dialect.decode(JSON.parse(text)));
        }
      }
      const bare: unknown = JSON.parse('{"__proto__":{"event":"message","payload":{},"dataType":"ready"}}');
      expect(dialect.matches(bare)).toBe(false);
      expect(dialect.decode(bare)).toEqual([]);
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    });
  });
}

/** Nothing is larger than it may be, nothing is ill-formed, and content is the contract's. */
function expectBounded(event: EngineEvent): void {
  expect(event.kind).toBeTypeOf('string');
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      const longest = key === 'body' ? limits.body : key === 'thumbnail' ? 16 * 1024 : 4 * 1024;
      if (value.length > longest) throw new Error(`${event.kind} ${key} has ${value.length}`);
      if (!value.isWellFormed()) throw new Error(`${event.kind} ${key} is ill-formed`);
      // Bytes have one place: the small picture of a file.
      if (value.length > 200 && value.startsWith('/9j/') && key !== 'thumbnail')
        throw new Error(`${key} is a file`);
    } else if (typeof value === 'number') {
      // What is counted and when it was is whole; only a place on earth is not.
      const isPlace = key === 'latitude' || key === 'longitude';
      if (!(isPlace ? Number.isFinite(value) : Number.isSafeInteger(value)))
        throw new Error(`${event.kind} ${key} is ${value}`);
    } else if (Array.isArray(value)) {
      const most = key === 'members' ? limits.members : limits.list;
      if (value.length > most) throw new Error(`${event.kind} ${key} has ${value.length} entries`);
      for (const entry of value) walk(entry, key);
    } else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) walk(inner, name);
    }
  };
  walk(event, 'event');
  if (event.kind === 'message' && event.content) {
    expect(messageContent.strict().parse(event.content)).toEqual(event.content);
  }
}

/** A copy in which the nth value of the tree is another. */
function replaceAt(body: unknown, place: number, value: unknown): unknown {
  let left = place % countOf(body);
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child)]));
  };
  return walk(body);
}

function countOf(node: unknown): number {
  if (node === null || typeof node !== 'object') return 1;
  return Object.values(node).reduce<number>((sum, child) => sum + countOf(child), 1);
}
