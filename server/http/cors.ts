import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/index.ts';
import { Problem } from '../contract/problem.ts';
import { pageOrigin } from './identity.ts';

const methods = 'GET, POST, PUT, PATCH, DELETE';
const headers = 'authorization, content-type, x-file-name';
const exposed = 'retry-after, x-request-id';

/** Lets pages of this origin read the answer. No credentials: foreign pages use a bearer token, never the cookie. */
export function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', exposed);
}

/** Before the sign-in is known: an origin that no Organisation allows learns nothing, not even errors. */
export async function applyCors(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  publicUrl: string | undefined,
): Promise<void> {
  response.appendHeader('vary', 'Origin');
  const { foreign } = pageOrigin(request, publicUrl);
  if (foreign !== undefined && (await access.origins.isKnown(foreign))) allowOrigin(response, foreign);
}

/** Answers a preflight: exact origins only. */
export async function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  publicUrl: string | undefined,
): Promise<void> {
  const { foreign } = pageOrigin(request, publicUrl);
  if (foreign !== undefined) {
    if (!(await access.origins.isKnown(foreign))) throw new Problem('origin-not-allowed');
    response.setHeader('access-control-allow-methods', methods);
    response.setHeader('access-control-allow-headers', headers);
    response.setHeader('access-control-max-age', '600');
  }
  response.statusCode = 204;
  response.end();
}
