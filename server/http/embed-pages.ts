import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Request, type Response, type Router } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { Problem } from '../contract/problem.ts';
import type { HttpParts } from './parts.ts';
import { pageHeaders } from './security-headers.ts';

/** What `vite build` wrote down about itself. */
interface Manifest {
  version: string;
  frame: string;
}
const streamGapMs = 400;

/** What a page that embeds the widget asks besides the API: the frame, the doctor's questions, the developers' pages. */
export function embedPages(router: Router, { config, access, widgetFolder, clock }: HttpParts): void {
  const limiter = rateLimit({
    windowMs: 60_000,
    limit: 300,
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? ''),
    standardHeaders: false,
    legacyHeaders: false,
    validate: { trustProxy: false, xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) =>
      next(new Problem('too-many-requests', undefined, { retryAfter: 30 })),
  });

  router.get('/widget/frame', limiter, (request, response, next) => {
    answerFrame(request, response).catch(next);
  });
  const answerFrame = async (request: Request, response: Response): Promise<void> => {
    const { page } = request.query as { page?: unknown };
    const manifest = readManifest(widgetFolder);
    // One page and no other may frame it, and only if an Organisation lets that page in.
    // Our own pages open it as a window.
    const isOurs = page === (config.publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`);
    const isKnown = typeof page === 'string' && (isOurs || (await access.origins.isKnown(page)));
    framed(response, isKnown ? page : undefined, request, config.publicUrl);
    if (!isKnown || !manifest) response.status(isKnown ? 503 : 403);
    response.type('html').send(frameHtml(isKnown && manifest ? manifest.frame : undefined));
  };

  router.get('/widget/doctor.json', limiter, (request, response, next) => {
    answerDoctor(request, response).catch(next);
  });
  const answerDoctor = async (request: Request, response: Response): Promise<void> => {
    const { origin = request.headers.origin } = request.query as { origin?: unknown };
    const isKnown = typeof origin === 'string' && (await access.origins.isKnown(origin));
    openly(response);
    response.json({
      now: clock.now(),
      version: readManifest(widgetFolder)?.version ?? '',
      allowed: isKnown,
      isSecure: config.publicUrl?.startsWith('https:') ?? false,
    });
  };

  // Two lines, the second later: whoever gets both at once sits behind something that holds answers back.
  router.get('/widget/doctor.stream', limiter, (_request, response) => {
    openly(response);
    response.type('text/plain');
    response.write('first\n');
    const gap = new AbortController();
    response.once('close', () => gap.abort());
    void clock
      .delay(streamGapMs, gap.signal)
      .then(() => void (gap.signal.aborted || response.end('second\n')));
  });

  const headers = pageHeaders(config.publicUrl);
  router.use(
    '/developers',
    headers,
    express.static(join(widgetFolder, 'developers'), {
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      extensions: ['html'],
      cacheControl: false,
      setHeaders: (response) => void response.setHeader('cache-control', 'no-cache'),
    }),
  );
  router.get(['/developers', '/developers/'], (_request, response) => response.redirect('/developers/embed'));
}

/** For any page of the world: nothing in it belongs to anybody. */
function openly(response: Response): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-accel-buffering', 'auto');
}

function framed(
  response: Response,
  page: string | undefined,
  request: Request,
  publicUrl: string | undefined,
): void {
  const socket = (publicUrl ?? `http://${request.headers.host ?? ''}`).replace(/^http/, 'ws');
  const isSocket = /^wss?:\/\/[\w.:[\]-]+$/.test(socket);
  response.setHeader(
    'content-security-policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "media-src 'self' blob:",
      `connect-src 'self'${isSocket ? ` ${socket}` : ''}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      `frame-ancestors ${page ?? "'none'"}`,
    ].join('; '),
  );
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('permissions-policy', 'geolocation=(), camera=()');
}

function frameHtml(script: string | undefined): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Chatdock</title>
${script === undefined ? '<p>This page may not frame the chat.</p>' : `<body><script type="module" src="${script}"></script></body>`}
</html>
`;
}

/** Read when asked: a build may come while we run. */
function readManifest(widgetFolder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(widgetFolder, 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}
