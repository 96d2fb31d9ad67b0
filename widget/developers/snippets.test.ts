import { expect, test } from 'vitest';
import { stepsFor, type Wishes } from './snippets.ts';

const usual: Wishes = {
  host: 'https://chat.example',
  kind: 'generic',
  channel: { folder: 'v1' },
  locale: 'auto',
  theme: 'auto',
  position: 'end',
  clickToChat: 'menu',
  mode: 'shadow',
  identity: 'widget',
};

test('the shortest tag is the tag alone; only what differs from the usual is said', () => {
  expect(stepsFor(usual)[0]!.code).toBe(
    '<script async src="https://chat.example/widget/v1/loader.js"></script>',
  );
  const { code } = stepsFor({ ...usual, theme: 'dark', clickToChat: 'link', identity: 'token' })[0]!;
  expect(code).toContain('data-theme="dark"');
  expect(code).toContain('data-click-to-chat="link"');
  expect(code).toContain('data-token-url="/chatdock-token"');
  expect(code).not.toContain('data-locale');
});

test('a pinned version has its integrity, in a tag and in EspoCRM’s file', () => {
  const channel = { folder: 'v1.0.0', integrity: 'sha384-abc' };
  expect(stepsFor({ ...usual, channel })[0]!.code).toContain(
    'integrity="sha384-abc"\n  crossorigin="anonymous"',
  );
  const espo = stepsFor({ ...usual, kind: 'espo', channel });
  expect(espo[0]!.code).toContain("script.integrity = 'sha384-abc';");
  expect(JSON.parse(espo[1]!.code)).toEqual({ scriptList: ['__APPEND__', 'client/custom/chatdock.js'] });
  expect(espo[2]!.code).toContain("'clientCspScriptSourceList' => [");
  expect(espo[2]!.code).toContain("'https://chat.example'");
});
