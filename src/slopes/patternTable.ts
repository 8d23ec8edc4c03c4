import type { Activation, DenseOp } from '../network/network';
import { patternWidth } from './instructions';

/**
 * The finished sums for the step back through a layer of units that are on or off (see `assembly/pattern.ts`).
 *
 * With output weights v (one per unit of the layer), the layer's matrix W [unit][column] and slopes s_j that are 1 for an
 * active unit and α_j otherwise, the adjoint of column c is Σ_j s_j v_j W_jc. The table holds its part of each group of
 * `bits` units for each of their 2^bits patterns, in blocks of `patternWidth` columns:
 * [block][group][pattern][column of the block].
 */
export function patternTable(
  layer: DenseOp,
  columns: number,
  outputWeights: Float64Array,
  activation: Activation,
  bits: number,
): Float64Array {
  const units = layer.bias.length;
  const groups = Math.ceil(units / bits);
  const patterns = 2 ** bits;
  const blocks = Math.ceil(columns / patternWidth);
  const table = new Float64Array(blocks * groups * patterns * patternWidth);
  for (let block = 0; block < blocks; block++) {
    const first = block * patternWidth;
    const width = Math.min(patternWidth, columns - first);
    for (let group = 0; group < groups; group++) {
      const start = (block * groups + group) * patterns * patternWidth;
      const last = Math.min(units, (group + 1) * bits);
      for (let unit = group * bits; unit < last; unit++) {
        const off = offSlope(activation, unit);
        const size = 2 ** (unit - group * bits);
        for (let column = 0; column < width; column++) {
          const part = outputWeights[unit]! * layer.weights[unit * columns + first + column]!;
          addUnit(table, start + column, size, off * part, part);
        }
      }
    }
  }
  return table;
}

/** Doubles the finished patterns of a column, `size` of them: below with the new unit off, above with it on. */
function addUnit(table: Float64Array, start: number, size: number, off: number, on: number): void {
  const step = size * patternWidth;
  for (let at = start; at < start + step; at += patternWidth) {
    const before = table[at]!;
    table[at] = before + off;
    table[at + step] = before + on;
  }
}

/** Units per group for a layer and a number of outputs, or 0 where tables would not pay. */
export function patternBits(units: number, columns: number, outputs: number): number {
  if (units * columns < smallestMatrix) return 0;
  const numbers = (bits: number): number =>
    Math.ceil(units / bits) * 2 ** bits * Math.ceil(columns / patternWidth) * patternWidth * outputs;
  const best = [6, 5].find((bits) => numbers(bits) <= cachedTables);
  return best ?? (numbers(4) <= largestTables ? 4 : 0);
}

/** Whether a unit's slope depends on nothing but the sign of its value. */
export function hasPattern(activation: Activation): boolean {
  if (activation.kind === 'relu') return true;
  if (activation.kind === 'leakyRelu') return activation.alpha >= 0;
  return activation.kind === 'prelu' && activation.alpha.every((alpha) => alpha >= 0);
}

/** Below this many weights the plain product is as fast. */
const smallestMatrix = 256;
/** Numbers in the tables of all outputs that the second cache holds. */
const cachedTables = 280_000;
/** Larger ones pay in groups of four, where the table of one block of columns still stays in the cache; not beyond this. */
const largestTables = 2 ** 21;

function offSlope(activation: Activation, unit: number): number {
  if (activation.kind === 'leakyRelu') return activation.alpha;
  return activation.kind === 'prelu' ? (activation.alpha[unit] ?? 0) : 0;
}
