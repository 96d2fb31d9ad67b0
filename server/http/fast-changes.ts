import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access, Principal } from '../access/index.ts';
import { correlationId } from '../ids.ts';
import type { Log } from '../log.ts';
import { Problem } from '../contract/problem.ts';
import { isNothingNew, mostText, parseSince, readChanges, type ChangesParts } from './changes.ts';
import { allowOrigin, applyCors } from './cors.ts';
import { apiKeyMay } from './permissions.ts';
import { identify, pageOrigin, readToken, requireOwnPage } from './identity.ts';
import { answerProblem, toProblem } from './problem-answer.ts';
import { dataHeaders } from './security-headers.ts';

const path = '/api/v1/changes?';

export interface FastChangesParts extends ChangesParts {
  access: Access;
  publicUrl: string | undefined;
  log: Log;
}

/**
 * The poll, in front of Express: it comes every second from every widget without a socket, and Express alone would
 * cost ten times the rest. Same sign-in, same origin rules, same answers. With nothing new, and the sign-in and the
 * origin still in memory, it ends without a query and without a promise. Returns false for every other request, and for
 * whoever is not known from memory: strangers go the way of all others, with its limits, before anything is looked up.
 */
export function answerFastChanges(
  parts: FastChangesParts,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.method !== 'GET' || !request.url?.startsWith(path)) return false;
  const principal = knownNow(parts, request);
  if (!principal) return false;
  if (!answerFromMemory(parts, principal, request, response)) {
    void answerWithQueries(parts, request, response);
  }
  return true;
}

function knownNow({ access }: FastChangesParts, request: IncomingMessage): Principal | undefined {
  const given = readToken(request);
  const principal = given && access.sessions.authenticateNow(given.token);
  return principal?.mode === given?.mode ? principal : undefined;
}

function readSince(url: string): ReturnType<typeof parseSince> {
  const query = new URLSearchParams(url.slice(path.length));
  const given = query.getAll('since');
  return given.length === 1 && given[0]!.length <= mostText ? parseSince(given[0]!) : undefined;
}

function answerFromMemory(
  parts: FastChangesParts,
  principal: Principal,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { foreign } = pageOrigin(request, parts.publicUrl);
  if (principal.mode === 'cookie') {
    const site = request.headers['sec-fetch-site'];
    if (foreign !== undefined || (site !== undefined && site !== 'same-origin' && site !== 'none'))
      return false;
  } else if (foreign !== undefined) {
    if (parts.access.origins.isAllowedNow(foreign, principal.organisationId) !== true) return false;
  }
  const cursors = readSince(request.url!);
  if (!cursors || !isNothingNew(parts, principal, cursors)) return false;
  for (const [name, value] of dataHeaders) response.setHeader(name, value);
  response.setHeader('vary', 'Origin');
  if (foreign !== undefined) allowOrigin(response, foreign);
  response.statusCode = 204;
  response.end();
  return true;
}

async function answerWithQueries(
  parts: FastChangesParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = correlationId();
  try {
    for (const [name, value] of dataHeaders) response.setHeader(name, value);
    response.setHeader('x-request-id', id);
    await applyCors(request, response, parts.access, parts.publicUrl);
    const { principal } = await identify(request, parts.access, parts.publicUrl, {
      changes: false,
      key: apiKeyMay['get /changes'],
    });
    if (principal.mode === 'cookie') requireOwnPage(request, parts.publicUrl);
    const cursors = readSince(request.url!);
    if (!cursors) throw new Problem('bad-request', 'query since: inboxId:cursor:era, by comma');
    const answer = await readChanges(parts, principal, cursors);
    if (!answer) {
      response.statusCode = 204;
      response.end();
      return;
    }
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(answer));
  } catch (error) {
    const problem = toProblem(error, parts.log, { correlationId: id, where: 'GET /changes' });
    if (problem.code === 'origin-not-allowed') response.removeHeader('access-control-allow-origin');
    answerProblem(request, response, problem, id);
  }
}
