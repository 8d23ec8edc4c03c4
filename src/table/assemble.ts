import type { Binding } from './binding';
import type { LevelSource } from './inputSource';
import { toModel, type Scaling } from './scaling';

/** Numbers in the units the network takes, in either precision. */
export type ModelNumbers = Float32Array | Float64Array;

/**
 * Fills rows for the network: column-major [input element][row], elements of all ports one after the other, texts as
 * one-hot vectors. `target` holds (sum of the ports' sizes) × `rows.length` numbers.
 *
 * @param rows numbers of the table's rows; usable ones (`binding.rows`), or NaN results
 */
export function assembleRows(binding: Pick<Binding, 'inputs'>, rows: Uint32Array, target: ModelNumbers): void {
  for (const { input, source, scaling } of binding.inputs) {
    if (source.kind === 'levels') {
      fillOneHot(input.element, source, rows, target);
      continue;
    }
    const first = input.element * rows.length;
    const place = target.subarray(first, first + rows.length);
    if (source.kind === 'fixed') place.fill(toModel(scaling, source.value));
    else fillScaled(source.values, scaling, rows, place);
  }
}

function fillScaled(values: Float64Array, scaling: Scaling, rows: Uint32Array, target: ModelNumbers): void {
  const count = rows.length;
  if (scaling.kind === 'affine') {
    const { centre, spread } = scaling;
    for (let index = 0; index < count; index++) target[index] = (values[rows[index]!]! - centre) / spread;
    return;
  }
  for (let index = 0; index < count; index++) target[index] = toModel(scaling, values[rows[index]!]!);
}

function fillOneHot(first: number, source: LevelSource, rows: Uint32Array, target: ModelNumbers): void {
  const count = rows.length;
  const start = first * count;
  target.fill(0, start, start + source.size * count);
  for (let index = 0; index < count; index++) {
    const element = source.elements[rows[index]!]!;
    if (element >= 0) target[start + element * count + index] = 1;
  }
}
