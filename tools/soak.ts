// `npm run soak`: twenty numbers that write all the time while things break at random. Every message once, or it says so.
import { mkdtempSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { misused, readCommandLine } from './command-line.ts';
import { audit } from './soak/audit.ts';
import { SoakHouse } from './soak/house.ts';
import { MemoryWatch, nameOf, stateOf } from './soak/memory.ts';
import { SoakNumber } from './soak/number.ts';
import { planOf, randomOf, type Fault } from './soak/plan.ts';
import { reportOf, type Course } from './soak/report.ts';
import { strike } from './soak/strike.ts';
import { pause } from './soak/waiting.ts';

const usage = `npm run soak -- [options]

  --minutes <n>       how long they write; default 5
  --sessions <n>      how many numbers; default 20
  --engine <name>     default baileys
  --database <name>   sqlite (default) or mariadb, which is then killed, too
  --seed <n>          of the faults; default a new one, printed
  --log <file>        where the server's lines go
  --quiet             no faults: memory and order without trouble

Ends with 0 when every message is stored once and on the phone once (or says that it is uncertain), no process is left,
and memory has not grown (judged from ten minutes on).
`;

/** After the last fault everything has to be where it belongs. A breaker is open for 5 min, unless a person presses. */
const restLimitMs = 240_000;
/** A child of a killed server notices it at once; a frozen one is ended by the next start. */
const orphanLimitMs = 60_000;
const lookEveryMs = 5_000;

const { values } = readCommandLine(
  {
    options: {
      minutes: { type: 'string', default: '5' },
      sessions: { type: 'string', default: '20' },
      engine: { type: 'string', default: 'baileys' },
      database: { type: 'string', default: 'sqlite' },
      seed: { type: 'string' },
      log: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  },
  usage,
);
if (values.help) console.log(usage);
else process.exitCode = (await soak()) ? 0 : 1;

async function soak(): Promise<boolean> {
  const minutes = numberOf('minutes', values.minutes, 0.2, 10_000);
  const sessions = numberOf('sessions', values.sessions, 1, 200);
  const seed = values.seed === undefined ? Date.now() % 100_000 : numberOf('seed', values.seed, 0, 2 ** 32);
  const { engine, database, log } = values;
  if (database !== 'sqlite' && database !== 'mariadb') misused('--database is sqlite or mariadb', usage);
  const plan = values.quiet ? [] : planOf({ seed, minutes, sessions, killsDatabase: database === 'mariadb' });
  say(`seed ${seed}: ${plan.length} faults in ${minutes} min for ${sessions} numbers`);
  if (log) writeFileSync(log, '');

  await using parts = new AsyncDisposableStack();
  const random = randomOf(seed + 1);
  const house: { is: SoakHouse | undefined } = { is: undefined };
  const numbers = await Promise.all(
    Array.from({ length: sessions }, (_, index) => SoakNumber.start(index, () => house.is!.api, random)),
  );
  for (const number of numbers) parts.use(number);
  const dataFolder = mkdtempSync(join(tmpdir(), 'chatdock-soak-'));
  const running = parts.use(
    await SoakHouse.start({
      dataFolder,
      database,
      upstreams: Object.fromEntries(
        numbers.map(({ name, sandbox }) => [
          name,
          { browserArguments: sandbox.browserArguments, socket: sandbox.socket },
        ]),
      ),
      hear: (text) => log && appendFileSync(log, text),
    }),
  );
  house.is = running;
  const linking = AbortSignal.timeout(60_000 + sessions * 15_000);
  await Promise.all(numbers.map((number) => number.link(engine, linking)));
  say(`${sessions} numbers are linked`);

  const memory = new MemoryWatch();
  const over = new AbortController();
  const watching = watch(memory, running, over.signal);
  const done = new AbortController();
  const talking = Promise.all(numbers.map((number) => number.talk(done.signal)));
  const clock = setTimeout(() => done.abort(), minutes * 60_000);
  const lateOrphans: string[] = [];
  const killed = (): void => {
    const children = memory.children();
    void pause(orphanLimitMs, over.signal).then(() => {
      const left = new Set(memory.left().map(nameOf));
      for (const one of children.filter((child) => left.has(nameOf(child))))
        lateOrphans.push(`${one.pid} (${stateOf(one)}) ${one.command.slice(0, 300)}`);
    });
  };
  // The next look may be seconds away: what is killed now has been seen.
  const field = {
    house: running,
    numbers,
    dataFolder,
    killed,
  };
  const struck: Promise<void>[] = [];
  const begun = Date.now();
  for (const fault of plan) {
    await pause(begun + fault.at - Date.now(), done.signal);
    if (done.signal.aborted) break;
    tellFault(fault, begun);
    if (fault.trouble === 'kill-server') memory.look(running.pid);
    struck.push(strike(fault, field));
  }
  await pause(begun + minutes * 60_000 - Date.now());
  clearTimeout(clock);
  done.abort();
  await Promise.all(struck);
  say('the last fault is over; waiting until everything is where it belongs');
  const rest = await comeToRest(numbers, talking);
  over.abort();
  await watching;
  memory.look(running.pid);
  const verdicts = (await Promise.all(numbers.map((number) => number.evidence()))).map(audit);
  const exitCode = await running.stop();
  await pause(1_000);
  const course: Course = {
    seed,
    engine,
    database,
    minutes,
    verdicts,
    plan,
    memory: [...memory.series.values()],
    orphans: memory.left().map(({ pid, command }) => `${pid} ${command.slice(0, 120)}`),
    lateOrphans,
    processes: memory.family.size,
    exitCode,
    ...rest,
  };
  const { lines, passed } = reportOf(course);
  console.log(`\n${lines.join('\n')}`);
  return passed;
}

/** Until everything written is taken, stored, sent or said to be uncertain. Numbers that wait for their breaker are pressed. */
async function comeToRest(
  numbers: readonly SoakNumber[],
  talking: Promise<unknown>,
): Promise<Pick<Course, 'settledMs' | 'presses'>> {
  const begun = Date.now();
  let presses = 0;
  const pressed = new Set<SoakNumber>();
  let isTaken = false;
  talking.then(
    () => (isTaken = true),
    (error: unknown) => say(String(error)),
  );
  while (Date.now() - begun < restLimitMs) {
    await pause(2_000);
    if (!isTaken) continue;
    let isWell = true;
    for (const number of numbers) {
      const state = await number.state().catch(() => 'unknown');
      if (state !== 'working' && !pressed.has(number) && Date.now() - begun > 60_000) {
        pressed.add(number);
        presses += 1;
        say(`${number.name} is ${state}: somebody presses "link"`);
        await number.press().catch(() => {});
      }
      isWell &&= state === 'working' && audit(await number.evidence()).findings.length === 0;
    }
    if (isWell) return { settledMs: Date.now() - begun, presses };
  }
  return { settledMs: undefined, presses };
}

async function watch(memory: MemoryWatch, house: SoakHouse, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    memory.look(house.pid);
    await pause(lookEveryMs, signal);
  }
}

function tellFault({ at, trouble, session, forMs }: Fault, begun: number): void {
  const late = Date.now() - begun - at;
  const whom = session < 0 ? '' : ` number-${session + 1}`;
  say(
    `${(at / 1000).toFixed(1)} s ${trouble}${whom}${forMs ? ` for ${forMs} ms` : ''}${late > 500 ? ` (${late} ms late)` : ''}`,
  );
}
function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(value >= least && value <= most)) misused(`--${name} is a number from ${least} to ${most}`, usage);
  return value;
}
