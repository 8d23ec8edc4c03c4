/** How columns move together over drawn rows. */
export interface Correlations {
  /** Pearson's r of each pair, [i * n + j]; NaN with a column that never changes. */
  readonly matrix: Float64Array;
  /** Variance inflation 1 ÷ (1 − R²) of each column on all others; Infinity where the others determine it. */
  readonly inflation: Float64Array;
}

/** Correlations of columns of equal length, and their variance inflation (the diagonal of the inverse matrix). */
export function correlations(columns: readonly Float64Array[]): Correlations {
  const n = columns.length;
  const standard = columns.map(standardised);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const r = i === j ? 1 : dot(standard[i]!, standard[j]!);
      matrix[i * n + j] = r;
      matrix[j * n + i] = r;
    }
  }
  const changing = [...standard.keys()].filter((index) => !Number.isNaN(standard[index]![0] ?? Number.NaN));
  const inflation = new Float64Array(n).fill(Number.NaN);
  const diagonal = inverseDiagonal(changing.map((i) => Float64Array.from(changing, (j) => matrix[i * n + j]!)));
  changing.forEach((index, place) => (inflation[index] = diagonal[place]!));
  return { matrix, inflation };
}

/** (x − mean) ÷ √Σ(x − mean)²; NaN for a column that never changes. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(dot(centred, centred));
  const isConstant = length <= 1e-12 * Math.abs(mean) * Math.sqrt(values.length);
  return centred.map((value) => (isConstant ? Number.NaN : value / length));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
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
