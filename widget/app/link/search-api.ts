import { ConnectionError } from './connection-error.ts';
import type { Http } from './http.ts';
import type { SearchRoutes } from './search-routes.ts';

/**
 * Search, and the pages that a jump to what was found needs; what asks for them comes with the first question. All reject
 * with ConnectionError or ServerProblem.
 */
export class SearchApi {
  #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  find = this.#asks('find');
  inChat = this.#asks('inChat');
  around = this.#asks('around');
  from = this.#asks('from');
  after = this.#asks('after');

  #asks<Name extends keyof SearchRoutes>(name: Name): SearchRoutes[Name] {
    const ask = async (...asked: never[]): Promise<unknown> => {
      const { SearchRoutes: Routes } = await import('./search-routes.ts').catch((error: unknown) => {
        throw new ConnectionError('what searches cannot be had', { cause: error });
      });
      return (new Routes(this.#http)[name] as (...asked: never[]) => Promise<unknown>)(...asked);
    };
    return ask as SearchRoutes[Name];
  }
}
