// `npm start`: installs what is missing, builds the widget, then runs the server until Ctrl-C.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureBrowser, ensureDependencies, ensureWidget, nodeBinary, root } from './setup.mjs';

checkNode();
await ensureDependencies();
const browser = await ensureBrowser();
await ensureWidget();

const server = spawn(
  nodeBinary(),
  ['--disable-warning=ExperimentalWarning', join(root, 'server', 'main.ts')],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      // What Node makes of our TypeScript is kept: the server starts with a second less of the processor, a Session's
      // process with half a second less.
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'chatdock-compiled'),
      ...process.env,
      ...(browser ? { CHATDOCK_CHROMIUM: browser } : {}),
    },
  },
);
// Ctrl-C reaches the whole foreground group; a signal sent to this process alone is passed on. Either way the server
// closes first, and this process after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
