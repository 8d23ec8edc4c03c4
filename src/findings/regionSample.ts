import type { Table } from '../table/table';
import type { Checked, CheckedInput } from './checked';
import type { SampleColumn } from './intervalSearch';
import { label, scrambled, type Halves } from './halves';

const mostFailing = 2000;
const mostOthers = 6000;

/** Rows of the half that regions are found on. */
export interface Drawn {
  readonly places: Uint32Array;
  /** 1 where the row fails. */
  readonly fails: Uint8Array;
  /** How many rows each stands for. */
  readonly weights: Float64Array;
}

/** Up to about 8,000 positions of the finding half, evenly drawn. */
export function drawSample({ labels, counts, failing }: Halves): Drawn {
  const bad = counts[label.finding + label.fails]!;
  const good = counts[label.finding]!;
  const others = drawOthers(labels, good);
  const many = Math.min(bad, mostFailing);
  const places = new Uint32Array(many + others.length);
  for (let index = 0; index < many; index++) places[index] = failing.finding[Math.floor((index * bad) / many)]!;
  places.set(others, many);
  return {
    places,
    fails: new Uint8Array(places.length).fill(1, 0, many),
    weights: new Float64Array(places.length).fill(bad / many, 0, many).fill(good / others.length, many),
  };
}

/** One position by chance of each of so many stretches of rows, where it is one that does not fail; few are taken all. */
function drawOthers(labels: Uint8Array, good: number): readonly number[] {
  const stretches = Math.min(labels.length, Math.ceil((mostOthers * labels.length) / Math.max(1, good)));
  const drawn: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const first = Math.floor((stretch * labels.length) / stretches);
    const size = Math.floor(((stretch + 1) * labels.length) / stretches) - first;
    const position = first + (scrambled(stretch) % size);
    if (labels[position] === label.finding) drawn.push(position);
  }
  return drawn;
}

/** More columns are not searched: first those whose values differ most between failing and other rows. */
const mostColumns = 40;

/** The columns of the numeric inputs and of the texts, over drawn rows. */
export function sampleColumns(checked: Checked, { places, fails }: Drawn): readonly SampleColumn[] {
  const rows = places.map((position) => checked.rows[position]!);
  const columns = checked.inputs.flatMap((input) => sampleColumn(checked.table, input, rows) ?? []);
  if (columns.length <= mostColumns) return columns;
  return columns
    .map((column) => ({ column, contrast: contrastOf(column, fails) }))
    .sort((a, b) => b.contrast - a.contrast)
    .slice(0, mostColumns)
    .map(({ column }) => column);
}

function sampleColumn(table: Table, input: CheckedInput, rows: Uint32Array): SampleColumn | undefined {
  const name = input.column ?? input.name;
  const { values } = input;
  if (!values) return textColumn(table, name, rows);
  const drawn = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) drawn[place] = values[rows[place]!]!;
  return { kind: 'number', name, ...coded(drawn) };
}

/** Different values in ascending order, and which of them each number is (−1: none). */
function coded(numbers: Float64Array): { readonly values: Float64Array; readonly codes: Int32Array } {
  const sorted = numbers.slice().sort();
  let different = 0;
  for (const value of sorted) {
    if (!Number.isNaN(value) && (different === 0 || value !== sorted[different - 1])) sorted[different++] = value;
  }
  const values = sorted.slice(0, different);
  return { values, codes: placesOf(numbers, values) };
}

/** Parts of a column's range of equal width that say between which places to look. */
const stretchesOfRange = 2048;

/** Where each number stands among ascending different ones that hold them all; −1 for NaN. */
function placesOf(numbers: Float64Array, values: Float64Array): Int32Array {
  const [low = 0, high = 0] = [values[0], values.at(-1)];
  const scale = high > low ? (stretchesOfRange - 1) / (high - low) : 0;
  const stretchOf = (value: number) => ((value - low) * scale) | 0;
  // By stretch, the first value in it or beyond; rounding is monotone, so no value falls into an earlier one.
  const firsts = new Int32Array(stretchesOfRange + 1).fill(values.length);
  for (let place = values.length - 1; place >= 0; place--) firsts[stretchOf(values[place]!)] = place;
  for (let stretch = stretchesOfRange - 1; stretch >= 0; stretch--) {
    firsts[stretch] = Math.min(firsts[stretch]!, firsts[stretch + 1]!);
  }
  const codes = new Int32Array(numbers.length);
  for (let index = 0; index < codes.length; index++) {
    const value = numbers[index]!;
    const stretch = stretchOf(value);
    codes[index] = Number.isNaN(value) ? -1 : placeOf(value, values, firsts[stretch]!, firsts[stretch + 1]! - 1);
  }
  return codes;
}

/** Where a number stands among ascending ones from one place to another, by halving. */
function placeOf(value: number, values: Float64Array, first: number, last: number): number {
  let low = first;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textColumn(table: Table, name: string, rows: Uint32Array): SampleColumn | undefined {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.kind !== 'text') return undefined;
  const codes = Int32Array.from(rows, (row) => column.codes[row]!);
  return { kind: 'text', name, codes, levels: column.levels };
}

/** |difference of the mean ranks of values| between failing and other rows, 0 … 1; a text column always takes part. */
function contrastOf(column: SampleColumn, fails: Uint8Array): number {
  if (column.kind === 'text') return Number.POSITIVE_INFINITY;
  const sums = [0, 0];
  const counts = [0, 0];
  column.codes.forEach((code, place) => {
    if (code < 0) return;
    const label = fails[place]!;
    sums[label]! += code;
    counts[label]! += 1;
  });
  const difference = sums[1]! / Math.max(1, counts[1]!) - sums[0]! / Math.max(1, counts[0]!);
  return Math.abs(difference) / column.values.length;
}
