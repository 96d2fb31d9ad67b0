import { z } from 'zod';
import { Problem } from '../../contract/problem.ts';
import type { HttpParts } from '../parts.ts';
import { idText, signedInRoute, type Route } from '../route.ts';

const kind = z.enum(['image', 'video', 'voice', 'audio', 'document', 'sticker']);

const idList = z
  .string()
  .regex(/^[1-9]\d{0,14}(,[1-9]\d{0,14}){0,99}$/)
  .transform((text) => text.split(',').map(Number));

const mediaUrls = z.object({
  /** By the file's id; what is not there is left out. */
  urls: z.record(
    z.string(),
    z.object({
      original: z
        .string()
        .nullable()
        .describe('path below this server, null while the file is not stored; `&d=1` makes it a download'),
      thumbnail: z.string().nullable(),
      expiresAt: z.number(),
    }),
  ),
});

const pictureUrls = z.object({
  /** By the picture; what is not there is left out. */
  urls: z.record(
    z.string(),
    z.object({
      small: z.string().describe('path below this server: a WebP of 96 by 96 pixels'),
      large: z.string().describe('the same, at most 640 pixels'),
      expiresAt: z.number(),
    }),
  ),
});

const upload = z.object({
  uploadId: z.string(),
  kind: kind.describe('what it is sent as when nothing else is said'),
  mime: z.string(),
  size: z.int().describe('bytes'),
  fileName: z.string(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  expiresAt: z.number().describe('ms: not sent by then, it is gone'),
});

/** Files of Messages: short-lived addresses, another try, and files to be sent. */
export function mediaRoutes({ media, pictures }: HttpParts): Route[] {
  return [
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/media/urls',
        summary: 'Short-lived addresses of up to 100 files',
        query: z.object({ ids: idList.describe('by comma') }),
        answer: mediaUrls,
      },
      async ({ scope, principal, query: { ids } }) => ({
        urls: Object.fromEntries(await media.urls(scope, ids, principal.agentSessionId)),
      }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'get',
        path: '/pictures/urls',
        summary: 'Short-lived addresses of up to 100 profile pictures, by `picture` of Chats and Contacts',
        query: z.object({ ids: idList.describe('by comma') }),
        answer: pictureUrls,
      },
      async ({ scope, principal, query: { ids } }) => ({
        urls: Object.fromEntries(await pictures.urls(scope, ids, principal.agentSessionId)),
      }),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/messages/:messageId/media/retry',
        summary: 'Fetch the file of a Message that is not here, now',
        params: z.object({ messageId: idText }),
        status: 202,
      },
      ({ scope, params: { messageId } }) => media.retry(scope, messageId),
    ),
    signedInRoute(
      'agent',
      {
        method: 'post',
        path: '/uploads',
        summary: 'Upload a file, to be sent within a day; the body is the file',
        query: z.object({
          fileName: z.string().max(1_000).optional().describe('or the header X-File-Name, percent-encoded'),
          as: kind.optional().describe('what it shall be sent as; without it what its bytes are'),
        }),
        answer: upload,
        status: 201,
        takesFile: true,
      },
      async ({ scope, request, query }) => {
        const row = await media.receive(scope, request, {
          mime: request.headers['content-type'] ?? '',
          fileName: query.fileName ?? namedInHeader(request.headers['x-file-name']),
          kind: query.as,
        });
        return {
          uploadId: row.id,
          kind: row.kind,
          mime: row.mime,
          size: row.size,
          fileName: row.file_name,
          width: row.width,
          height: row.height,
          expiresAt: row.expires_at,
        };
      },
    ),
    signedInRoute(
      'agent',
      {
        method: 'delete',
        path: '/uploads/:uploadId',
        summary: 'Forget an upload of one’s own that is not to be sent',
        params: z.object({ uploadId: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
      },
      ({ scope, params: { uploadId } }) => media.discard(scope, uploadId),
    ),
  ];
}

/** Headers are ASCII: names come percent-encoded. */
function namedInHeader(header: string | string[] | undefined): string {
  if (typeof header !== 'string') return '';
  try {
    return decodeURIComponent(header).slice(0, 1_000);
  } catch {
    throw new Problem('bad-request', 'header x-file-name: percent-encoded UTF-8');
  }
}
