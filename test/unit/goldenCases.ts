import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { readModel } from '../../src/files/read';
import type { Folder, Reading } from '../../src/files/reading';
import type { FlatInput } from '../../src/network/features';
import type { Network } from '../../src/network/network';

/** What a fixture's golden.json says; see test/fixtures/README.md. */
export interface Golden {
  readonly model: string;
  /** Further files that hold the same network. */
  readonly models?: readonly { readonly model: string; readonly weights?: string }[];
  readonly weights?: string;
  readonly format: string;
  readonly expect: 'network' | 'refuse' | 'ask';
  /** Other outcomes that are fine. */
  readonly also_ok?: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly x: readonly (readonly (number | string)[])[];
  readonly y: readonly (readonly number[])[];
  readonly jacobian: readonly (readonly (readonly (number | null)[])[])[];
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly not_differentiable?: readonly string[];
  readonly category_inputs?: readonly string[];
  readonly x_category?: readonly (readonly string[])[];
  readonly graph_inputs?: readonly { readonly name: string; readonly columns: readonly number[] }[];
  /** How the flat inputs make up the model's inputs, which a file may hold in another order. */
  readonly blocks?: readonly { readonly key: string; readonly columns: number }[];
  /** Names of the outputs in the order of `y`, where the file holds them in no order of their own. */
  readonly output_keys?: readonly string[];
  readonly precision?: string;
}

/** One fixture folder. */
export interface Case {
  readonly family: string;
  readonly name: string;
  readonly folder: string;
  readonly golden: Golden;
  readonly models: readonly ModelFile[];
  readonly answers: ReadonlyMap<string, string>;
}

/** A model of a case, with the weights of an architecture file. */
export interface ModelFile {
  readonly file: string;
  readonly weights?: string;
}

const root = path.join(import.meta.dirname, '../fixtures');

/** All fixture folders below test/fixtures. */
export function goldenCases(): Case[] {
  return ['keras', 'onnx', 'numpy', 'r', 'pytorch', 'sklearn'].flatMap((family) => casesBelow(family, ''));
}

/** A folder on disk as readers see it. */
export function diskFolder(folder: string): Folder {
  return {
    list: (below = '') => {
      const place = path.join(folder, below);
      return Promise.resolve(existsSync(place) && statSync(place).isDirectory() ? readdirSync(place) : []);
    },
    read: (file) => {
      const place = path.join(folder, file);
      return Promise.resolve(
        existsSync(place) && statSync(place).isFile() ? new Uint8Array(readFileSync(place)) : undefined,
      );
    },
  };
}

/** Reads a fixture's model with the given answers. */
export async function readingOf(
  fixture: Case,
  model: ModelFile,
  answers: ReadonlyMap<string, string>,
): Promise<Reading> {
  const place = modelFile(path.join(fixture.folder, model.file));
  const file = { name: path.basename(place), bytes: new Uint8Array(readFileSync(place)) };
  const { weights } = model;
  return readModel(file, {
    folder: diskFolder(path.dirname(place)),
    answers,
    columns: fixture.golden.inputs,
    ...(weights
      ? { weights: { name: weights, bytes: new Uint8Array(readFileSync(path.join(fixture.folder, weights))) } }
      : {}),
  });
}

/** The vectors of a network's ports for one golden row. */
export function portVectors(
  network: Network,
  fixture: Case,
  row: readonly (number | string)[],
  index: number,
): Float64Array[] {
  const { golden } = fixture;
  const byName = new Map((golden.graph_inputs ?? blockColumns(golden)).map((input) => [input.name, input.columns]));
  let next = 0;
  return network.inputs.map((port) => {
    if (port.levels) {
      const text = golden.x_category
        ? golden.x_category[index]![golden.category_inputs!.indexOf(port.name)]!
        : String(row[next++]);
      return oneHot(port.size, port.levels.indexOf(text), port.unknown ?? 'zeros');
    }
    const columns = byName.get(port.name) ?? Array.from({ length: port.size }, () => next++);
    return Float64Array.from(columns, (column) => Number(row[column]));
  });
}

/** The golden rows as a table: columns in the order of the model's inputs. */
export function goldenCsv({ golden }: Case): string {
  const order = golden.graph_inputs
    ? golden.graph_inputs.flatMap((input) => input.columns)
    : golden.inputs.map((_, column) => column);
  const names = [...order.map((column) => golden.inputs[column]!), ...(golden.category_inputs ?? [])];
  const rows = golden.x.map((row, index) => [
    ...order.map((column) => row[column]!),
    ...(golden.x_category?.[index] ?? []),
  ]);
  return [names, ...rows]
    .map((cells) => cells.map((cell) => (typeof cell === 'string' ? `"${cell}"` : cell)).join(','))
    .join('\n');
}

/** Flat numbers of a network's outputs in the order of the golden ones. */
export function goldenOutputs({ outputs }: Network, { golden }: Case): number[] {
  let next = 0;
  const numbers = new Map(outputs.map(({ name, size }) => [name, Array.from({ length: size }, () => next++)]));
  const keys = golden.output_keys ?? [];
  const known = keys.length === outputs.length && keys.every((key) => numbers.has(key));
  return known ? keys.flatMap((key) => numbers.get(key) ?? []) : Array.from({ length: next }, (_, output) => output);
}

/** Compares one row: values and slopes to 1e-5 of max(1, |value|), far tighter for double-precision models. */
export function compareWithGolden(
  fixture: Case,
  index: number,
  inputs: readonly FlatInput[],
  outputs: Float64Array,
  jacobian: readonly Float64Array[],
): void {
  const { golden } = fixture;
  const expectedRow = golden.jacobian[index]!;
  expect(outputs.length, 'number of outputs').toBe(golden.y[index]!.length);
  golden.y[index]!.forEach((y, output) => near(outputs[output]!, y, `y[${index}][${output}]`));
  const numeric = inputs.filter((input) => golden.category_inputs === undefined || input.kind === 'number');
  expectedRow.forEach((slopes, output) => {
    slopes.forEach((slope, input) => {
      const flat = numeric[input]!;
      if (slope !== null && flat.kind === 'number')
        near(jacobian[output]![flat.element]!, slope, `jacobian[${index}][${output}][${input}]`);
    });
  });
}

function near(actual: number, expected: number, what: string): void {
  const allowed = 2e-6 * Math.max(1, Math.abs(expected));
  if (!(Math.abs(actual - expected) <= allowed)) expect.fail(`${what}: ${actual} instead of ${expected}`);
}

/** The flat columns of each block, by its key. */
function blockColumns({ blocks = [] }: Golden): { readonly name: string; readonly columns: readonly number[] }[] {
  let next = 0;
  return blocks.map(({ key, columns }) => ({ name: key, columns: Array.from({ length: columns }, () => next++) }));
}

function oneHot(size: number, level: number, unknown: 'first' | 'last' | 'zeros'): Float64Array {
  const vector = new Float64Array(size);
  if (level >= 0) vector[unknown === 'first' ? level + 1 : level] = 1;
  else if (unknown !== 'zeros') vector[unknown === 'first' ? 0 : size - 1] = 1;
  return vector;
}

function casesBelow(family: string, below: string): Case[] {
  const folder = path.join(root, family, below);
  const file = path.join(folder, 'golden.json');
  if (!existsSync(file)) {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.flatMap((entry) => casesBelow(family, path.join(below, entry.name)));
  }
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;
  const own = { file: golden.model, ...(golden.weights ? { weights: golden.weights } : {}) };
  const others = (golden.models ?? []).map(({ model, weights }) => ({ file: model, ...(weights ? { weights } : {}) }));
  const models = others.some((other) => other.file === own.file) ? others : [own, ...others];
  const answers = new Map(Object.entries(golden.answers ?? {}).map(([id, value]) => [id, String(value)]));
  return [{ family, name: below, folder, golden, models, answers }];
}

/** A SavedModel is a folder: its graph is the file inside. */
export function modelFile(place: string): string {
  if (!statSync(place).isDirectory()) return place;
  const inside = ['saved_model.pb', 'saved_model.pbtxt', 'model.json'].find((name) =>
    existsSync(path.join(place, name)),
  );
  if (!inside) throw new Error(`${place} holds no model`);
  return path.join(place, inside);
}
