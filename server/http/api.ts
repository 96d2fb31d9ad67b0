import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from '../contract/problem.ts';
import type { Caller } from '../access/index.ts';
import { runAudited } from './audited.ts';
import { answerPreflight, applyCors } from './cors.ts';
import { identify, pageOrigin } from './identity.ts';
import type { HttpParts } from './parts.ts';
import { hasBody } from './problem-answer.ts';
import { dataHeaders } from './security-headers.ts';
import { mayBeAbsent, mayCall, type Route } from './route.ts';

interface Locals {
  correlationId: string;
  signIn?: { principal: NonNullable<Awaited<ReturnType<typeof identify>>>['principal']; token: string };
}

const usualLimits = { perIp: 6_000, perSignIn: 1_200 };

/** Everything below `/api/v1`, built from the route table. */
export function apiRouter(parts: HttpParts, routes: readonly Route[]): Router {
  const { access, config } = parts;
  const limits = parts.limits ?? usualLimits;
  const router = Router({ caseSensitive: true, strict: true });
  const limiter = (limit: number, keyGenerator: (request: Request, response: Response) => string) =>
    rateLimit({
      windowMs: 60_000,
      limit,
      keyGenerator,
      standardHeaders: false,
      legacyHeaders: false,
      validate: { trustProxy: false, xForwardedForHeader: false, forwardedHeader: false },
      handler: (_request, _response, next) =>
        next(new Problem('too-many-requests', undefined, { retryAfter: 30 })),
    });
  const perSignIn = limiter(
    limits.perSignIn,
    (_request, response) => (response.locals as Locals).signIn?.principal.agentSessionId ?? 'public',
  );

  router.use((request, response, next) => {
    for (const [name, value] of dataHeaders) response.setHeader(name, value);
    applyCors(request, response, access, config.publicUrl).then(() => next(), next);
  });
  router.use(limiter(limits.perIp, (request) => ipKeyGenerator(request.ip ?? '')));
  router.options('/{*path}', (request, response) =>
    answerPreflight(request, response, access, config.publicUrl),
  );

  const methodsOf = new Map<string, string[]>();
  for (const route of routes) {
    methodsOf.set(route.path, [...(methodsOf.get(route.path) ?? []), route.method.toUpperCase()]);
    router[route.method](
      route.path,
      signInCheck(parts, route),
      route.who === 'public' ? pass : perSignIn,
      ...(route.takesFile ? [] : jsonBody(route)),
      answer(parts, route),
    );
  }
  for (const [path, methods] of methodsOf) {
    router.all(path, (_request, response) => {
      response.setHeader('allow', methods.join(', '));
      throw new Problem('method-not-allowed');
    });
  }
  return router;
}

function pass(_request: Request, _response: Response, next: NextFunction): void {
  next();
}

/** Who asks, before a byte of the body is read. */
function signInCheck({ access, config }: HttpParts, route: Route) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (route.who === 'public') {
      const { foreign } = pageOrigin(request, config.publicUrl);
      if (foreign !== undefined && !(await access.origins.isKnown(foreign))) {
        throw new Problem('origin-not-allowed');
      }
    } else {
      const signIn = await identify(request, access, config.publicUrl, {
        changes: route.changes,
        key: route.key,
      });
      if (!mayCall(signIn.principal, route)) throw new Problem('not-allowed');
      (response.locals as Locals).signIn = signIn;
    }
    next();
  };
}

/** JSON and nothing else: a form of another site cannot send it without asking first. */
function jsonBody(route: Route) {
  const parse = express.json({
    limit: route.bodyLimit,
    inflate: false,
    strict: true,
    type: 'application/json',
  });
  const check = (request: Request, _response: Response, next: NextFunction): void => {
    if (!hasBody(request)) {
      if (route.body && !mayBeAbsent(route.body))
        throw new Problem(
          request.is('application/json') === null && request.headers['content-type']
            ? 'unsupported-media-type'
            : 'bad-request',
          'A JSON body is required',
        );
      return next();
    }
    if (!request.is('application/json')) throw new Problem('unsupported-media-type');
    next();
  };
  return [check, parse];
}

function answer(parts: HttpParts, route: Route) {
  return async (request: Request, response: Response): Promise<void> => {
    const { foreign } = pageOrigin(request, parts.config.publicUrl);
    const caller: Caller = {
      ip: request.ip ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      origin: foreign ?? '',
    };
    const { signIn } = response.locals as Locals;
    response.statusCode = route.status;
    const call = {
      params: request.params,
      query: request.query,
      body: request.body as unknown,
      caller,
      principal: signIn?.principal,
      token: signIn?.token,
      request,
      response,
    };
    const value = await runAudited(parts.access, route, call);
    if (value === undefined || response.statusCode === 204) {
      response.end();
      return;
    }
    response.json(parts.checkAnswers && route.answer ? strictly(route, value) : value);
  };
}

function strictly(route: Route, value: unknown): unknown {
  const read = route.answer!.safeParse(value);
  if (!read.success)
    throw new Error(`${route.method} ${route.path} answered another shape`, { cause: read.error });
  return value;
}
