import { defineConfig } from 'vitest/config';

// Four kinds of test, told apart by their names (see e2e/README.md):
//   *.test.ts          pure and fast, beside the code
//   *.db.test.ts       on SQLite and on a private MariaDB that the run starts
//   *.browser.test.ts  real Chromium (engine, sandbox, widget)
//   e2e/*.e2e.test.ts  the whole product: server, sandbox, real library, real browser
const ignored = ['**/node_modules/**', 'dist/**', 'data/**'];
const withDatabase = { globalSetup: ['db/testing-mariadb.ts'] };

/** A browser on two busy cores can miss a time limit; what is broken fails twice. */
const retry = 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Most of a pure test's time was its worker's start: 50 s of processor with one each, 19 s with shared ones.
          isolate: false,
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.db.test.ts', '**/*.browser.test.ts', '**/*.e2e.test.ts'],
        },
      },
      {
        test: {
          name: 'database',
          include: ['**/*.db.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One worker waits for the disk while the other works.
          maxWorkers: 2,
          ...withDatabase,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: ignored,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          // They wait as much as they work: for heartbeats, for limits, for what must not come.
          maxWorkers: 3,
          retry,
          ...withDatabase,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          retry,
          ...withDatabase,
        },
      },
    ],
  },
});
