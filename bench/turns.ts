import type { CoreAnswer } from './load/in-process.ts';
import { cpuOf } from './measure.ts';
import type { Part } from './part.ts';

/** One that takes its turn: a limit, a rival, the product. */
export interface Runner {
  part: Part<unknown>;
  /** Whose CPU time counts. */
  pids: number[];
  question: (round: number) => unknown;
  /** Messages a second, by round. */
  rates: number[];
  /** µs a message, by round. */
  cpu: number[];
}

export function runner(part: Part<unknown>, pids: number[], question: (round: number) => unknown): Runner {
  return { part, pids, question, rates: [], cpu: [] };
}

/** There and back again, so that whoever is last in one round is first in the next. `first` rounds warm up and are not counted. */
export async function takeTurns(runners: readonly Runner[], first: number, rounds: number): Promise<void> {
  for (let round = 0; round < first + rounds; round++) {
    for (const one of round % 2 ? runners.toReversed() : runners) {
      const before = cpuOf(one.pids);
      const { seconds, messages } = await one.part.ask<CoreAnswer>(one.question(round));
      if (round < first) continue;
      one.rates.push(messages / seconds);
      one.cpu.push((cpuOf(one.pids) - before) / messages);
    }
  }
}
