import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUnavailable } from '../../db/portable.ts';
import { Problem, problems, type ProblemCode } from '../contract/problem.ts';
import type { Log } from '../log.ts';

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  correlationId: string;
}

/** Errors of Express's body reader and router that are the caller's, by their `type`. */
const foreign: Record<string, ProblemCode> = {
  'entity.too.large': 'too-large',
  'entity.parse.failed': 'bad-request',
  'entity.verify.failed': 'bad-request',
  'request.size.invalid': 'bad-request',
  'request.aborted': 'bad-request',
  'encoding.unsupported': 'unsupported-media-type',
  'charset.unsupported': 'unsupported-media-type',
};

/** Turns whatever was thrown into an expected refusal; faults are logged here, once, and nowhere else. */
export function toProblem(
  error: unknown,
  log: Log,
  about: { correlationId: string; where: string },
): Problem {
  if (error instanceof Problem) {
    if (error.status >= 500) log.warn({ ...about, code: error.code }, 'refused for now');
    return error;
  }
  const type = error !== null && typeof error === 'object' && 'type' in error ? String(error.type) : '';
  if (Object.hasOwn(foreign, type)) return new Problem(foreign[type]!);
  if (error instanceof URIError) return new Problem('bad-request');
  if (isUnavailable(error)) {
    log.error({ ...about, err: error }, 'the database cannot answer');
    return new Problem('unavailable', undefined, { retryAfter: 2 });
  }
  log.error({ ...about, err: error }, 'fault');
  return new Problem('fault');
}

/** Answers `application/problem+json`; without detail for what is our own fault. */
export function answerProblem(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
  correlationId: string,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body: ProblemBody = {
    type: `urn:chatdock:problem:${problem.code}`,
    title: problems[problem.code].title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined || problem.code === 'fault' ? {} : { detail: problem.detail }),
    correlationId,
  };
  response.statusCode = problem.status;
  response.setHeader('content-type', 'application/problem+json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  if (problem.retryAfter !== undefined) response.setHeader('retry-after', String(problem.retryAfter));
  if (problem.code === 'not-signed-in') response.setHeader('www-authenticate', 'Bearer');
  // A body that was not read to its end would be taken for the next request.
  if (!request.complete && problem.status >= 400 && hasBody(request))
    response.setHeader('connection', 'close');
  response.end(JSON.stringify(body));
}

export function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}
