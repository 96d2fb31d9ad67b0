import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EspoRequest {
  method: string;
  /** From `/api/v1/` on, with its search. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}
export interface EspoAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
type Row = Record<string, unknown>;

const options: Record<string, Record<string, readonly string[]>> = {
  Call: { status: ['Planned', 'Held', 'Not Held'], direction: ['Outbound', 'Inbound'] },
  Task: { status: ['Not Started', 'Started', 'Completed', 'Canceled', 'Deferred'] },
};
const required: Record<string, readonly string[]> = {
  Call: ['name', 'dateStart', 'dateEnd', 'assignedUserId'],
  Task: ['name', 'assignedUserId'],
  Contact: ['lastName'],
  Lead: ['lastName'],
  Account: ['name'],
};
const parents = ['Account', 'Contact', 'Lead', 'Opportunity', 'Case'];

/**
 * EspoCRM's REST as far as the widget uses it, with its rules: who is asked with no login gets 401, a closed kind 403 with
 * the reason in a header, what breaks a field's rule 400, what may be there already 409 with the records.
 */
export class TinyEspo implements AsyncDisposable {
  /** As Espo's page keeps it: base64 of `user:token`. */
  login = 'bWFydGE6dG9rZW4=';
  readonly user = { id: 'u1', userName: 'marta', name: 'Marta' };
  /** What this user has chosen, and what holds for all. */
  readonly zones = { user: '', all: 'Europe/Rome' };
  readonly rows: Row[] = [];
  /** Kinds this user may neither see nor make. */
  readonly closed = new Set<string>();
  readonly asked: EspoRequest[] = [];
  #http: Server | undefined;

  /** Over HTTP, below `/crm/`. A browser's requests can be given to {@link answer} as well. */
  async listen(): Promise<string> {
    this.#http = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString();
      const { status, headers, body } = this.answer({
        method: request.method ?? 'GET',
        path: (request.url ?? '').replace(/^.*\/api\/v1\//, ''),
        headers: request.headers,
        body: text ? JSON.parse(text) : null,
      });
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
    await new Promise<void>((done) => this.#http!.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/crm/`;
  }

  answer(request: EspoRequest): EspoAnswer {
    this.asked.push(request);
    const { headers, method } = request;
    if (headers['espo-authorization'] !== this.login || headers['espo-authorization-by-token'] !== 'true')
      return { status: 401 };
    const { pathname, searchParams } = new URL(request.path, 'http://espo/');
    const [, entityType = '', id] = /^\/(App\/user|\w+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    if (entityType === 'App/user') {
      const [preferences, settings] = [{ timeZone: this.zones.user }, { timeZone: this.zones.all }];
      return { status: 200, body: { user: this.user, token: 'token', preferences, settings } };
    }
    if (!Object.hasOwn(required, entityType)) return { status: 404 };
    if (this.closed.has(entityType)) {
      const why = method === 'POST' ? 'No create access.' : 'No access.';
      return { status: 403, headers: { 'X-Status-Reason': why } };
    }
    if (id) {
      const row = this.rows.find((one) => one['entityType'] === entityType && one['id'] === id);
      return row ? { status: 200, body: row } : { status: 404 };
    }
    if (method === 'GET') return this.#list(entityType, searchParams.get('searchParams') ?? '{}');
    return this.#make(entityType, request);
  }

  #list(entityType: string, searchParams: string): EspoAnswer {
    const [where] = (JSON.parse(searchParams) as { where: { attribute?: string; value: string }[] }).where;
    const list = this.rows.filter(
      (row) =>
        row['entityType'] === entityType &&
        (where?.attribute === 'phoneNumberNumeric'
          ? String(row['phoneNumber'] ?? '').replace(/\D/g, '') === where.value
          : String(row['name']).includes(where?.value ?? '')),
    );
    return { status: 200, body: { total: list.length, list } };
  }

  #make(entityType: string, { body, headers }: EspoRequest): EspoAnswer {
    const given = body as Row;
    const broken = this.#brokenField(entityType, given);
    if (broken)
      return {
        status: 400,
        headers: { 'X-Status-Reason': 'Field validation failure' },
        body: { messageTranslation: { label: 'validationFailure', scope: null, data: { field: broken } } },
      };
    const name = given['name'] ?? [given['firstName'], given['lastName']].filter(Boolean).join(' ');
    const isSkipped = headers['x-skip-duplicate-check'] === 'true';
    const same = this.rows.filter((row) => row['entityType'] === entityType && row['name'] === name);
    if (same.length && !options[entityType] && !isSkipped)
      return { status: 409, headers: { 'X-Status-Reason': 'duplicate' }, body: same };
    const row = { id: `${entityType.toLowerCase()}${this.rows.length + 1}`, entityType, ...given, name };
    this.rows.push(row);
    return { status: 200, body: row };
  }

  /** The first field that breaks its rule. */
  #brokenField(entityType: string, given: Row): string | undefined {
    const missing = required[entityType]!.find((name) => !given[name]);
    if (missing) return missing;
    if (!options[entityType]) return undefined;
    if (!/^[^<>=]+$/.test(String(given['name']))) return 'name';
    const unlisted = Object.entries(options[entityType]).find(
      ([name, list]) => given[name] !== undefined && !list.includes(String(given[name])),
    );
    if (unlisted) return unlisted[0];
    const { dateStart, dateEnd, dateEndDate, parentType, parentId } = given;
    for (const [name, moment] of Object.entries({ dateStart, dateEnd }))
      if (moment !== undefined && !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(String(moment))) return name;
    if (dateStart && dateEnd && String(dateStart) >= String(dateEnd)) return 'dateEnd';
    if (dateEndDate !== undefined && !/^\d{4}-\d\d-\d\d$/.test(String(dateEndDate))) return 'dateEnd';
    const isParent = parents.includes(String(parentType)) && this.rows.some(({ id }) => id === parentId);
    return parentType === undefined || isParent ? undefined : 'parent';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#http) return;
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http!.close(done));
  }
}
