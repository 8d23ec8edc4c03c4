import { ShapeError, type Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** The determinant of square matrices of the last two axes. */
export const determinant: OperatorGroup = { domain: '', operators: { Det } };

/** By Laplace's expansion, row after row: a minor of k rows is a sum over its columns of an element times a smaller minor. */
function Det(call: Call): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const lead = shape.slice(0, -2);
  const size = shape.at(-1) ?? 0;
  if (shape.length < 2 || shape.at(-2) !== size) throw new ShapeError(`[${shape.join(', ')}] is no square matrix`);
  if (x.batch !== undefined && x.batch >= lead.length) return call.refuseMixedRows();
  call.expectRoom([elements(lead), 2 ** size, size, size]);
  const { builder } = call;
  const count = elements(lead);
  const matrix = builder.reshape(x.tensor, [count, size * size]);
  let minors: Tensor = builder.constant(new Float64Array(count).fill(1), [count, 1]);
  let sets = [0];
  for (let row = 0; row < size; row++) {
    const larger = columnSets(size, row + 1);
    const terms = larger.flatMap((set) =>
      columnsOf(set, size).map((column, place) => ({
        entry: row * size + column,
        minor: sets.indexOf(set & ~(1 << column)),
        sign: (row + place) % 2 === 0 ? 1 : -1,
      })),
    );
    const entries = builder.take(
      matrix,
      1,
      terms.map(({ entry }) => entry),
    );
    const smaller = builder.take(
      minors,
      1,
      terms.map(({ minor }) => minor),
    );
    const signs = builder.constant(
      Float64Array.from(terms, ({ sign }) => sign),
      [1, terms.length],
    );
    const products = builder.combine('multiply', builder.combine('multiply', entries, smaller), signs);
    minors = builder.reduce('sum', builder.reshape(products, [count, larger.length, row + 1]), [2], false);
    sets = larger;
  }
  return { ...x, tensor: builder.reshape(minors, lead) };
}

/** The sets of so many columns, as bits, in ascending order. */
function columnSets(size: number, count: number): number[] {
  return Array.from({ length: 2 ** size }, (_, set) => set).filter((set) => columnsOf(set, size).length === count);
}

function columnsOf(set: number, size: number): number[] {
  return Array.from({ length: size }, (_, column) => column).filter((column) => ((set >> column) & 1) === 1);
}
