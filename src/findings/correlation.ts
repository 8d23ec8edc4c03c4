/** How columns move together over drawn rows. */
export interface Correlations {
  /** Pearson's r of each pair, [i * n + j]; NaN with a column that never changes. */
  readonly matrix: Float64Array;
  /** Variance inflation 1 ÷ (1 − R²) of each column on all others; Infinity where the others determine it. */
  readonly inflation: Float64Array;
}

/** Rows that are worked on together: a block of a few columns stays in the cache. */
const blockRows = 2048;

/**
 * Correlations of columns at the rows given (or at all), and their variance inflation (the diagonal of the inverse matrix).
 *
 * @param means of the columns at these rows, where they are known
 */
export function correlations(
  columns: readonly Float64Array[],
  rows?: Uint32Array,
  means: readonly number[] = columns.map((column) => meanOf(column, rows)),
): Correlations {
  const n = columns.length;
  const count = rows?.length ?? columns[0]?.length ?? 0;
  const sums = crossProducts(columns, means, rows, count);
  const lengths = means.map((mean, i) => {
    const length = Math.sqrt(sums[i * n + i]!);
    return length <= 1e-12 * Math.abs(mean) * Math.sqrt(count) ? Number.NaN : length;
  });
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const r = i === j ? 1 : sums[i * n + j]! / (lengths[i]! * lengths[j]!);
      matrix[i * n + j] = r;
      matrix[j * n + i] = r;
    }
  }
  const changing = [...lengths.keys()].filter((index) => lengths[index]! > 0);
  const inflation = new Float64Array(n).fill(Number.NaN);
  const diagonal = inverseDiagonal(changing.map((i) => Float64Array.from(changing, (j) => matrix[i * n + j]!)));
  changing.forEach((index, place) => (inflation[index] = diagonal[place]!));
  return { matrix, inflation };
}

/** Σ(x − mean)(y − mean) of each pair of columns (upper triangle), block by block. */
function crossProducts(
  columns: readonly Float64Array[],
  means: readonly number[],
  rows: Uint32Array | undefined,
  count: number,
): Float64Array {
  const n = columns.length;
  const blocks = columns.map(() => new Float64Array(blockRows));
  const sums = new Float64Array(n * n);
  for (let first = 0; first < count; first += blockRows) {
    const size = Math.min(blockRows, count - first);
    columns.forEach((column, i) => {
      const block = blocks[i]!;
      const mean = means[i]!;
      for (let index = 0; index < size; index++) {
        block[index] = column[rows ? rows[first + index]! : first + index]! - mean;
      }
    });
    for (let i = 0; i < n; i++) addProducts(blocks, i, size, sums);
  }
  return sums;
}

function meanOf(column: Float64Array, rows: Uint32Array | undefined): number {
  let sum = 0;
  if (!rows) {
    for (const value of column) sum += value;
    return sum / column.length;
  }
  for (const row of rows) sum += column[row]!;
  return sum / rows.length;
}

/** Adds Σ x·y of column i with itself and each later one: four at a time, so that no sum waits for the one before. */
function addProducts(blocks: readonly Float64Array[], i: number, size: number, sums: Float64Array): void {
  const n = blocks.length;
  const x = blocks[i]!;
  for (let j = i; j < n; j += 4) {
    // Beyond the last column the last one is taken again, and its sum thrown away.
    const [a, b, c, d] = [0, 1, 2, 3].map((next) => blocks[Math.min(j + next, n - 1)]!);
    const four = productsOf(x, a!, b!, c!, d!, size);
    four.slice(0, n - j).forEach((sum, next) => (sums[i * n + j + next]! += sum));
  }
}

function productsOf(
  x: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  size: number,
): readonly number[] {
  let [withA, withB, withC, withD] = [0, 0, 0, 0];
  for (let index = 0; index < size; index++) {
    const value = x[index]!;
    withA += value * a[index]!;
    withB += value * b[index]!;
    withC += value * c[index]!;
    withD += value * d[index]!;
  }
  return [withA, withB, withC, withD];
}

/** Diagonal of the inverse of a symmetric matrix, by Gauss and Jordan with pivots; Infinity where it is singular. */
function inverseDiagonal(rows: readonly Float64Array[]): Float64Array {
  const n = rows.length;
  const left = rows.map((row) => row.slice());
  const right = rows.map((_, i) => Float64Array.from({ length: n }, (_unused, j) => (i === j ? 1 : 0)));
  for (let k = 0; k < n; k++) {
    const pivot = left[k]![k]!;
    if (pivot < 1e-10) return new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    for (const matrix of [left, right]) for (let j = 0; j < n; j++) matrix[k]![j]! /= pivot;
    for (let i = 0; i < n; i++) {
      const factor = left[i]![k]!;
      if (i === k || factor === 0) continue;
      for (const matrix of [left, right]) for (let j = 0; j < n; j++) matrix[i]![j]! -= factor * matrix[k]![j]!;
    }
  }
  return Float64Array.from(right, (row, index) => row[index]!);
}
