/** The Sandbox by itself: `node sandbox/cli.ts [--state file] [--generation 1|2|3] [--port n]`. Ctrl-C ends it. */
import { parseArgs } from 'node:util';
import { demoSeed, startSandbox } from './index.ts';

const { values } = parseArgs({
  options: {
    state: { type: 'string' },
    generation: { type: 'string', default: '3' },
    port: { type: 'string' },
  },
});
const generation = ([1, 2, 3] as const).find((known) => String(known) === values.generation);
if (!generation) throw new Error('--generation is 1, 2 or 3');

const ended = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort());

await using sandbox = await startSandbox({
  world: demoSeed(),
  generation,
  ...(values.state ? { stateFile: values.state } : {}),
  ...(values.port ? { controlPort: Number(values.port) } : {}),
});
console.log(`Phone page         ${sandbox.control.url}`);
console.log('Browser arguments');
for (const argument of sandbox.browserArguments) console.log(`  ${argument}`);
await new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve(), { once: true }));
