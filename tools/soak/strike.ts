import { join } from 'node:path';
import { descendants } from '../../e2e/harness/processes.ts';
import { sessionMarker } from '../../server/engine/processes.ts';
import type { SoakHouse } from './house.ts';
import type { SoakNumber } from './number.ts';
import type { Fault } from './plan.ts';
import { pause } from './waiting.ts';

export interface Battlefield {
  house: SoakHouse;
  numbers: readonly SoakNumber[];
  dataFolder: string;
  /** The server is gone, and its children ought to be soon. */
  killed(): void;
}

/** Lets one fault happen, and settles when it is over. */
export async function strike(fault: Fault, field: Battlefield): Promise<void> {
  const { house, numbers } = field;
  if (fault.trouble === 'kill-server') return house.kill(field.killed);
  if (fault.trouble === 'kill-database') return house.killDatabase(fault.forMs);
  const number = numbers[fault.session];
  if (!number) return undefined;
  const { world } = number.sandbox;
  const forAWhile = async (begin: () => void, end: () => void): Promise<void> => {
    begin();
    await pause(fault.forMs);
    end();
  };
  switch (fault.trouble) {
    case 'cut':
      return world.command({ do: 'drop-sockets' });
    case '515':
    case '428':
    case '503':
      return world.command({ do: 'stream-error', code: fault.trouble });
    case 'away':
      return forAWhile(
        () => world.setFaults({ serverDown: true }),
        () => world.setFaults({ serverDown: false }),
      );
    case 'twice':
      return forAWhile(
        () => world.setFaults({ duplicateEvents: true }),
        () => world.setFaults({ duplicateEvents: false }),
      );
    case 'odd-ticks':
      return forAWhile(
        () => world.setFaults({ ackBeforeMessage: true, ackBackwards: true }),
        () => world.setFaults({ ackBeforeMessage: false, ackBackwards: false }),
      );
    case 'no-answer':
      return forAWhile(
        () => world.setFaults({ sends: 'hold-reply' }),
        () => world.setFaults({ sends: 'normal' }),
      );
    case 'late':
      return forAWhile(
        () => world.setPhoneOnline(false),
        () => world.setPhoneOnline(true),
      );
    case 'forget-keys':
      return number.sandbox.forgetSignalSessions();
    case 'kill-child':
      return signalChild(field, number, 'SIGKILL');
    case 'freeze-child':
      return signalChild(field, number, 'SIGSTOP');
  }
}

function signalChild({ house, dataFolder }: Battlefield, number: SoakNumber, signal: NodeJS.Signals): void {
  const marker = sessionMarker(join(dataFolder, 'sessions', String(number.inboxId)));
  const child = descendants(house.pid).find(
    ({ command }) => command.includes(marker) && command.includes('child.ts'),
  );
  try {
    if (child) process.kill(child.pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}
