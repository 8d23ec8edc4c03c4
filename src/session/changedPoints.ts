import type { Call } from '../ask';
import { compilePlan, type Plan } from '../slopes/plan';
import { splitStraight } from '../slopes/straightFront';
import { toModel, toOriginal } from '../table/scaling';
import { chunkRows, type Computation } from './computeSlopes';
import { modelLines, type Points, pointsAtRows, writeLine } from './points';

/** New values of one input at every point. */
export interface NewLine {
  readonly input: number;
  readonly line: Float64Array;
}

/** A value one input is given at every row: its own moved by some amount, or the same everywhere. */
export type Setting = { readonly shift: number } | { readonly level: number };

/** Forecasts at points with some inputs set otherwise, in the binding's units: one list per set of new lines. */
export async function forecastsChanged(
  computation: Computation,
  points: Points,
  sets: readonly (readonly NewLine[])[],
): Promise<Float64Array[]> {
  const { binding, plan, engine } = computation;
  const { scaling } = binding.outputs[plan.outputs[0]!]!;
  const forecasts = sets.map(() => new Float64Array(points.count));
  const front = await frontOf(computation);
  for (let first = 0; first < points.count; first += chunkRows) {
    const count = Math.min(chunkRows, points.count - first);
    const own = front ? await frontAt(computation, front, points, first, count) : undefined;
    const lines = own ?? modelLines(computation, points, first, count);
    for (const [place, changes] of sets.entries()) {
      const x = lines.slice();
      for (const { input, line } of changes) {
        const part = line.subarray(first, first + count);
        if (front && own)
          moveFront(computation, front, x, input, points.lines[input]!.subarray(first, first + count), part);
        else writeLine(computation, x, input, part);
      }
      const { y } = await engine.run(front && own ? front.rest : plan, { rows: count, x, slopes: false });
      for (let index = 0; index < count; index++) forecasts[place]![first + index] = toOriginal(scaling, y[index]!);
    }
  }
  return forecasts;
}

/**
 * Forecasts at rows of the table with one input set otherwise: one list per setting. Chunk by chunk on the engine's threads,
 * so that a long table never stands in memory as points.
 */
export async function forecastsSet(
  computation: Computation,
  rows: Uint32Array,
  input: number,
  settings: readonly Setting[],
  call: Call,
): Promise<Float64Array[]> {
  const forecasts = settings.map(() => new Float64Array(rows.length));
  const chunks = Math.ceil(rows.length / chunkRows);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < chunks) {
      call.signal.throwIfAborted();
      const first = next++ * chunkRows;
      const points = pointsOfChunk(computation, rows, first);
      const sets = settings.map((setting) => [
        {
          input,
          line: points.lines[input]!.map((value) => ('shift' in setting ? value + setting.shift : setting.level)),
        },
      ]);
      const changed = await forecastsChanged(computation, points, sets);
      changed.forEach((part, place) => forecasts[place]!.set(part, first));
      done += points.count;
      call.progress({ task: 'Effects', done, of: rows.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(computation.engine.width, chunks) }, work));
  return forecasts;
}

/** The straight front of a wide network, compiled. */
interface Front {
  readonly plan: Plan;
  readonly rest: Plan;
  /** How many numbers the front gives. */
  readonly size: number;
  /** By input element, what one more of it changes in each of them. */
  readonly columns: Float64Array;
}

const knownFronts = new WeakMap<Plan, Promise<Front | undefined>>();

/** The front where the rest takes at most half as many numbers as there are inputs; else it is not worth its while. */
function frontOf(computation: Computation): Promise<Front | undefined> {
  const found = knownFronts.get(computation.plan) ?? madeFront(computation);
  knownFronts.set(computation.plan, found);
  return found;
}

async function madeFront({ network, plan, engine }: Computation): Promise<Front | undefined> {
  const { front, changes, rest } = splitStraight(network);
  const size = rest.inputs.reduce((sum, port) => sum + port.size, 0);
  if (2 * size > plan.inputs) return undefined;
  const columns = new Float64Array(plan.inputs * size);
  const unit = compilePlan(changes);
  for (let first = 0; first < plan.inputs; first += unitRows) {
    const rows = Math.min(unitRows, plan.inputs - first);
    const x = new Float64Array(plan.inputs * rows);
    for (let row = 0; row < rows; row++) x[(first + row) * rows + row] = 1;
    const { y } = await engine.run(unit, { rows, x, slopes: false });
    for (let row = 0; row < rows; row++)
      for (let line = 0; line < size; line++) columns[(first + row) * size + line] = y[line * rows + row]!;
  }
  return { plan: compilePlan(front), rest: compilePlan(rest, plan.outputs), size, columns };
}

/** Inputs whose columns are found at once. */
const unitRows = 256;

/** Numbers that are kept of the points of one table or curve, and of what the front gives at them. */
const mostKept = 8_000_000;
const keptFronts = new WeakMap<Points, Map<number, Promise<Float64Array<ArrayBuffer> | undefined>>>();

/** What the front gives at a chunk of points; undefined where a value is none that a change can start from. */
function frontAt(
  computation: Computation,
  front: Front,
  points: Points,
  first: number,
  count: number,
): Promise<Float64Array<ArrayBuffer> | undefined> {
  const kept = keptFronts.get(points) ?? new Map<number, Promise<Float64Array<ArrayBuffer> | undefined>>();
  const found = kept.get(first) ?? computedFront(computation, front, points, first, count);
  if (points.count * front.size <= mostKept) keptFronts.set(points, kept.set(first, found));
  return found;
}

async function computedFront(computation: Computation, { plan }: Front, points: Points, first: number, count: number) {
  const x = modelLines(computation, points, first, count);
  if (!x.every(Number.isFinite)) return undefined;
  const { y } = await computation.engine.run(plan, { rows: count, x, slopes: false });
  return Float64Array.from(y);
}

/** Moves what the front gives by the change of one input. */
function moveFront(
  { binding }: Computation,
  { size, columns }: Front,
  z: Float64Array,
  input: number,
  before: Float64Array,
  after: Float64Array,
): void {
  const { source, scaling, input: flat } = binding.inputs[input]!;
  const count = after.length;
  const add = (element: number, row: number, factor: number): void => {
    for (let line = 0; line < size; line++) z[line * count + row]! += columns[element * size + line]! * factor;
  };
  for (let row = 0; row < count; row++) {
    const [from, to] = [before[row]!, after[row]!];
    if (Object.is(from, to)) continue;
    if (source.kind !== 'levels') add(flat.element, row, toModel(scaling, to) - toModel(scaling, from));
    else {
      if (from >= 0) add(flat.element + from, row, -1);
      if (to >= 0) add(flat.element + to, row, 1);
    }
  }
}

const keptPoints = new WeakMap<Uint32Array, { readonly computation: Computation; readonly points: Points }>();

/** A chunk of the rows as points; those of a short table are kept, for every input of a wide network starts from them. */
function pointsOfChunk(computation: Computation, rows: Uint32Array, first: number): Points {
  const kept = keptPoints.get(rows);
  if (kept?.computation === computation) return kept.points;
  const points = pointsAtRows(computation.binding, rows.subarray(first, first + chunkRows));
  if (rows.length <= chunkRows && rows.length * points.lines.length <= mostKept)
    keptPoints.set(rows, { computation, points });
  return points;
}
