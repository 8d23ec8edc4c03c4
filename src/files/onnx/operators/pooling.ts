import { ShapeError, type Tensor } from '../../../network/builder';
import { pool } from '../../../network/layers';
import { elements, mapIndices } from '../../../network/tensor';
import { reduceAxes } from '../../rows/reductions';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';
import { perRow, sweepOf, type Sweep } from './windows';

/** Operators that take windows of places to one number each, channel by channel. */
export const poolings: OperatorGroup = {
  domain: '',
  operators: { AveragePool, GlobalAveragePool, GlobalLpPool, GlobalMaxPool, LpPool, MaxPool },
  notes: { MaxPool: 'without the positions (second output)' },
};

function MaxPool(call: Call): Value {
  return pooled(call, (row, sweep) => pool(call.builder, 'max', row, unbounded(row, sweep)));
}

/** The border counts as zeros only if `count_include_pad` says so. */
function AveragePool(call: Call): Value {
  const countsBorder = call.integer('count_include_pad', 0) === 1;
  return pooled(call, (row, sweep) => {
    const sums = pool(call.builder, 'sum', row, unbounded(row, sweep));
    const [channels = 1, ...places] = row.shape;
    const counts = cellCounts(places, sweep, countsBorder);
    const shares = Float64Array.from({ length: channels * counts.length }, (_, i) => 1 / counts[i % counts.length]!);
    return call.builder.scale(sums, shares, new Float64Array(shares.length));
  });
}

/** The p-norm of each window. */
function LpPool(call: Call): Value {
  const p = call.integer('p', 2);
  return pooled(call, (row, sweep) => {
    const sums = pool(call.builder, 'sum', powered(call, row, p), unbounded(row, sweep));
    return rooted(call, sums, p);
  });
}

function GlobalAveragePool(call: Call): Value {
  const x = call.value(0);
  return reduceAxes(call, 'mean', x, placesOf(x), true);
}

function GlobalMaxPool(call: Call): Value {
  const x = call.value(0);
  return reduceAxes(call, 'max', x, placesOf(x), true);
}

function GlobalLpPool(call: Call): Value {
  const x = call.value(0);
  const p = call.integer('p', 2);
  const sum = reduceAxes(call, 'sum', { ...x, tensor: powered(call, x.tensor, p) }, placesOf(x), true);
  return { ...sum, tensor: rooted(call, sum.tensor, p) };
}

function pooled(call: Call, lower: (row: Tensor, sweep: Sweep) => Tensor): Value {
  const size = call.integers('kernel_shape');
  return perRow(call, call.value(0), (row) => {
    const places = row.shape.slice(1);
    if (!size) throw new ShapeError('a pooling needs the size of its window');
    const sweep = sweepOf(call, places, size);
    call.expectRoom([row.shape[0]!, ...sweep.result, ...size]);
    return lower(row, sweep);
  });
}

/** The window with the border it needs for its result: with `ceil_mode` the last ones hang over the declared border. */
function unbounded(row: Tensor, sweep: Sweep) {
  const after = sweep.result.map((count, axis) => {
    const reach = (sweep.size[axis]! - 1) * sweep.dilations[axis]! + 1;
    return (count - 1) * sweep.strides[axis]! + reach - row.shape[axis + 1]! - sweep.before[axis]!;
  });
  return { ...sweep, after, countPadding: false };
}

/** How many cells of each window count for a mean: those inside, or inside and on the declared border. */
function cellCounts(places: readonly number[], sweep: Sweep, countsBorder: boolean): Int32Array {
  const perAxis = places.map((length, axis) => {
    const low = countsBorder ? -sweep.before[axis]! : 0;
    const high = length + (countsBorder ? sweep.after[axis]! : 0);
    return Array.from({ length: sweep.result[axis]! }, (_, place) => {
      const start = place * sweep.strides[axis]! - sweep.before[axis]!;
      const taps = Array.from({ length: sweep.size[axis]! }, (__, tap) => start + tap * sweep.dilations[axis]!);
      return taps.filter((at) => at >= low && at < high).length;
    });
  });
  return mapIndices(sweep.result, (index) =>
    index.reduce((product, place, axis) => product * perAxis[axis]![place]!, 1),
  );
}

function placesOf(x: Value): number[] {
  return x.tensor.shape.map((_, axis) => axis).slice(2);
}

function powered(call: Call, x: Tensor, p: number): Tensor {
  if (p === 2) return call.builder.activation(x, { kind: 'square' });
  const size = call.builder.activation(x, { kind: 'abs' });
  return p === 1 ? size : call.builder.combine('pow', size, call.builder.constant(Float64Array.of(p), []));
}

function rooted(call: Call, x: Tensor, p: number): Tensor {
  if (p === 1) return x;
  if (p === 2) return call.builder.activation(x, { kind: 'sqrt' });
  return call.builder.combine(
    'pow',
    x,
    call.builder.constant(new Float64Array(elements(x.shape)).fill(1 / p), x.shape),
  );
}
