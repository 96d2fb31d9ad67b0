import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Four kinds of test, told apart by their names (see e2e/README.md):
//   *.test.ts          pure and fast, beside the code
//   *.db.test.ts       on SQLite and on a private MariaDB that the run starts
//   *.browser.test.ts  real Chromium (engine, sandbox, widget)
//   e2e/*.e2e.test.ts  the whole product: server, sandbox, real library, real browser
const ignored = ['**/node_modules/**', 'dist/**', 'data/**'];
const withDatabase = { globalSetup: ['db/testing-mariadb.ts'] };

// What Node makes of our TypeScript is kept: a house starts with 1 s less of the processor, an engine's child with 0.5 s,
// and a run starts some three hundred.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('node_modules/.cache/chatdock-compiled', import.meta.url),
);

/** A browser on two busy cores can miss a time limit; what is broken fails twice. */
const retry = 1;
/** Vitest's own second is too short for a browser, or a database, on two busy cores. It ends as soon as it is so. */
const expectation = { poll: { timeout: 30_000, interval: 50 } };

/** How many files at once; to be tried out on another machine. */
const workers = (name: string, usual: number): number =>
  Number(process.env[`CHATDOCK_TEST_${name}`] ?? usual);
const inBrowsers = workers('BROWSERS', 3);

/** What would be waited for alone if it came last, longest first; vitest itself knows only what it has run before. */
const long = [
  'e2e/crash',
  'widget/matrix',
  'faults/wwebjs',
  'wwebjs/library-faults',
  'widget/screens',
  'baileys/session',
  'faults/baileys',
  'widget/talk-looks',
  'e2e/rows-link',
  'e2e/rows-keyboard',
  'e2e/rows-settings',
  'e2e/send-crash',
  'admin/admin.browser',
  'http/strange-input',
  'webhook/replay',
  'http/permissions',
  'http/authorisation',
  'chat/law',
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line no-array-sort -- no array's: vitest's own order
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const found = long.findIndex((name) => moduleId.includes(`/${name}`));
      return found === -1 ? long.length : found;
    };
    const order = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    return sorted.toSorted((a, b) => order(a) - order(b) || place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          expect: expectation,
          sequence: { groupOrder: 0 },
          // Most of a pure test's time was its worker's start: 50 s of processor with one each, 19 s with shared ones.
          isolate: false,
          // They wait for nothing, but a law computes for a second, and on a busy machine for ten.
          testTimeout: 30_000,
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.browser.test.ts', '**/*.e2e.test.ts'],
        },
      },
      {
        test: {
          name: 'database',
          expect: expectation,
          sequence: { groupOrder: 1 },
          // A worker for each of seventy files is a second of the processor each.
          isolate: false,
          include: ['**/*.db.test.ts'],
          exclude: ignored,
          // They compute; what takes two seconds alone takes twenty beside browsers on a busy machine.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One worker waits for the database while the other works.
          maxWorkers: workers('DATABASES', 2),
          ...withDatabase,
        },
      },
      {
        test: {
          name: 'browser',
          expect: expectation,
          sequence: { groupOrder: 2 },
          include: ['**/*.browser.test.ts'],
          exclude: ignored,
          // Sixty workers with our modules in each were 50 s of the processor. No module that files share registers hooks
          // by being imported: it would do so for the first file only.
          isolate: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // They wait as much as they work: for heartbeats, for limits, for what must not come.
          maxWorkers: inBrowsers,
          retry,
          ...withDatabase,
        },
      },
      {
        test: {
          name: 'e2e',
          expect: expectation,
          // Among those in a browser: the last file of one kind is not waited for by the first of the other.
          sequence: { groupOrder: 2 },
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: ignored,
          isolate: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: inBrowsers,
          retry,
          ...withDatabase,
        },
      },
    ],
  },
});
