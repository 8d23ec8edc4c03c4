import { audit } from './audit';
import { bench } from './bench';
import { check } from './check';
import { readArguments, UsageError } from './arguments';
import { compare } from './compare';
import { effects } from './effects';
import { formula } from './formula';
import { helpFor } from './help';
import { inspect } from './inspect';
import { interactions } from './interactions';
import { Refusal, writeRefusal } from './refusal';
import { report } from './report';
import { slopes } from './slopes';
import { nearestName } from '../table/names';

const commands = { inspect, slopes, check, audit, effects, interactions, formula, compare, report, bench };

/** Runs one command line and gives its exit status; everything it prints goes through `process.stdout` and `stderr`. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') return print(helpFor(rest[0]));
  if (name === '--version') return print(`${SLOPESCOPE_VERSION}\n`);
  let json = rest.includes('--json');
  try {
    const command = Object.entries(commands).find(([known]) => known === name)?.[1];
    if (!command) throw new UsageError(unknownCommand(name));
    const given = readArguments(rest, name);
    json = given.json || given.format === 'json';
    if (given.version) return print(`${SLOPESCOPE_VERSION}\n`);
    return given.help ? print(helpFor(name)) : await command(given);
  } catch (error) {
    if (error instanceof Refusal) return writeRefusal(error, json);
    if (error instanceof UsageError) return writeRefusal(usageRefusal(error), json);
    throw error;
  }
}

function unknownCommand(name: string): string {
  const near = nearestName(name, Object.keys(commands));
  const meant = near === undefined ? `there are ${Object.keys(commands).join(', ')}.` : `did you mean ${near}?`;
  return `"${name}" is no command of slopescope; ${meant}`;
}

function usageRefusal(error: UsageError): Refusal {
  return new Refusal(2, [
    {
      code: 'usage',
      message: error.message,
      file: '',
      remedy: 'slopescope --help lists the commands and options.',
      severity: 'error',
    },
  ]);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

// Whoever reads the output may stop early (`| head`): that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    // A bug of ours: nothing a user can mend, so it says all there is.
    process.stderr.write(
      `slopescope met an unexpected fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 2;
  },
);
