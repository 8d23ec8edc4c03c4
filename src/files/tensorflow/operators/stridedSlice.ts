import { ShapeError, type Tensor } from '../../../network/builder';
import type { Value } from '../../rows/value';
import type { Call } from '../call';

/** What one entry of the specification says about the result. */
type Entry =
  | { readonly kind: 'new' }
  | { readonly kind: 'keep' | 'drop'; readonly axis: number; readonly positions: readonly number[] | undefined };

/**
 * Python's slicing x[a:b:c, …]: the masks are bits per entry of the specification. `begin_mask` and `end_mask` leave a
 * bound open, `ellipsis_mask` stands for all axes in between, `new_axis_mask` adds an axis, `shrink_axis_mask` takes a
 * single position and drops its axis.
 */
export function StridedSlice(call: Call): Value {
  const x = call.value(0);
  const plan = entriesOf(call, x);
  let tensor: Tensor = x.tensor;
  const shape: number[] = [];
  let batch: number | undefined;
  for (const entry of plan) {
    if (entry.kind === 'new') {
      shape.push(1);
      continue;
    }
    const { axis, positions } = entry;
    if (positions) tensor = call.builder.take(tensor, axis, positions);
    if (axis === x.batch) batch = shape.length;
    if (entry.kind === 'keep') shape.push(tensor.shape[axis]!);
  }
  return { ...x, tensor: call.builder.reshape(tensor, shape), batch };
}

function entriesOf(call: Call, x: Value): Entry[] {
  const bounds = ['begin', 'end', 'strides'].map((name, k) => call.numbers(k + 1, name));
  const count = bounds[0]!.length;
  const has = (mask: string, entry: number) => ((call.integer(mask, 0) >> entry) & 1) === 1;
  const entries = Array.from({ length: count }, (_, entry) => entry);
  const ellipses = entries.filter((entry) => has('ellipsis_mask', entry));
  const added = entries.filter((entry) => has('new_axis_mask', entry) && !ellipses.includes(entry)).length;
  const rank = x.tensor.shape.length;
  const between = rank - (count - added - ellipses.length);
  if (ellipses.length > 1 || between < 0) throw new ShapeError(`${count} slices are not for ${rank} axes`);
  const lengths = call.shapeOf(x);
  const plan: Entry[] = [];
  let axis = 0;
  const keepAll = (): void => {
    plan.push({ kind: 'keep', axis: axis++, positions: undefined });
  };
  for (const entry of entries) {
    if (ellipses.includes(entry)) {
      for (let k = 0; k < between; k++) keepAll();
    } else if (has('new_axis_mask', entry)) {
      plan.push({ kind: 'new' });
    } else {
      const [begin = 0, end = 0, stride = 1] = bounds.map((list) => list[entry]);
      const open = { begin: has('begin_mask', entry), end: has('end_mask', entry) };
      const single = has('shrink_axis_mask', entry);
      const positions = single
        ? [singlePosition(begin, lengths[axis]!)]
        : slicePositions(begin, end, stride, open, lengths[axis]!);
      plan.push(axisEntry(call, x, axis, single, positions));
      axis++;
    }
  }
  while (axis < rank) keepAll();
  return plan;
}

/** What an entry takes of an axis; of the axis of the rows only all, in their order. */
function axisEntry(call: Call, x: Value, axis: number, single: boolean, positions: readonly number[] | 'all'): Entry {
  const kind = single ? 'drop' : 'keep';
  if (positions === 'all') return { kind, axis, positions: undefined };
  if (axis === x.batch) return call.refuseMixedRows('takes some of the rows');
  return { kind, axis, positions };
}

function singlePosition(begin: number, length: number): number {
  const position = begin < 0 ? begin + length : begin;
  if (position >= 0 && position < length) return position;
  throw new ShapeError(`position ${begin} lies outside an axis of ${length}`);
}

/** Python's rules: negative bounds count from the end, what lies outside is moved to the edge. */
function slicePositions(
  begin: number,
  end: number,
  stride: number,
  open: { readonly begin: boolean; readonly end: boolean },
  length: number,
): readonly number[] | 'all' {
  if (!Number.isInteger(stride) || stride === 0) throw new ShapeError('a slice cannot have a step of 0');
  const forwards = stride > 0;
  const [low, high] = forwards ? [0, length] : [-1, length - 1];
  const bound = (at: number) => Math.min(Math.max(at < 0 ? at + length : at, low), high);
  const from = open.begin ? (forwards ? 0 : length - 1) : bound(begin);
  const to = open.end ? (forwards ? length : -1) : bound(end);
  if (stride === 1 && from === 0 && to === length) return 'all';
  const positions: number[] = [];
  for (let at = from; forwards ? at < to : at > to; at += stride) positions.push(at);
  return positions;
}
