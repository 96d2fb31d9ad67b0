import { createServer, type RequestListener, type Server } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { ping } from '../../db/database.ts';
import { Problem } from '../contract/problem.ts';
import { correlationId } from '../ids.ts';
import { apiRouter } from './api.ts';
import { InboxOwners } from './changes.ts';
import { answerFastChanges } from './fast-changes.ts';
import { openApi } from './openapi.ts';
import { pageRouter } from './pages.ts';
import type { HttpParts } from './parts.ts';
import { answerProblem, hasBody, toProblem } from './problem-answer.ts';
import { routeTable } from './route-table.ts';
import type { Route } from './route.ts';
import { dataHeaders } from './security-headers.ts';

export interface HttpApp {
  app: Express;
  /** For the server: the fast doors first, then Express. */
  handler: RequestListener;
  routes: readonly Route[];
}

/**
 * The HTTP edge. Starts nothing and owns nothing: the caller listens and closes.
 */
export function createHttpApp(parts: HttpParts): HttpApp {
  const log = parts.log.child({ room: 'http' });
  const changes = { chat: parts.chat, heads: parts.heads, owners: new InboxOwners(parts.bus) };
  const routes = routeTable({ ...parts, ...changes });
  // Made when it is first asked for: it takes a quarter of a second, of a start too.
  let document: string | undefined;

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', parts.config.trustedProxies);

  app.use((request, response, next) => {
    const started = performance.now();
    const id = correlationId();
    response.locals['correlationId'] = id;
    response.setHeader('x-request-id', id);
    response.on('finish', () => {
      const ms = Math.round(performance.now() - started);
      const route = (request as { route?: { path?: unknown } }).route?.path;
      log.debug({ id, method: request.method, route, status: response.statusCode, ms }, 'answered');
    });
    next();
  });
  app.use((request, _response, next) => {
    // TRACE would mirror headers back; CONNECT never gets here.
    next(request.method === 'TRACE' ? new Problem('method-not-allowed') : undefined);
  });

  app.get('/healthz', (_request, response) => void plain(response).json({ ok: true }));
  app.get('/readyz', async (_request, response) => {
    await ping(parts.db);
    plain(response).json({ ok: true });
  });
  app.get('/api/v1/openapi.json', (_request, response) => {
    plain(response).setHeader('cache-control', 'public, max-age=300');
    response.type('json').send((document ??= JSON.stringify(openApi(routes))));
  });
  app.use('/api/v1', apiRouter({ ...parts, log }, routes));
  app.use(pageRouter(parts));

  app.use((_request, response) => {
    plain(response);
    throw new Problem('not-found');
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const id = String(response.locals['correlationId'] ?? correlationId());
    const problem = toProblem(error, log, { correlationId: id, where: `${request.method} ${request.path}` });
    if (problem.code === 'origin-not-allowed') response.removeHeader('access-control-allow-origin');
    answerProblem(request, response, problem, id);
  });

  const fast = { ...changes, access: parts.access, publicUrl: parts.config.publicUrl, log };
  return {
    app,
    routes,
    handler: (request, response) => {
      if (!answerFastChanges(fast, request, response)) app(request, response);
    },
  };
}

/** A server with time limits that outlast a proxy's idle connections and not a slow sender's patience. */
export function createHttpServer(handler: RequestListener, patienceMs = 30_000): Server {
  return createServer(
    { keepAliveTimeout: 75_000, headersTimeout: 20_000, requestTimeout: 0, maxHeaderSize: 16 * 1024 },
    withPatience(handler, patienceMs),
  );
}

/** Whose bodies have a pace of their own to keep (server/media/upload.ts, server/webhook/body.ts). */
const ownPace = /^\/(?:api\/v1\/uploads|webhook\/)/;

/** Node's own limit would be one for all bodies: files take longer than 30 s on a slow line. */
function withPatience(handler: RequestListener, patienceMs: number): RequestListener {
  return (request, response) => {
    if (hasBody(request) && !ownPace.test(request.url ?? '')) {
      const late = setTimeout(() => {
        if (request.complete) return;
        if (response.headersSent) request.destroy();
        else response.writeHead(408, { connection: 'close', 'content-length': 0 }).end();
      }, patienceMs);
      request.once('close', () => clearTimeout(late));
    }
    handler(request, response);
  };
}

function plain(response: Response): Response {
  for (const [name, value] of dataHeaders) response.setHeader(name, value);
  return response;
}
