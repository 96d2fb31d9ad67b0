// `npm run check`: the minute before a commit: types, lint, format, rooms, unit and laws.
import { join } from 'node:path';
import { checkNode, ensureDependencies, nodeBinary, root, run, say } from './setup.mjs';

checkNode();
await ensureDependencies();
const bin = join(root, 'node_modules', '.bin');
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
};
let failed = false;
for (const [name, command, args] of [
  ['types', join(bin, 'tsc'), ['--noEmit', '-p', 'tsconfig.json']],
  ['lint', join(bin, 'oxlint'), ['--deny-warnings']],
  ['format', join(bin, 'prettier'), ['--check', '--log-level=warn', '.']],
  [
    'unit',
    nodeBinary(),
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'unit', '--reporter=dot'],
  ],
]) {
  const code = await run(command, args, { env, quietly: true });
  say(`${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
  failed ||= code !== 0;
}
process.exit(failed ? 1 : 0);
