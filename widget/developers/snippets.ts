/** What to paste, by kind of page. Pure. */

export interface Wishes {
  host: string;
  kind: 'espo' | 'generic' | 'npm';
  /** `v1`, or the exact version with its integrity. */
  channel: { folder: string; integrity?: string };
  locale: string;
  theme: string;
  position: string;
  clickToChat: string;
  mode: string;
  identity: 'widget' | 'token';
}
export interface Step {
  /** Tells it apart, for who says it in another language. */
  id: 'head' | 'install' | 'use' | 'file' | 'metadata' | 'policy' | 'rebuild' | 'key' | 'answer';
  title: string;
  says: string;
  code: string;
}

const usual: Record<string, string> = {
  locale: 'auto',
  theme: 'auto',
  position: 'end',
  clickToChat: 'menu',
  mode: 'shadow',
};
const tokenPath = { espo: 'api/v1/Chatdock/token', generic: '/chatdock-token', npm: '/chatdock-token' };

function chosen(wishes: Wishes): [string, string][] {
  const given = wishes as unknown as Record<string, string>;
  const list: [string, string][] = Object.keys(usual)
    .filter((name) => given[name] !== usual[name])
    .map((name) => [name, given[name]!]);
  if (wishes.kind === 'espo') list.unshift(['crm', 'espo']);
  if (wishes.identity === 'token') list.push(['tokenUrl', tokenPath[wishes.kind]]);
  return list;
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export function stepsFor(wishes: Wishes): Step[] {
  const { host, channel } = wishes;
  const src = `${host}/widget/${channel.folder}/loader.js`;
  const options = chosen(wishes);
  const steps: Step[] = [];
  if (wishes.kind === 'generic') {
    const pinned = channel.integrity
      ? [
          ['integrity', channel.integrity],
          ['crossorigin', 'anonymous'],
        ]
      : [];
    const attributes = [
      ['src', src],
      ...pinned,
      ...options.map(([name, value]) => [`data-${kebab(name)}`, value]),
    ];
    const lines = attributes.map(([name, value]) => `${name}="${value}"`);
    steps.push({
      id: 'head',
      title: 'In the page’s <head>',
      says: 'Early is better: its keys and focus are then safe from the page’s own scripts. A page with nonces needs nonce="…" on it.',
      code: `<script async ${lines.join('\n  ')}></script>`,
    });
  }
  if (wishes.kind === 'npm') {
    const config = [`host: '${host}'`, ...options.map(([name, value]) => `${name}: '${value}'`)];
    steps.push(
      {
        id: 'install',
        title: 'Install',
        says: 'The typed entry comes with this server; it brings the widget in by import().',
        code: `curl -O ${host}/widget/npm/index.js -O ${host}/widget/npm/index.d.ts`,
      },
      {
        id: 'use',
        title: 'Use',
        says: 'Call it once; `shutdown()` takes everything out again.',
        code: `import { load } from './chatdock/index.js';\n\nconst chatdock = await load({\n  ${config.join(',\n  ')},\n});\nchatdock.on('unread', ({ total }) => console.log(total));`,
      },
    );
  }
  if (wishes.kind === 'espo') {
    const pinned = channel.integrity
      ? `script.integrity = '${channel.integrity}';\nscript.crossOrigin = 'anonymous';\n`
      : '';
    const data = options.map(([name, value]) => `script.dataset.${name} = '${value}';\n`).join('');
    steps.push(
      {
        id: 'file',
        title: 'client/custom/chatdock.js',
        says: 'EspoCRM’s policy runs scripts of its own only, so this small file is served by EspoCRM itself.',
        code: `const script = document.createElement('script');\nscript.src = '${src}';\n${pinned}${data}document.head.append(script);`,
      },
      {
        id: 'metadata',
        title: 'custom/Espo/Custom/Resources/metadata/app/client.json',
        says: 'Loads that file on every page.',
        code: JSON.stringify({ scriptList: ['__APPEND__', 'client/custom/chatdock.js'] }, null, 2),
      },
      {
        id: 'policy',
        title: 'data/config.php',
        says: 'Lets EspoCRM’s policy run scripts of this server. Keep what is in the list already.',
        code: `'clientCspScriptSourceList' => [\n  'https://maps.googleapis.com',\n  '${new URL(host).origin}',\n],`,
      },
      { id: 'rebuild', title: 'Then', says: 'EspoCRM keeps its lists in a cache.', code: 'php rebuild.php' },
    );
  }
  if (wishes.identity === 'token') steps.push(...tokenSteps(wishes));
  return steps;
}

function tokenSteps({ host, kind }: Wishes): Step[] {
  const claims = `'iss' => 'crm', 'aud' => 'chatdock', 'email' => $user->email,\n  'origin' => 'https://crm.example.com', 'jti' => bin2hex(random_bytes(16)),\n  'iat' => time(), 'exp' => time() + 300`;
  return [
    {
      id: 'key',
      title: 'Make a key',
      says: 'Once, as an admin. The secret is told this once; keep it on the CRM’s server.',
      code: `curl -X POST ${host}/api/v1/organisation/embed-keys \\\n  -H "Authorization: Bearer $ADMIN_TOKEN" -H "Content-Type: application/json" \\\n  -d '{"name":"CRM","algorithm":"HS256","issuer":"crm"}'`,
    },
    {
      id: 'answer',
      title: `Answer ${tokenPath[kind]}`,
      says: 'For the signed-in user only, with a new jti each time and at most 15 minutes of life.',
      code: `$b64 = fn ($bytes) => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');\n$head = $b64(json_encode(['alg' => 'HS256', 'typ' => 'JWT', 'kid' => $kid]));\n$body = $b64(json_encode([\n  ${claims},\n]));\n$secret = base64_decode(strtr($secretOfTheKey, '-_', '+/'));\n$sign = $b64(hash_hmac('sha256', "$head.$body", $secret, true));\necho json_encode(['token' => "$head.$body.$sign"]);`,
    },
  ];
}
