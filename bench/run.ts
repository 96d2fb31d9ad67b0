import { availableParallelism } from 'node:os';
import { benchCore } from './core.ts';
import { benchHistory } from './history.ts';
import { benchIngest } from './ingest.ts';
import { printLines, tolerated, type BenchResult } from './measure.ts';
import { benchPoll } from './poll.ts';
import { benchPush } from './push.ts';
import { benchSearch } from './search.ts';
import { benchRead } from './read.ts';

/** `npm run bench [-- ingest|push|poll|core|history|read …] [--large]`: the large one takes minutes and 6 GB */
const isLarge = process.argv.includes('--large');
const benches: Record<string, () => Promise<BenchResult>> = {
  ingest: benchIngest,
  push: benchPush,
  poll: benchPoll,
  search: benchSearch,
  core: benchCore,
  history: benchHistory,
  read: () => benchRead(isLarge),
};

async function main(): Promise<number> {
  const asked = process.argv.slice(2).filter((name) => name !== '--large');
  const unknown = asked.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    console.error(`No such bench: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`);
    return 2;
  }
  let missed = 0;
  for (const [name, bench] of Object.entries(benches)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const start = performance.now();
    const { lines, foreignCpu } = await bench();
    const seconds = Math.round((performance.now() - start) / 1000);
    const others = `others took ${Math.round(foreignCpu * 100)} % of ${availableParallelism()} cores`;
    console.log(`\n${name} (${seconds} s; ${others}${foreignCpu > 0.1 ? ': DISTURBED' : ''})`);
    printLines(lines);
    missed += lines.filter((line) => line.share !== undefined && line.share < tolerated).length;
  }
  console.log(missed === 0 ? '\nEvery goal is met or near.' : `\n${missed} below ${tolerated} of the goal.`);
  return missed === 0 ? 0 : 1;
}

process.exitCode = await main();
