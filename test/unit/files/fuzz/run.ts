import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mutate } from './mutate';
import { described, outcomeOf, type Outcome } from './outcome';
import { Random } from './random';
import { subjects, type Subject } from './subjects';

/** What a run of changed files came to. */
export interface FuzzReport {
  readonly mutations: number;
  /** How many were accepted and refused. */
  readonly results: Record<Outcome['result'], number>;
  /** How often each problem was given. */
  readonly problems: ReadonlyMap<string, number>;
  /** Processor seconds of the slowest reading, and the change it read. */
  readonly slowest: { readonly seconds: number; readonly mutation: string };
  /** Most memory beyond what the process had before the first reading. */
  readonly megabytes: number;
  /** What should not have happened, with the change that brings it about. */
  readonly faults: readonly string[];
}

/** Seconds one reading may take. */
const mostSeconds = 2;

/**
 * Changes fixture files and reads them: change number n is the same in every run, whatever else is run, so that
 * `first` and a `count` of 1 repeat one change.
 */
export async function fuzz(count: number, first = 0, begin?: (mutation: string) => void): Promise<FuzzReport> {
  const groups = schedule();
  const before = process.memoryUsage().rss;
  const results = { accepted: 0, refused: 0 };
  const problems = new Map<string, number>();
  const faults: string[] = [];
  let slowest = { seconds: 0, mutation: '' };
  for (let number = first; number < first + count; number++) {
    const { subject, bytes, mutation } = changedFile(groups, number);
    begin?.(mutation);
    const start = process.cpuUsage();
    const outcome = await outcomeOf(subject, bytes).catch(thrown);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    if (seconds > slowest.seconds) slowest = { seconds, mutation };
    if (seconds > mostSeconds) faults.push(`${mutation}\n    takes ${seconds} s`);
    results[outcome.result]++;
    for (const { code } of outcome.problems) problems.set(code, (problems.get(code) ?? 0) + 1);
    faults.push(...outcome.faults.map((fault) => `${mutation}\n    ${fault}`));
  }
  const megabytes = Math.max(0, process.resourceUsage().maxRSS / 1024 - before / 2 ** 20);
  return { mutations: count, results, problems, slowest, megabytes, faults };
}

/** The groups in turn; those of many files come more often, but not as much more often as they are larger. */
function schedule(): readonly (readonly Subject[])[] {
  return [...subjects().values()].flatMap((group) =>
    Array.from({ length: Math.ceil(Math.sqrt(group.length)) }, () => group),
  );
}

function changedFile(
  groups: readonly (readonly Subject[])[],
  number: number,
): { readonly subject: Subject; readonly bytes: Uint8Array; readonly mutation: string } {
  const random = new Random(number);
  const group = groups[number % groups.length]!;
  const subject = random.pick(group);
  const content = new Uint8Array(readFileSync(subject.changed));
  const donor = new Uint8Array(readFileSync(random.pick(group).changed));
  const bytes = mutate(path.basename(subject.changed), content, random, donor);
  return { subject, bytes, mutation: `#${number} ${subject.reader} ${subject.changed}` };
}

function thrown(error: unknown): Outcome {
  return { result: 'refused', problems: [], faults: [`threw ${described(error)}`] };
}
