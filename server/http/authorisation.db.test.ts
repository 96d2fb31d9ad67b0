import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { goodPassword } from '../access/testing.ts';
import { digest } from '../ids.ts';
import type { Route } from './route.ts';
import { isEspo, nameOf, twoOrganisations } from './testing-two-organisations.ts';

const publicRoutes = [
  'post /auth/sign-in',
  'post /auth/embed',
  'post /auth/invitation',
  'post /auth/invitation/accept',
  'post /link',
];

/** They end the sign-in they are asked with, so each gets one of its own. */
const endings = new Set([
  'delete /auth/sessions/:agentSessionId',
  'delete /agents/:agentId/sessions/:agentSessionId',
  'delete /agents/:agentId/sessions',
  'post /auth/sign-out',
]);

/** What is deleted is asked about no more: the deeper it lies, the earlier it goes. */
function deletedLast(a: Route, b: Route): number {
  const rank = (route: Route): number =>
    endings.has(nameOf(route)) ? 2_000 : route.method === 'delete' ? 1_000 - route.path.split('/').length : 0;
  return rank(a) - rank(b);
}

describeDatabases('authorisation, from the route table', (database) => {
  let two: Awaited<ReturnType<typeof twoOrganisations>>;
  beforeAll(async () => {
    two = await twoOrganisations(database().db);
  });
  afterAll(() => two.house[Symbol.asyncDispose]());

  test('nobody who is not signed in gets anything but the sign-in', async () => {
    const { house, ask } = two;
    expect(house.routes.filter((route) => route.who === 'public').map(nameOf)).toEqual(publicRoutes);
    for (const route of house.routes.filter((one) => one.who !== 'public')) {
      expect(await ask(route), nameOf(route)).toMatchObject({ status: 401, json: { code: 'not-signed-in' } });
    }
  });

  test('an agent is refused what is the admins’, before it is looked at', async () => {
    const { house, mine, ask } = two;
    const admins = house.routes.filter((route) => route.who === 'admin');
    expect(admins.map(nameOf).toSorted()).toEqual([
      'delete /agents/:agentId/sessions',
      'delete /agents/:agentId/sessions/:agentSessionId',
      'delete /agents/:agentId/totp',
      'delete /api-keys/:apiKeyId',
      'delete /inboxes/:inboxId/backfill',
      'delete /inboxes/:inboxId/webhooks/:webhookId',
      'delete /invitations/:invitationId',
      'delete /organisation/embed-keys/:embedKeyId',
      'delete /organisation/endpoints/:endpointId',
      'get /agents',
      'get /agents/:agentId/sessions',
      'get /agents/:agentId/totp',
      'get /api-keys',
      'get /audit',
      'get /audit/check',
      'get /engines',
      'get /inboxes/:inboxId/webhooks',
      'get /inboxes/removals',
      'get /invitations',
      'get /organisation/embed-keys',
      'get /organisation/endpoints',
      'get /organisation/endpoints/:endpointId',
      'get /organisation/endpoints/:endpointId/deliveries',
      'get /organisation/origins',
      'get /organisation/remote-server',
      'get /sessions/figures',
      'patch /agents/:agentId',
      'patch /inboxes/:inboxId',
      'patch /organisation/endpoints/:endpointId',
      'patch /organisation/settings',
      'post /WhatsApp/action/logout',
      'post /WhatsApp/action/saveSettings',
      'post /agents',
      'post /api-keys',
      'post /connect',
      'post /connect/:session/disconnect',
      'post /inboxes',
      'post /inboxes/:inboxId/backfill',
      'post /inboxes/:inboxId/removal',
      'post /inboxes/:inboxId/restoration',
      'post /inboxes/:inboxId/session/engine',
      'post /inboxes/:inboxId/session/unlink',
      'post /inboxes/:inboxId/webhooks',
      'post /invitations',
      'post /organisation/embed-keys',
      'post /organisation/embed-keys/:embedKeyId/rotate',
      'post /organisation/endpoints',
      'post /organisation/endpoints/:endpointId/deliveries/:endpointDeliveryId/replay',
      'post /organisation/endpoints/:endpointId/replay',
      'post /organisation/endpoints/:endpointId/rotate',
      'post /organisation/endpoints/:endpointId/test',
      'put /inboxes/:inboxId/agents',
      'put /inboxes/:inboxId/session/limits',
      'put /organisation/origins',
    ]);
    const supervisors = house.routes.filter((route) => route.who === 'supervisor');
    expect(supervisors.map(nameOf).toSorted()).toEqual([
      'delete /canned-replies/:cannedReplyId',
      'delete /inboxes/:inboxId/links/:linkId',
      'delete /labels/:labelId',
      'get /WhatsApp/action/login',
      'get /WhatsApp/action/qrCode',
      'get /connect',
      'get /connect/:session',
      'get /connect/:session/qr',
      'get /connect/:session/status',
      'get /inboxes/:inboxId/agents',
      'get /inboxes/:inboxId/links',
      'get /inboxes/:inboxId/session/pairing',
      'patch /canned-replies/:cannedReplyId',
      'patch /labels/:labelId',
      'post /WhatsApp/action/login',
      'post /WhatsApp/action/qrCode',
      'post /canned-replies',
      'post /connect/:session/refresh',
      'post /inboxes/:inboxId/links',
      'post /inboxes/:inboxId/session/link',
      'post /inboxes/:inboxId/session/restart',
      'post /inboxes/:inboxId/session/stop',
      'post /labels',
      'put /canned-replies/category',
    ]);
    for (const route of [...admins, ...supervisors]) {
      expect(await ask(route, mine.agentToken), nameOf(route)).toMatchObject({
        status: 403,
        json: { code: 'not-allowed' },
      });
    }
    expect(house.sessions.asked).toEqual([]);
  });

  test('another Organisation’s admin gets 404 for every id of the first, and nothing happens', async () => {
    const { house, theirs, ask } = two;
    // Without an id in the path: see foreign-bodies.db.test.ts.
    const about = house.routes.filter(
      (one) =>
        one.path.includes(':') ||
        ['/changes', '/media/urls', '/pictures/urls'].includes(one.path) ||
        isEspo(one),
    );
    expect(about.length).toBeGreaterThan(90);
    for (const route of about) {
      const name = nameOf(route);
      if (name === 'post /WhatsApp/action/saveSettings') continue;
      const answer = await ask(route, theirs.adminToken);
      expect(answer, name).toMatchObject({ status: 404, json: { code: 'not-found' } });
      expect(answer.text, name).not.toContain('secret');
    }
    expect(house.sessions.asked).toEqual([]);
  });

  test('what answers about the caller’s own Organisation holds nothing of another’s', async () => {
    const { house, mine, theirs, ask } = two;
    const own = house.routes.filter(
      (one) =>
        one.method === 'get' && one.who !== 'public' && !/:|changes|(media|pictures)\/urls/.test(one.path),
    );
    expect(own.length).toBeGreaterThan(20);
    for (const route of own) {
      const { status, text } = await ask(route, theirs.adminToken, theirs);
      expect(status, nameOf(route)).toBe(200);
      // The played QR code is nobody's.
      for (const word of [mine.agent.email, mine.address.slice(0, 12), mine.ids['session']!, 'secret'])
        expect(text.replaceAll('2@secret', ''), nameOf(route)).not.toContain(word);
      expect(text, nameOf(route)).not.toContain(`"organisationId":${mine.organisationId},`);
    }
  });

  test('the Organisation’s own agent and admin are let in everywhere they may be', async () => {
    const { house, mine, ask } = two;
    for (const route of house.routes.filter((one) => one.who !== 'public').toSorted(deletedLast)) {
      let token = route.who === 'agent' ? mine.agentToken : mine.adminToken;
      if (endings.has(nameOf(route))) {
        const { token: newest } = await house.signIn(mine.agent.email, goodPassword);
        mine.ids['agentSessionId'] = digest(newest);
        if (route.who === 'agent') token = newest;
      }
      const { status, json } = await ask(route, token);
      // A wrong password and a Message that needs no retry are answers, not refusals of access.
      const isAnswer =
        status < 300 ||
        json.code === 'wrong-credentials' ||
        json.code === 'bad-token' ||
        // The Message is no poll.
        json.code === 'not-supported' ||
        json.code === 'conflict';
      expect(isAnswer, `${nameOf(route)}: ${status} ${JSON.stringify(json)}`).toBe(true);
    }
    // All of it was looked at and none left out: what is gone is gone.
    const gone = house.routes.find((one) => nameOf(one) === 'get /organisation/endpoints/:endpointId')!;
    expect((await ask(gone, mine.adminToken)).status).toBe(404);
  });
});
