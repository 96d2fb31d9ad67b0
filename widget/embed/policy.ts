/** A Content-Security-Policy as the widget needs it. Pure: used by the doctor and by the embed page. */

export type Need = 'script-src' | 'connect-src' | 'img-src' | 'media-src' | 'frame-src';
type Directives = Map<string, readonly string[]>;

export function parsePolicy(text: string): Directives {
  const found: Directives = new Map();
  for (const part of text.split(';')) {
    const [name, ...sources] = part.trim().split(/\s+/);
    if (name && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), sources);
  }
  return found;
}

/** What each kind of request needs of a policy; sockets are asked for by their own scheme. */
export function needsOf(host: string, mode: 'shadow' | 'iframe', page: string): [Need, string[]][] {
  const origin = new URL(host).origin;
  const isOwn = origin === page;
  const here = isOwn ? "'self'" : origin;
  const script: [Need, string[]] = ['script-src', [here]];
  if (mode === 'iframe') return [script, ['frame-src', [here]]];
  return [
    script,
    ['connect-src', isOwn ? ["'self'"] : [origin, origin.replace(/^http/, 'ws')]],
    ['img-src', [here]],
    ['media-src', [here, 'blob:']],
  ];
}

/** Sources a policy lacks, by directive. `fallback` is what it says with `default-src` where it names no other. */
export function lacks(text: string, needs: readonly [Need, string[]][], page: string): [Need, string[]][] {
  const policy = parsePolicy(text);
  return needs
    .map(([name, sources]): [Need, string[]] => {
      const allowed = directive(policy, name);
      if (!allowed) return [name, []];
      return [name, sources.filter((source) => !allows(allowed, source, name, page))];
    })
    .filter(([, missing]) => missing.length > 0);
}

/** The whole line with what it lacked: ready to paste. */
export function mend(text: string, missing: readonly [Need, string[]][]): string {
  const policy = parsePolicy(text);
  for (const [name, sources] of missing) {
    const before = directive(policy, name) ?? [];
    // Where a policy names elements of their own, that is the line that counts.
    const line = name === 'script-src' && policy.has('script-src-elem') ? 'script-src-elem' : name;
    policy.set(line, [...before.filter((one) => one !== "'none'"), ...sources]);
  }
  return Array.from(policy, ([name, sources]) => [name, ...sources].join(' ')).join('; ');
}

function directive(policy: Directives, name: Need): readonly string[] | undefined {
  const fallbacks = name === 'frame-src' ? ['child-src', 'default-src'] : ['default-src'];
  const first = name === 'script-src' ? ['script-src-elem', name] : [name];
  for (const one of [...first, ...fallbacks]) {
    const found = policy.get(one);
    if (found) return found;
  }
  return undefined;
}

function allows(allowed: readonly string[], wanted: string, name: Need, page: string): boolean {
  const list = allowed.map((one) => one.toLowerCase());
  // A nonce on our tag reaches the chunks by `import()`.
  if (name === 'script-src' && list.some((one) => one.startsWith("'nonce-") || one === "'strict-dynamic'"))
    return true;
  if (list.includes(wanted)) return true;
  if (wanted === 'blob:') return false;
  const target = wanted === "'self'" ? page : wanted;
  return list.some((one) => {
    if (one === "'self'") return target === page || target.replace(/^ws/, 'http') === page;
    if (one === '*') return true;
    if (/^[a-z]+:$/.test(one))
      return target.startsWith(one) || (one === 'https:' && target.startsWith('wss:'));
    return matches(one, target);
  });
}

/** One source of the list against an origin: `https://*.example.com`, `example.com`, `https://example.com:*`. */
function matches(source: string, target: string): boolean {
  const [, scheme, host, port] = /^(?:([a-z]+):\/\/)?([^/:]+)(?::(\d+|\*))?(?:\/.*)?$/.exec(source) ?? [];
  if (!host) return false;
  const url = new URL(target);
  const isScheme =
    !scheme ||
    url.protocol === `${scheme}:` ||
    (scheme === 'http' && url.protocol === 'https:') ||
    (scheme === 'ws' && url.protocol === 'wss:');
  const isHost = host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
  const usual = /^(https|wss):$/.test(url.protocol) ? '443' : '80';
  const isPort = port === '*' || (url.port || usual) === (port ?? usual);
  return isScheme && isHost && isPort;
}
