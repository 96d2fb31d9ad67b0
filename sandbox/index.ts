import { join, dirname, basename } from 'node:path';
import type { WorldClock } from './clock.ts';
import type { WorldSeed } from './shapes.ts';
import { ControlDoor } from './control.ts';
import { keepState, readState } from './state-file.ts';
import { certificate } from './web/certificate.ts';
import { SocketServer, type SocketDoor } from './socket/server.ts';
import { WebServer, type Generation } from './web/server.ts';
import { World } from './world.ts';

export { demoSeed } from './seed.ts';
export { Refusal } from './refusal.ts';
export type { Faults } from './faults.ts';
export type { DeviceSend, Inbound } from './inputs.ts';
export type { Chat, Message, Person, Wid, WorldEvent, WorldSeed } from './shapes.ts';
export { World } from './world.ts';

export interface SandboxOptions {
  /** How the world begins, unless `stateFile` holds one already. Without it the world is empty. */
  world?: WorldSeed;
  /** Which WhatsApp Web to be: 1 before July 2026, 2 since then, 3 since September 2026. Default 3. */
  generation?: Generation;
  /** Keeps world, linked devices and certificate across restarts. */
  stateFile?: string;
  /** Port of control door and phone page. Default: any. */
  controlPort?: number;
  webPort?: number;
  socketPort?: number;
  /** Lives of QR codes in ms; WhatsApp's own when absent (60 s, then 20 s, six codes). */
  qrFirstTtlMs?: number;
  qrTtlMs?: number;
  qrCodes?: number;
  /** From first to second tick. */
  deliveryMs?: number;
  clock?: WorldClock;
  /** Ends the Sandbox. */
  signal?: AbortSignal;
}

export interface Sandbox extends AsyncDisposable {
  /** For the browser of the engine; nothing else makes it speak to this world. */
  browserArguments: string[];
  /** For an engine that speaks WhatsApp's socket itself; nothing else makes it speak to this world. */
  socket: SocketDoor;
  web: { port: number };
  /** The phones forget their Signal sessions, as after a new installation. */
  forgetSignalSessions(): void;
  control: { url: string };
  world: World;
}

/** Starts a WhatsApp world of its own on loopback. Rejects when a port is taken or the state file is damaged. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { stateFile } = options;
  await using stack = new AsyncDisposableStack();
  const state = stateFile ? await readState(stateFile) : undefined;
  const world = stack.use(
    new World({
      ...(options.world ? { seed: options.world } : {}),
      ...(state ? { state } : {}),
      ...(options.clock ? { clock: options.clock } : {}),
      ...(options.deliveryMs === undefined ? {} : { deliveryMs: options.deliveryMs }),
    }),
  );
  const keeper = stateFile ? stack.use(keepState(world, stateFile)) : undefined;
  const pem = stateFile && join(dirname(stateFile), `${basename(stateFile, '.json')}.pem`);
  await keeper?.saved(); // makes the folder, too
  const identity = await certificate(pem);
  const qrTimes = {
    firstMs: options.qrFirstTtlMs ?? options.qrTtlMs ?? 60_000,
    nextMs: options.qrTtlMs ?? 20_000,
    codes: options.qrCodes ?? 6,
  };
  const socket = stack.use(
    await SocketServer.start({ world, certificate: identity, qrTimes, port: options.socketPort ?? 0 }),
  );
  const web = stack.use(
    await WebServer.start({
      world,
      certificate: identity,
      generation: options.generation ?? 3,
      qrTimes,
      port: options.webPort ?? 0,
    }),
  );
  const control = stack.use(await ControlDoor.start(world, options.controlPort));
  options.signal?.throwIfAborted();
  const owned = stack.move();
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => {
    options.signal?.removeEventListener('abort', aborted);
    ending ??= owned.disposeAsync();
    return ending;
  };
  const aborted = (): void => void end();
  options.signal?.addEventListener('abort', aborted, { once: true });
  return {
    browserArguments: web.browserArguments(identity.spki),
    socket: socket.door,
    web: { port: web.port },
    forgetSignalSessions: () => socket.forgetSignalSessions(),
    control: { url: control.url },
    world,
    [Symbol.asyncDispose]: end,
  };
}
