import { ShapeError } from '../../network/builder';
import { elements } from '../../network/tensor';
import { graphShape, manyRows, type RowCall, type Value } from './value';

/** Axes in another order. */
export function transposeValue(call: RowCall, x: Value, order: readonly number[]): Value {
  if (new Set(order).size !== x.tensor.shape.length || order.length !== x.tensor.shape.length)
    throw new ShapeError(`[${order.join(', ')}] is no order of ${x.tensor.shape.length} axes`);
  const batch = x.batch === undefined ? undefined : order.indexOf(x.batch);
  return { ...x, tensor: call.builder.transpose(x.tensor, order), batch };
}

/**
 * The same elements in another shape, given as the graph sees it. The rows must stay whole: in the new shape there must
 * be an axis that starts at the same place among the elements of a row and whose length is a multiple of the rows. With
 * `inRuns` it may also start before that place and hold the rows several times in a row.
 */
export function reshapeValue(call: RowCall, x: Value, target: readonly number[], inRuns = false): Value {
  const { rows } = call.around;
  const before = graphShape(x, rows);
  const total = elements(before);
  const known = elements(target.filter((length) => length !== -1));
  const lengths = target.map((length) => (length === -1 ? (known === 0 ? 0 : total / known) : length));
  const { builder } = call;
  const fits = elements(lengths) === total && lengths.every(Number.isInteger);
  if (x.batch === undefined)
    return fits ? { ...x, tensor: builder.reshape(x.tensor, lengths) } : refuseShape(before, target);
  // [1, −1] is how a graph that was saved with a single row flattens it: the 1 stands for that row.
  const singleRow = target.length === 2 && target[0] === 1 && target[1] === -1 && rows === manyRows;
  if (singleRow || (elements(lengths) !== total && elements(lengths) === elements(x.tensor.shape)))
    return { ...x, tensor: builder.reshape(x.tensor, singleRow ? [1, -1] : lengths), batch: undefined };
  const start = elements(x.tensor.shape.slice(0, x.batch)) * (x.runs ?? 1);
  const runsOn = (axis: number): number => start / elements(lengths.slice(0, axis));
  const batch = lengths.findIndex((length, axis) => {
    const runs = runsOn(axis);
    return Number.isInteger(runs) && length % (runs * rows) === 0 && (runs === 1 || inRuns);
  });
  if (elements(lengths) !== total) return refuseShape(x.tensor.shape, target, 'rows of ');
  if (batch < 0) return call.refuseMixedRows();
  const shape = lengths.map((length, axis) => (axis === batch ? length / rows : length));
  return { ...x, tensor: builder.reshape(x.tensor, shape), batch, runs: runsOn(batch) };
}

/** A shape the graph computed, with the axis that is as long as there are rows. */
export function spreadShape(
  call: RowCall,
  target: readonly number[],
): { readonly shape: readonly number[]; readonly batch: number | undefined } {
  const places = target.flatMap((length, axis) => (length > 0 && length % manyRows === 0 ? [axis] : []));
  if (call.around.rows !== manyRows || places.length === 0) return { shape: target, batch: undefined };
  if (places.length > 1) return call.refuseMixedRows();
  const [batch] = places;
  return { shape: target.map((length, axis) => (axis === batch ? length / manyRows : length)), batch };
}

/** Says both shapes in words of the graph. */
function refuseShape(from: readonly number[], target: readonly number[], whose = ''): never {
  const said = target.map((length) => (length > 0 && length % manyRows === 0 ? `rows × ${length / manyRows}` : length));
  throw new ShapeError(`${whose}[${from.join(', ')}] cannot take the shape [${said.join(', ')}]`);
}
