import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Who may import whom (the table of the plan). A room is the longest matching prefix; a rule lists what it may import
 * besides itself. Packages are named as they are imported; `node:*` is open to all rooms that run in Node.
 */
const rules: { room: string; rooms: string[]; packages: string[] | 'any' }[] = [
  { room: 'server/contract/', rooms: [], packages: ['zod'] },
  { room: 'db/', rooms: ['server/contract/'], packages: ['kysely', 'kysely/migration'] },
  { room: 'db/dialect/', rooms: [], packages: ['kysely', 'better-sqlite3', 'mysql2'] },
  { room: 'migrations/', rooms: ['db/portable.ts'], packages: ['kysely'] },
  { room: 'server/engine/engine.ts', rooms: ['server/contract/'], packages: [] },
  { room: 'server/engine/foreign.ts', rooms: ['server/contract/'], packages: [] },
  { room: 'server/engine/processes.ts', rooms: [], packages: [] },
  {
    room: 'server/engine-child/',
    rooms: [
      'server/contract/',
      'server/engine/engine.ts',
      'server/engine/foreign.ts',
      'server/engine/processes.ts',
    ],
    packages: ['zod'],
  },
  { room: 'server/engine/load.ts', rooms: ['server/contract/', 'server/engine/engine.ts'], packages: [] },
  {
    room: 'server/engine/wwebjs/',
    rooms: [
      'server/contract/',
      'server/engine/engine.ts',
      'server/engine/foreign.ts',
      'server/engine/processes.ts',
      'server/engine-child/',
    ],
    packages: ['whatsapp-web.js', 'puppeteer', 'zod'],
  },
  {
    room: 'server/engine/baileys/',
    rooms: [
      'server/contract/',
      'server/engine/engine.ts',
      'server/engine/foreign.ts',
      'server/engine/processes.ts',
      'server/engine-child/',
    ],
    packages: ['baileys', 'zod'],
  },
  { room: 'server/webhook/dialect.ts', rooms: ['server/contract/'], packages: [] },
  {
    room: 'server/webhook/waha/',
    rooms: ['server/contract/', 'server/webhook/', 'server/ids.ts'],
    packages: ['zod'],
  },
  {
    room: 'server/webhook/wwebjs-api/',
    rooms: ['server/contract/', 'server/webhook/', 'server/ids.ts'],
    packages: ['zod'],
  },
  {
    room: 'server/webhook/',
    rooms: [
      'server/contract/',
      'db/',
      'server/chat/',
      'server/engine/engine.ts',
      'server/clock.ts',
      'server/log.ts',
      'server/ids.ts',
    ],
    packages: ['zod'],
  },
  { room: 'server/bus/', rooms: ['server/contract/'], packages: [] },
  {
    room: 'server/chat/',
    rooms: [
      'server/contract/',
      'db/',
      'server/engine/engine.ts',
      'server/bus/',
      'server/clock.ts',
      'server/ids.ts',
      'server/log.ts',
    ],
    packages: ['kysely', 'zod'],
  },
  {
    room: 'server/session/',
    rooms: [
      'server/contract/',
      'db/',
      'server/engine/engine.ts',
      'server/engine/load.ts',
      'server/bus/',
      'server/clock.ts',
      'server/log.ts',
      'server/ids.ts',
    ],
    packages: ['zod'],
  },
  {
    room: 'server/metrics/',
    rooms: ['server/contract/', 'db/', 'server/clock.ts', 'server/log.ts', 'server/session/sessions.ts'],
    packages: ['prom-client'],
  },
  {
    room: 'server/outgoing-webhook/',
    rooms: [
      'server/contract/',
      'db/',
      'server/chat/wire-rows.ts',
      'server/access/seal.ts',
      'server/webhook/remote-address.ts',
      'server/webhook/remote-request.ts',
      'server/bus/',
      'server/clock.ts',
      'server/ids.ts',
      'server/log.ts',
    ],
    packages: [],
  },
  {
    room: 'server/link-preview/',
    rooms: [
      'server/contract/',
      'server/webhook/remote-address.ts',
      'server/webhook/remote-request.ts',
      'server/clock.ts',
      'server/log.ts',
    ],
    packages: [],
  },
  {
    room: 'server/removal/',
    rooms: [
      'server/contract/',
      'db/',
      'server/chat/chat-room.ts',
      'server/session/sessions.ts',
      'server/media/store.ts',
      'server/outgoing-webhook/follow.ts',
      'server/bus/',
      'server/clock.ts',
      'server/log.ts',
    ],
    packages: [],
  },
  {
    room: 'server/profile-picture/',
    rooms: [
      'server/contract/',
      'db/',
      'server/chat/',
      'server/media/',
      'server/engine/engine.ts',
      'server/bus/',
      'server/clock.ts',
      'server/log.ts',
    ],
    packages: [],
  },
  { room: 'server/media/store.ts', rooms: [], packages: [] },
  {
    room: 'server/media/',
    rooms: [
      'server/contract/',
      'db/',
      'server/chat/',
      'server/engine/engine.ts',
      'server/bus/',
      'server/clock.ts',
      'server/ids.ts',
      'server/log.ts',
    ],
    packages: ['zod', 'sharp'],
  },
  { room: 'server/realtime/wamp/', rooms: [], packages: [] },
  {
    room: 'server/realtime/',
    rooms: [
      'server/contract/',
      'server/bus/',
      'server/clock.ts',
      'server/log.ts',
      'server/access/',
      'server/ids.ts',
    ],
    packages: ['ws', 'zod'],
  },
  {
    room: 'server/access/',
    rooms: [
      'server/contract/',
      'db/',
      'server/bus/',
      'server/clock.ts',
      'server/ids.ts',
      'server/log.ts',
      'server/config.ts',
    ],
    packages: ['@node-rs/argon2', 'jose', 'otpauth', 'kysely', 'zod'],
  },
  {
    room: 'server/http/',
    rooms: [
      'server/contract/',
      'server/access/',
      'server/chat/',
      'server/session/sessions.ts',
      'server/media/index.ts',
      'server/realtime/heads.ts',
      'server/webhook/',
      'server/outgoing-webhook/index.ts',
      'server/removal/index.ts',
      'server/profile-picture/index.ts',
      'server/link-preview/index.ts',
      'server/bus/',
      'server/config.ts',
      'server/clock.ts',
      'server/ids.ts',
      'server/log.ts',
      'db/',
      'server/engine/engine.ts',
    ],
    packages: [
      'express',
      'helmet',
      'express-rate-limit',
      'cookie',
      'zod',
      'libphonenumber-js',
      'libphonenumber-js/max',
      'uqr',
    ],
  },
  { room: 'widget/loader/', rooms: ['widget/npm/'], packages: [] },
  // The app only by its address.
  { room: 'widget/embed/', rooms: ['widget/loader/seam.ts', 'widget/npm/', 'widget/stand/'], packages: [] },
  { room: 'widget/stand/', rooms: ['widget/loader/seam.ts'], packages: [] },
  { room: 'widget/developers/', rooms: ['widget/embed/', 'widget/npm/'], packages: [] },
  {
    room: 'widget/admin/',
    rooms: [
      'server/contract/',
      'widget/app/link/',
      'widget/app/view/phone-text.ts',
      'widget/developers/snippets.ts',
    ],
    packages: ['preact', 'preact/hooks', '@preact/signals', 'uqr'],
  },
  { room: 'widget/app/link/', rooms: ['server/contract/'], packages: [] },
  {
    room: 'widget/app/model/',
    rooms: ['server/contract/', 'widget/app/link/'],
    packages: ['@preact/signals', 'idb-keyval'],
  },
  {
    room: 'widget/app/text/',
    rooms: ['server/contract/'],
    packages: ['@preact/signals'],
  },
  {
    room: 'widget/app/view/',
    rooms: ['widget/app/model/', 'widget/app/text/', 'widget/stand/stand.ts', 'server/contract/'],
    packages: ['preact', 'preact/hooks', '@preact/signals', '@tanstack/virtual-core', 'uqr', 'linkifyjs'],
  },
  {
    room: 'sandbox/',
    rooms: [],
    packages: ['ws', 'zod', 'baileys'],
  },
];

const top = join(import.meta.dirname, '..');
const sources = ['server', 'db', 'migrations', 'widget', 'sandbox'].flatMap((folder) =>
  readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.tsx?$/.test(name) &&
        !/\.test\.tsx?$/.test(name) &&
        !/(^|\/)(testing|conformance)[^/]*\.ts$/.test(name),
    )
    .map((name) => `${folder}/${name}`),
);

/** Files that may know everything: the knot, and what the tests stand on. */
const free = new Set(['server/main.ts', 'server/compose.ts']);

function importsOf(path: string): { target: string; typeOnly: boolean; isLazy?: boolean }[] {
  const text = readFileSync(join(top, path), 'utf8');
  const found: { target: string; typeOnly: boolean; isLazy?: boolean }[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) {
    found.push({ target: match[2]!, typeOnly: Boolean(match[1]) });
  }
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g))
    found.push({ target: match[1]!, typeOnly: false, isLazy: true });
  return found;
}

function ruleFor(path: string) {
  return rules
    .filter((rule) => path.startsWith(rule.room))
    .toSorted((a, b) => b.room.length - a.room.length)[0];
}

test('every room imports only what the plan allows', () => {
  const broken: string[] = [];
  for (const path of sources) {
    if (free.has(path)) continue;
    const rule = ruleFor(path);
    if (!rule) continue;
    for (const { target, typeOnly } of importsOf(path)) {
      if (target.startsWith('node:')) continue;
      if (target.startsWith('.')) {
        const file = normalize(relative(top, join(top, dirname(path), target))).replace(/\?.*$/, '');
        if (file.startsWith(rule.room) || rule.rooms.some((room) => file.startsWith(room))) continue;
        broken.push(
          `${path} imports ${file}: ${rule.room} may import only ${rule.rooms.join(', ') || 'nothing of ours'}`,
        );
      } else if (rule.packages !== 'any' && !rule.packages.includes(target) && !typeOnly) {
        broken.push(
          `${path} imports the package ${target}: ${rule.room} may use only ${rule.packages.join(', ') || 'none'}`,
        );
      }
    }
  }
  expect(broken).toEqual([]);
});

/** Files of ours that `path` imports at once; types, too, if `types`. */
function neighbours(path: string, types: boolean): string[] {
  return importsOf(path)
    .filter(({ target, typeOnly, isLazy }) => target.startsWith('.') && !isLazy && (types || !typeOnly))
    .map(({ target }) => normalize(join(dirname(path), target)).replace(/\?.*$/, ''));
}

/** A way along the imports that comes back to where it began; undefined: there is none. */
function circle(from: readonly string[], next: (path: string) => string[]): string[] | undefined {
  const done = new Set<string>();
  const walk = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const other of next(path)) {
      const found = walk(other, [...way, path]);
      if (found) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const path of from) {
    const found = walk(path, []);
    if (found) return found;
  }
  return undefined;
}

test('no file needs one that needs it; in the heart not even its types', () => {
  const known = new Set(sources);
  const ours = (path: string, types: boolean): string[] =>
    neighbours(path, types).filter((one) => known.has(one));
  expect(circle(sources, (path) => ours(path, false))).toBeUndefined();
  const heart = (path: string): boolean => /^(server\/chat|db)\//.test(path);
  expect(circle(sources.filter(heart), (path) => ours(path, true).filter(heart))).toBeUndefined();
});

test('only the configuration reads the environment', () => {
  const allowed = new Set([
    'server/main.ts',
    'server/config.ts',
    // Hands a browser's process the few things of the environment it runs by, and so keeps the rest from it.
    'server/engine-child/link.ts',
  ]);
  const readers = sources.filter(
    (path) =>
      path.startsWith('server/') &&
      !allowed.has(path) &&
      /process\.env/.test(readFileSync(join(top, path), 'utf8')),
  );
  expect(readers).toEqual([]);
});

test('nothing writes HTML from text, evaluates text or posts to every origin', () => {
  const broken = sources.filter((path) =>
    /\.innerHTML|\.outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|\beval\(|new Function\(|postMessage\([^)]*'\*'/.test(
      readFileSync(join(top, path), 'utf8'),
    ),
  );
  expect(broken).toEqual([]);
});
