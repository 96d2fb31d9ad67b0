import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { createLinkPreviews, type LinkPreviewOptions } from './index.ts';
import { largestHead } from './read-page.ts';
import { mostRedirects, patienceMs } from './fetch-page.ts';
import { pace } from './pace.ts';
import { page, startSite, type Answering } from './testing.ts';

const who = { organisationId: 7, agentId: 1 };
const words = { title: 'Bici blu', description: 'Come nuova' };
const head = '<title>Bici blu</title><meta name="description" content="Come nuova">';

function room(changes: Partial<LinkPreviewOptions> = {}) {
  const lines: string[] = [];
  const clock = new ManualClock();
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const previews = createLinkPreviews({ clock, log, isOn: true, ...changes });
  return { clock, lines, previews };
}
/** A site of this machine that may be spoken to, and a room that may. */
async function sited(answer: Answering) {
  const site = await startSite(answer);
  return { site, ...room({ trusted: [site.origin] }) };
}

test('the words of a page are told, asked for by a stranger: no cookie, no name, no referrer, nothing packed', async () => {
  await using all = new AsyncDisposableStack();
  const { site, previews } = await sited((request, response) => {
    response.setHeader('set-cookie', 'id=1');
    page(head)(request, response);
  });
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/a?b=c#d`)).toEqual(words);
  const [{ url, headers, method }] = site.asked as [(typeof site.asked)[0]];
  expect([method, url]).toEqual(['GET', '/a?b=c']);
  expect(Object.keys(headers).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
  expect(headers['accept-encoding']).toBe('identity');
});

test.each([
  ['this machine', 'http://127.0.0.1/'],
  ['this machine, written as a number', 'http://2130706433/'],
  ['this machine, in octal and hexadecimal', 'http://0177.0.0x1/'],
  ['this machine in IPv6', 'http://[::1]/'],
  ['no machine', 'http://0.0.0.0/'],
  ['a private network', 'https://10.1.2.3/'],
  ['another', 'https://172.16.0.1/'],
  ['the neighbours', 'https://192.168.1.1/'],
  ['a provider’s network', 'http://100.64.0.1/'],
  ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data/'],
  ['link-local in IPv6', 'http://[fe80::1]/'],
  ['a private network in IPv6', 'http://[fd00::1]/'],
  ['IPv4 in the clothes of IPv6', 'http://[::ffff:127.0.0.1]/'],
  ['IPv4 in other clothes', 'http://[::ffff:a9fe:a9fe]/'],
  ['IPv4 behind a translator', 'http://[64:ff9b::7f00:1]/'],
  ['IPv4 in a tunnel', 'http://[2002:7f00:1::]/'],
  ['a port of another service', 'https://93.184.216.34:6379/'],
])('SSRF: %s is not spoken to, and no log names it', async (_, address) => {
  const { previews, lines } = room({
    lookup: () => {
      throw new Error('a literal address is not looked up');
    },
  });
  await using _room = previews;
  expect(await previews.look(who, address)).toBeUndefined();
  expect(lines.join()).toContain('not to be spoken to');
  expect(lines.join()).not.toContain(new URL(address).hostname);
});

test.each([
  'file:///etc/passwd',
  'ftp://93.184.216.34/',
  'gopher://93.184.216.34/',
  'https://user:pw@93.184.216.34/',
  'data:text/html,<title>x',
  'no address',
])('SSRF: %s is no page', async (address) => {
  const { previews } = room({ lookup: () => Promise.reject(new Error('not asked')) });
  await using _room = previews;
  expect(await previews.look(who, address)).toBeUndefined();
});

test('SSRF: a name that leads into our network is not spoken to, whatever other addresses it has', async () => {
  await using site = await startSite(page(head));
  const { previews, lines } = room({
    lookup: async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ],
  });
  await using _room = previews;
  expect(await previews.look(who, `http://shop.example:${site.port}/`)).toBeUndefined();
  expect(site.asked).toEqual([]);
  expect(lines.join()).toContain('network');
});

test('SSRF: DNS rebinding: a name is looked up once, and what was looked at is what is spoken to', async () => {
  await using site = await startSite(page(head));
  const origin = `http://rebind.example:${site.port}`;
  let looks = 0;
  // Another machine from the second look on: whoever asks again for the connection comes there, and nobody listens.
  const lookup = async () => [{ address: looks++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
  const { previews } = room({ trusted: [origin], lookup });
  await using _room = previews;
  expect(await previews.look(who, `${origin}/`)).toEqual(words);
  expect(looks).toBe(1);
});

test('SSRF: every step of a redirect is looked at like the first', async () => {
  await using inside = await startSite(page(head));
  for (const location of [
    `${inside.origin}/secret`,
    `http://localhost:${inside.port}/`,
    'http://169.254.169.254/',
    'file:///etc/passwd',
    'https://user:pw@93.184.216.34/',
  ]) {
    await using all = new AsyncDisposableStack();
    const { site, previews, lines } = await sited((_, response) =>
      response.writeHead(302, { location, 'set-cookie': 'id=1' }).end(),
    );
    all.use(site);
    all.use(previews);
    expect(await previews.look(who, `${site.origin}/`), location).toBeUndefined();
    expect(site.asked.length).toBe(1);
    expect(lines.join()).toContain('not to be spoken to');
  }
  expect(inside.asked).toEqual([]);
});

test('redirects are followed a few times, without the cookies given on the way, and no further', async () => {
  await using all = new AsyncDisposableStack();
  const { site, previews } = await sited((request, response) => {
    const left = Number(new URL(request.url!, 'http://x').searchParams.get('left'));
    if (left === 0) return page(head)(request, response);
    response.writeHead(301, { location: `?left=${left - 1}`, 'set-cookie': 'id=1' }).end();
  });
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/?left=${mostRedirects}`)).toEqual(words);
  expect(site.asked.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  expect(await previews.look(who, `${site.origin}/?left=${mostRedirects + 1}`)).toBeUndefined();
  const { length } = site.asked;
  expect(length).toBe(2 * (mostRedirects + 1));
});

test('of a page without an end no more than its head’s worth is read, and what it said by then is told', async () => {
  await using all = new AsyncDisposableStack();
  let sent = 0;
  const { site, previews } = await sited((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.write(head);
    const piece = Buffer.alloc(16_384, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(piece)) sent += piece.length;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/`)).toEqual(words);
  // What lies in the buffers between us was sent and not read.
  expect(sent).toBeLessThan(largestHead + 16 * 1024 * 1024);
});

test('the head is enough: a body that never comes is not waited for', async () => {
  await using all = new AsyncDisposableStack();
  const { site, previews } = await sited((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.write(`<head>${head}</he`);
    response.write('ad><body>');
  });
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/`)).toEqual(words);
});

test.each([
  ['one that never answers', () => undefined],
  [
    'one that never goes on',
    (_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<title>'),
  ],
] satisfies [string, Answering][])(
  'SSRF: a slow page, %s, is given up and the connection ended',
  async (_, answer) => {
    await using all = new AsyncDisposableStack();
    const gone = Promise.withResolvers<void>();
    const here = Promise.withResolvers<void>();
    const { site, previews, clock } = await sited((request, response) => {
      response.once('close', gone.resolve);
      answer(request, response);
      here.resolve();
    });
    all.use(site);
    all.use(previews);
    const looked = previews.look(who, `${site.origin}/`);
    await here.promise;
    await clock.advance(patienceMs);
    expect(await looked).toBeUndefined();
    await gone.promise;
  },
);

test('a name that is never resolved is given up', async () => {
  const { previews, clock } = room({ lookup: () => new Promise(() => {}) });
  await using _room = previews;
  const looked = previews.look(who, 'https://slow.example/');
  await clock.advance(patienceMs);
  expect(await looked).toBeUndefined();
});

test.each([
  ['a picture', { 'content-type': 'image/png' }],
  ['an HTML by another name', { 'content-type': 'text/plain' }],
  ['no kind at all', {}],
  ['packed, although that was not asked for', { 'content-type': 'text/html', 'content-encoding': 'gzip' }],
])('only HTML is read: %s is not', async (_, headers) => {
  await using all = new AsyncDisposableStack();
  const { site, previews } = await sited(
    (_request, response) => void response.writeHead(200, headers).end(head),
  );
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/`)).toBeUndefined();
});

test.each([404, 403, 500, 204, 304])('an answer %i has no words', async (status) => {
  await using all = new AsyncDisposableStack();
  const { site, previews } = await sited(
    (_, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(head),
  );
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/`)).toBeUndefined();
});

test.each([
  ['its header', 'text/html; charset=windows-1251', ''],
  ['its first words', 'text/html', '<meta charset="windows-1251">'],
])('letters are read as the page says in %s', async (_, type, first) => {
  await using all = new AsyncDisposableStack();
  const { site, previews } = await sited((_request, response) => {
    response.setHeader('content-type', type);
    response.end(Buffer.from(`${first}<title>\xcf\xf0\xe8\xe2\xe5\xf2</title>`, 'latin1'));
  });
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/`)).toEqual({ title: 'Привет' });
});

test('a page is asked for once in ten minutes for an Organisation, and for each Organisation by itself', async () => {
  await using all = new AsyncDisposableStack();
  const { site, previews, clock } = await sited(page(head));
  all.use(site);
  all.use(previews);
  const url = `${site.origin}/`;
  const both = await Promise.all([previews.look(who, url), previews.look({ ...who, agentId: 2 }, url)]);
  expect(both).toEqual([words, words]);
  expect(site.asked.length).toBe(1);
  await previews.look({ organisationId: 8, agentId: 3 }, url);
  expect(site.asked.length).toBe(2);
  await clock.advance(10 * 60_000);
  await previews.look(who, url);
  expect(site.asked.length).toBe(3);
});

test('that there was nothing is forgotten after a minute', async () => {
  await using all = new AsyncDisposableStack();
  let isThere = false;
  const { site, previews, clock } = await sited((request, response) =>
    isThere ? page(head)(request, response) : void response.writeHead(503).end(),
  );
  all.use(site);
  all.use(previews);
  expect(await previews.look(who, `${site.origin}/`)).toBeUndefined();
  isThere = true;
  expect(await previews.look(who, `${site.origin}/`)).toBeUndefined();
  await clock.advance(60_000);
  expect(await previews.look(who, `${site.origin}/`)).toEqual(words);
});

test('nobody searches a network with it: an Agent, and an Organisation, has so many pages a minute', async () => {
  const { previews, clock } = room({ lookup: () => Promise.reject(new Error('ENOTFOUND')) });
  await using _room = previews;
  let n = 0;
  const ask = (agentId: number, organisationId = 7): Promise<unknown> =>
    previews.look({ organisationId, agentId }, `https://a${n++}.example/`);
  for (let agent = 1; agent <= pace.anOrganisation / pace.anAgent; agent++) {
    for (let count = 0; count < pace.anAgent; count++) await ask(agent);
    await expect(ask(agent)).rejects.toMatchObject({ code: 'too-many-requests' });
  }
  // Somebody who has asked nothing yet is stopped by what the colleagues did; another Organisation is not.
  await expect(ask(99)).rejects.toMatchObject({ code: 'too-many-requests' });
  expect(await ask(99, 8)).toBeUndefined();
  await clock.advance(60_000);
  expect(await ask(99)).toBeUndefined();
});

test('switched off by the operator nothing is asked for', async () => {
  await using site = await startSite(page(head));
  const { previews } = room({ isOn: false, trusted: [site.origin] });
  await using _room = previews;
  await expect(previews.look(who, `${site.origin}/`)).rejects.toMatchObject({ code: 'not-supported' });
  expect(site.asked).toEqual([]);
});

test('closing ends what is being read', async () => {
  await using site = await startSite(() => undefined);
  const { previews } = room({ trusted: [site.origin] });
  const looked = previews.look(who, `${site.origin}/`);
  while (site.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const ended = new Promise((resolve) => site.asked[0]!.once('close', resolve));
  await previews[Symbol.asyncDispose]();
  expect(await looked).toBeUndefined();
  await ended;
});
