/** How columns move together over drawn rows. */
export interface Correlations {
  /** Pearson's r of each pair, [i * n + j]; NaN with a column that never changes. */
  readonly matrix: Float64Array;
  /** Variance inflation 1 ÷ (1 − R²) of each column on all others; Infinity where the others determine it. */
  readonly inflation: Float64Array;
}

/** Rows that are worked on together: a block of a few columns stays in the cache. */
const blockRows = 2048;

/** Correlations of columns at the rows given (or at all), and their variance inflation (the diagonal of the inverse matrix). */
export function correlations(columns: readonly Float64Array[], rows?: Uint32Array): Correlations {
  const n = columns.length;
  const { sums, means, count } = crossProducts(columns, rows);
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

/** Means and Σ(x − mean)(y − mean) of each pair of columns (upper triangle), block by block. */
function crossProducts(columns: readonly Float64Array[], rows: Uint32Array | undefined) {
  const n = columns.length;
  const count = rows?.length ?? columns[0]?.length ?? 0;
  const means = Float64Array.from(columns, (column) => meanOf(column, rows));
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
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) sums[i * n + j]! += dot(blocks[i]!, blocks[j]!, size);
    }
  }
  return { sums, means, count };
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

function dot(a: Float64Array, b: Float64Array, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += a[index]! * b[index]!;
  return sum;
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
