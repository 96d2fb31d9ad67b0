import { join } from 'node:path';
import { existsSync } from 'node:fs';
import express, { Router, type Response } from 'express';
import { adminPages } from './admin-pages.ts';
import { embedPages } from './embed-pages.ts';
import type { HttpParts } from './parts.ts';
import { pageHeaders } from './security-headers.ts';

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Chatdock</title>
<h1>Chatdock</h1>
<p>This server answers the widget inside your CRM. There is nothing else to see here.</p>
</html>
`;

/** The built widget, for any page of the world, and our own pages. */
export function pageRouter(parts: HttpParts): Router {
  const { config, widgetFolder, sandboxUrl } = parts;
  const router = Router({ caseSensitive: true, strict: true });
  embedPages(router, parts);
  const hosts = join(widgetFolder, 'host');

  router.use(
    '/widget',
    (request, response, next) => {
      // Host pages are pages, not parts of the widget.
      if (request.path.startsWith('/host/') && config.mode !== 'demo') return next('router');
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cross-origin-resource-policy', 'cross-origin');
      response.setHeader('x-content-type-options', 'nosniff');
      // Host pages (demo only) stand in for other people's sites and bring their own policy.
      const isPage = request.path.startsWith('/host/');
      const policy = isPage ? '' : "default-src 'none'; sandbox; ";
      response.setHeader('content-security-policy', `${policy}frame-ancestors 'none'`);
      next();
    },
    express.static(widgetFolder, {
      index: false,
      redirect: false,
      dotfiles: 'ignore',
      fallthrough: true,
      setHeaders: widgetCaching,
    }),
  );

  const headers = pageHeaders(config.publicUrl);
  adminPages(router, widgetFolder, headers);
  router.get('/demo.json', (_request, response, next) => {
    if (config.mode !== 'demo') return next();
    response.setHeader('cache-control', 'no-store');
    response.json({ sandboxUrl: sandboxUrl ?? null });
  });
  if (config.mode === 'demo' && existsSync(hosts)) {
    router.use(
      '/',
      headers,
      express.static(join(hosts, 'crm'), {
        dotfiles: 'ignore',
        redirect: false,
        cacheControl: false,
        setHeaders: (response) => void response.setHeader('cache-control', 'no-cache'),
      }),
    );
  }
  router.get('/', headers, (_request, response) => {
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(page);
  });
  return router;
}

/** Hashed files never change; the loader is asked for again every five minutes. */
function widgetCaching(response: Response, path: string): void {
  const isHashed = /[\\/]assets[\\/]|-[A-Za-z0-9_-]{8,}\.(js|css|woff2|svg|png)$/.test(path);
  response.setHeader(
    'cache-control',
    isHashed
      ? 'public, max-age=31536000, immutable'
      : /v\d+\.\d+\.\d+[\\/]loader\.js$/.test(path)
        ? 'public, max-age=31536000, immutable'
        : path.endsWith('loader.js')
          ? 'public, max-age=300, stale-while-revalidate=86400'
          : 'no-cache',
  );
}
