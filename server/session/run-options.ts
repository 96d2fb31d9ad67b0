import type { Figures } from './figures.ts';
import type { LifeOptions } from './life.ts';
import type { SendGuard } from './send-guard.ts';
import type { StartGate } from './start-gate.ts';
import type { Care } from './supervision.ts';

/** What a Run gives its Lives itself. */
type GivenByRun =
  'wasLinked' | 'isAsked' | 'directory' | 'hear' | 'stored' | 'fenced' | 'watched' | 'isLive' | 'tooHeavy';
export interface RunOptions extends Omit<LifeOptions, GivenByRun> {
  dataFolder: string;
  /** It has worked before, as far as the database knows. */
  wasLinked: boolean;
  /** Its failures in a row, as the process before left them. */
  kept: Pick<Care, 'failures' | 'restarts'>;
  /** Ours, digits; '' while it is not known. */
  number: string;
  gate: StartGate;
  figures: Figures;
  guard: SendGuard;
  random: () => number;
  onWorking(inboxId: number): void;
}
