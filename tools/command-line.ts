import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * What was typed behind the command. A word that the command does not know ends it before it has begun: see
 * {@link misused}.
 */
export function readCommandLine<const T extends ParseArgsConfig>(
  config: T,
  usage: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error), usage);
  }
}

/** Ends the command with what is wrong, how it is used, and exit code 2. Nothing has been done yet. */
export function misused(what: string, usage: string): never {
  process.stderr.write(`${what}\n\n${usage}`);
  process.exit(2);
}
