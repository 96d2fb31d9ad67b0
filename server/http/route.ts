import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ApiScope } from '../contract/access.ts';
import type { Role } from '../contract/wire.ts';
import { apiKeyMay } from './permissions.ts';
import type { Caller, Principal } from '../access/index.ts';
import { Problem } from '../contract/problem.ts';
import type { Scope } from '../chat/chat-room.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** `supervisor` may do all that `agent` may, `admin` all that both may. */
export type Who = 'public' | Role;

const ranks: Record<Role, number> = { agent: 0, supervisor: 1, admin: 2 };

/** Whether a call without a body means something too: all it could say has a usual value. */
export function mayBeAbsent(body: z.ZodType): boolean {
  return body.safeParse(undefined).success;
}

/** The one place that compares roles. An API key is let in by its scope, which {@link identify} has asked for. */
export function mayCall(principal: Principal, route: Pick<Route, 'who' | 'key'>): boolean {
  if (route.who === 'public') return true;
  if (principal.mode === 'key') return route.key !== undefined && principal.scopes.includes(route.key);
  return ranks[principal.role] >= ranks[route.who];
}

/** A request as it reached its route: nothing of it has been believed yet. */
export interface RawCall {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: Caller;
  principal: Principal | undefined;
  token: string | undefined;
  request: IncomingMessage;
  response: ServerResponse;
}

export interface Call<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  caller: Caller;
  request: IncomingMessage;
  response: ServerResponse;
}

export interface SignedInCall<P, Q, B> extends Call<P, Q, B> {
  principal: Principal;
  scope: Scope;
  token: string;
}

interface Shape<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  method: Method;
  /** Below `/api/v1`, in Express's spelling: `/inboxes/:inboxId`. */
  path: string;
  /** One line for the OpenAPI document. */
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  /** Absent: the answer has no body (204). */
  answer?: A;
  /** 200 with an answer, 204 without, unless said otherwise. */
  status?: number;
  /** A GET that starts something: a cookie alone does not do. */
  changes?: boolean;
  /** Bytes; 256 KiB unless said otherwise. */
  bodyLimit?: number;
  /** The body is a file: the handler reads it from the request, and nobody before. */
  takesFile?: boolean;
  /** The answer is a file of one of these types, which the handler writes itself. */
  files?: string[];
}

/** One row of the route table: the app, the OpenAPI document and the authorisation test walk the same list. */
export interface Route {
  method: Method;
  path: string;
  who: Who;
  summary: string;
  params: z.ZodType | undefined;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  answer: z.ZodType | undefined;
  status: number;
  changes: boolean;
  bodyLimit: number;
  takesFile: boolean;
  files: readonly string[];
  /** What an API key must be allowed to call it; undefined: closed to every key. */
  key: ApiScope | undefined;
  run(call: RawCall): Promise<unknown>;
}

type Nothing = z.ZodUndefined;

export function publicRoute<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  A extends z.ZodType = z.ZodVoid,
>(
  shape: Shape<P, Q, B, A>,
  handler: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>>,
): Route {
  return { ...row(shape), who: 'public', run: async (raw) => handler({ ...raw, ...read(shape, raw) }) };
}

export function signedInRoute<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  A extends z.ZodType = z.ZodVoid,
>(
  who: Role,
  shape: Shape<P, Q, B, A>,
  handler: (call: SignedInCall<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<A>>,
): Route {
  return {
    ...row(shape),
    who,
    run: async (raw) => {
      const { principal, token } = raw;
      if (!principal || token === undefined) throw new Problem('not-signed-in');
      if (!mayCall(principal, { who, key: apiKeyMay[`${shape.method} ${shape.path}`] })) {
        throw new Problem('not-allowed');
      }
      const { organisationId, agentId, sees } = principal;
      const scope = { organisationId, agentId, sees };
      return handler({ ...raw, ...read(shape, raw), principal, scope, token });
    },
  };
}

function row<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  shape: Shape<P, Q, B, A>,
): Omit<Route, 'who' | 'run'> {
  return {
    method: shape.method,
    path: shape.path,
    summary: shape.summary,
    params: shape.params,
    query: shape.query,
    body: shape.body,
    answer: shape.answer,
    status: shape.status ?? (shape.answer || shape.files ? 200 : 204),
    changes: shape.changes ?? shape.method !== 'get',
    bodyLimit: shape.bodyLimit ?? 256 * 1024,
    takesFile: shape.takesFile ?? false,
    files: shape.files ?? [],
    key: apiKeyMay[`${shape.method} ${shape.path}`],
  };
}

function read<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  shape: Shape<P, Q, B, A>,
  raw: RawCall,
): { params: z.output<P>; query: z.output<Q>; body: z.output<B> } {
  const params = shape.params?.safeParse(raw.params);
  // An id that cannot be one names nothing.
  if (params && !params.success) throw new Problem('not-found');
  const query = shape.query?.safeParse(raw.query);
  if (query && !query.success) throw unreadable('query', query.error);
  const body = shape.body?.safeParse(raw.body);
  if (body && !body.success) throw unreadable('body', body.error);
  return {
    params: params?.data as z.output<P>,
    query: query?.data as z.output<Q>,
    body: body?.data as z.output<B>,
  };
}

/** Says which field is wrong and what was expected there, never what was sent. */
function unreadable(where: string, error: z.ZodError): Problem {
  const lines = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.map((step) => String(step).slice(0, 40)).join('.');
    return issue.code === 'unrecognized_keys' || issue.code === 'custom'
      ? `${where} ${field}`.trim()
      : `${where} ${field}: ${issue.message}`;
  });
  return new Problem('bad-request', lines.join('; '));
}

/** A number of the database in a path or query. */
export const idText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

export const limitText = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(100));
