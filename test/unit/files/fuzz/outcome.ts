import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCsv } from '../../../../src/files/csv/readCsv';
import { formats } from '../../../../src/files/formats';
import { readModel } from '../../../../src/files/read';
import type { Folder, NamedBytes, Reading, ReadOptions } from '../../../../src/files/reading';
import { readScaler } from '../../../../src/files/scalers/readScaler';
import type { Network } from '../../../../src/network/network';
import type { Problem } from '../../../../src/problem';
import { referenceAdjoints, referenceValues } from '../../../../src/slopes/reference';
import { diskFolder } from '../../goldenCases';
import type { Subject } from './subjects';

/** What reading a changed file came to. */
export interface Outcome {
  readonly result: 'accepted' | 'refused';
  readonly problems: readonly Problem[];
  /** What should not have happened. */
  readonly faults: readonly string[];
}

/** Reads a subject with its changed file, answers what is asked, evaluates what is accepted, and judges all problems. */
export async function outcomeOf(subject: Subject, bytes: Uint8Array): Promise<Outcome> {
  const name = path.basename(subject.opened);
  if (subject.reader === 'model') return modelOutcome(subject, bytes);
  const { problems, ...read } =
    subject.reader === 'scaler'
      ? readScaler({ name, bytes })
      : readCsv(bytes, { name }, Math.max(1, Math.ceil(bytes.length / 3)));
  const accepted = 'scalings' in read || 'table' in read;
  const hidden = problems.filter(({ message }) => message.endsWith('it is damaged.'));
  return {
    result: accepted ? 'accepted' : 'refused',
    problems,
    faults: [
      ...faultsOf(problems, [name]),
      ...hidden.map(({ message }) => message),
      ...(!accepted && problems.length === 0 ? ['nothing was found and nothing is said'] : []),
    ],
  };
}

async function modelOutcome(subject: Subject, bytes: Uint8Array): Promise<Outcome> {
  const file = { name: path.basename(subject.opened), bytes: contentOf(subject.opened, subject, bytes) };
  const options: ReadOptions = {
    folder: folderOf(subject, bytes),
    answers: new Map(),
    columns: subject.columns,
    ...(subject.weights
      ? { weights: { name: path.basename(subject.weights), bytes: contentOf(subject.weights, subject, bytes) } }
      : {}),
  };
  let reading = await readModel(file, options);
  const answers = new Map<string, string>();
  for (let round = 0; round < 4 && !reading.network && reading.questions.length > 0; round++) {
    for (const { id, guess, choices } of reading.questions) {
      const golden = subject.answers.get(id);
      const answer = golden !== undefined && choices.includes(golden) ? golden : (guess ?? choices[0]);
      if (answer !== undefined) answers.set(id, answer);
    }
    reading = await readModel(file, { ...options, answers });
  }
  return {
    result: reading.network ? 'accepted' : 'refused',
    problems: reading.problems,
    faults: [
      ...(reading.problems.some(({ code }) => code === 'file-damaged')
        ? [await hiddenException(file, { ...options, answers })]
        : []),
      ...faultsOf(reading.problems, namesIn(subject)),
      ...emptyHanded(reading),
      ...(reading.network ? evaluationFaults(reading.network) : []),
    ],
  };
}

/** What is wrong with the problems themselves: people read them. */
function faultsOf(problems: readonly Problem[], names: readonly string[]): string[] {
  return problems.flatMap(({ code, message, file, severity, remedy }): string[] => {
    const said = `${code}: ${message}`;
    if (message.length <= 10) return [`short: ${said}`];
    if (!names.includes(file) || (severity === 'error' && !message.includes(file))) return [`names ${file}: ${said}`];
    if (severity === 'error' && !remedy) return [`no remedy: ${said}`];
    return exceptionText.test(message) ? [`an exception's words: ${said}`] : [];
  });
}

/** How a problem may call the file: what was opened, its weights, or a file beside it by its path from there. */
function namesIn({ opened, changed, weights = opened }: Subject): string[] {
  const beside = path.relative(path.dirname(opened), changed);
  return [path.basename(opened), path.basename(weights), beside];
}

const exceptionText =
  /Error\b|Cannot (read|convert|mix|access)|is not (a function|iterable|defined|an object)|\bundefined\b|call stack|Invalid (array|typed array|string|code point|DataView)|out of bounds|Unexpected (token|end)|in JSON at|\[object |byteOffset/;

function emptyHanded({ network, questions, problems }: Reading): string[] {
  if (network || problems.length > 0) return [];
  return [questions.length > 0 ? 'asks on whatever is answered' : 'nothing was found and nothing is said'];
}

/** Rows of zeros and of ones go through an accepted network and back; every value has the size its node declares. */
function evaluationFaults(network: Network): string[] {
  const sizes = [...network.inputs, ...network.nodes].map(({ size }) => size);
  return [0, 1].flatMap((number) => {
    try {
      const row = network.inputs.map(({ size }) => new Float64Array(size).fill(number));
      const values = referenceValues(network, row);
      if (network.outputs.some(({ size }) => size > 0)) referenceAdjoints(network, values, 0);
      const odd = values.findIndex((value, index) => value.length !== sizes[index]);
      const missing = network.outputs.filter(({ value, size }) => values[value]?.length !== size);
      if (odd < 0 && missing.length === 0) return [];
      return [
        `value ${odd} or an output has another size than it declares (${missing.map((port) => port.name).join()})`,
      ];
    } catch (error) {
      return [`evaluation: ${described(error)}`];
    }
  });
}

/** The exception behind `file-damaged`, with the place it came from. */
async function hiddenException(file: NamedBytes, options: ReadOptions): Promise<string> {
  try {
    await formats.find((format) => format.matches(file))?.read(file, options);
    return 'file-damaged without an exception';
  } catch (error) {
    return `unforeseen: ${described(error)}`;
  }
}

/** An exception and the first places of our code it came through. */
export function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const places = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return [`${error.name}: ${error.message}`, ...places.slice(0, 4).map((line) => line.trim())].join('\n    ');
}

function contentOf(file: string, subject: Subject, bytes: Uint8Array): Uint8Array {
  return file === subject.changed ? bytes : new Uint8Array(readFileSync(file));
}

/** The opened file's folder, in which one file may be the changed one. */
function folderOf(subject: Subject, bytes: Uint8Array): Folder {
  const place = path.dirname(subject.opened);
  const disk = diskFolder(place);
  return {
    list: (below) => disk.list(below),
    read: (file) => (path.join(place, file) === subject.changed ? Promise.resolve(bytes) : disk.read(file)),
  };
}
