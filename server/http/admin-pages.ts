import { join } from 'node:path';
import type { RequestHandler, Response, Router } from 'express';

/**
 * Our own pages that are more than a notice: `/admin`, and `/link` for the phone's owner. Both are empty until their
 * scripts have asked the API; what those may see, the routes decide. Their files come from `/widget/admin`.
 */
export function adminPages(router: Router, widgetFolder: string, headers: RequestHandler): void {
  const send =
    (name: string) =>
    (response: Response): void => {
      response.setHeader('cache-control', 'no-cache');
      response.sendFile(
        join(widgetFolder, 'admin', name),
        { cacheControl: false, dotfiles: 'allow' },
        (error) => {
          if (error && !response.headersSent)
            response.status(503).type('text').send('The widget is not built.\n');
        },
      );
    };
  const admin = send('admin.html');
  const link = send('link.html');
  router.get('/admin', headers, (_request, response) => admin(response));
  router.get('/admin/', (_request, response) => response.redirect('../admin'));
  router.get('/link', headers, (_request, response) => link(response));
}
