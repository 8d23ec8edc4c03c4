import { ShapeError, type NetworkBuilder, type Tensor } from '../../network/builder';
import type { RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { field, isTrue, numberOf, numbersOf } from './fields';
import { finiteWeights, type RContext } from './model';

/** The net as nnet stores it: unit 0 is the bias, then inputs, hidden units, outputs. */
export interface Wiring {
  readonly inputs: number;
  readonly outputs: number;
  readonly units: number;
  /** Unit u takes `weights[starts[u]…starts[u + 1]]` from the units `sources` at the same places. */
  readonly starts: Float64Array;
  readonly sources: Float64Array;
  readonly weights: Float64Array;
  /** Units from this number on are linear. */
  readonly sigmoidUnits: number;
  readonly softmax: boolean;
}

/** Units that are computed together: the same depth, the same function. */
export interface Block {
  readonly units: readonly number[];
  readonly linear: boolean;
}

/** nnet's logistic is exactly 0 below −15 and exactly 1 above 15. */
const sigmoidLimit = 15;

/** Sparse wirings become dense; nnet itself, which connects everything, stays far below this. */
const maxBlockWeights = 2 ** 24;

/** Number of the first output unit. */
export function firstOutput(wiring: Wiring): number {
  return wiring.units - wiring.outputs;
}

/** The wiring of an nnet object; refused when its parts do not fit each other. */
export function wiringOf(object: RValue, context: RContext): Wiring {
  const [inputs = NaN, hidden = NaN, outputs = NaN] = numbersOf(field(object, 'n')) ?? [];
  const units = 1 + inputs + hidden + outputs;
  const starts = numbersOf(field(object, 'nconn'));
  const sources = numbersOf(field(object, 'conn'));
  const weights = numbersOf(field(object, 'wts'));
  const sigmoidUnits = numberOf(field(object, 'nsunits'));
  const counted = [inputs, hidden, outputs].every((count) => Number.isInteger(count) && count >= 0) && outputs > 0;
  const whole = starts && sources && weights && sigmoidUnits !== undefined;
  if (!whole || !counted || !consistent(units, inputs, starts, sources, weights))
    return refuse(context.file, {
      code: 'r-weights-broken',
      message: `The nnet object in ${context.file} contradicts itself: its units, connections and weights do not fit each other.`,
      remedy: 'Save the object again as nnet() gave it.',
    });
  finiteWeights(context, 'The network', weights);
  const softmax = isTrue(field(object, 'softmax'));
  return { inputs, outputs, units, starts, sources, weights, sigmoidUnits, softmax };
}

/** Every unit takes from the bias or earlier units, and every weight belongs to one connection. */
function consistent(
  units: number,
  inputs: number,
  starts: Float64Array,
  sources: Float64Array,
  weights: Float64Array,
): boolean {
  if (starts.length !== units + 1 || sources.length !== weights.length || starts[units] !== weights.length)
    return false;
  for (let unit = 0; unit < units; unit++) {
    const [start = NaN, end = NaN] = starts.subarray(unit, unit + 2);
    if (!(start >= 0 && start <= end) || (unit <= inputs && end > 0)) return false;
    for (let at = start; at < end; at++) {
      if (!(Number.isInteger(sources[at]) && sources[at]! >= 0 && sources[at]! < unit)) return false;
    }
  }
  return starts.every(Number.isInteger);
}

/** The units in the order in which they can be computed together. */
export function blocksOf(wiring: Wiring, context: RContext): readonly Block[] {
  const depths = new Int32Array(wiring.units);
  const blocks = new Map<string, { units: number[]; linear: boolean; depth: number }>();
  for (let unit = wiring.inputs + 1; unit < wiring.units; unit++) {
    let depth = 0;
    for (let at = wiring.starts[unit]!; at < wiring.starts[unit + 1]!; at++)
      depth = Math.max(depth, depths[wiring.sources[at]!]!);
    depths[unit] = depth + 1;
    const linear = unit >= wiring.sigmoidUnits;
    // Outputs stay together, and apart from the hidden units.
    const key = `${unit >= firstOutput(wiring) ? 'output' : 'hidden'} ${depth} ${linear}`;
    const block = blocks.get(key) ?? { units: [], linear, depth };
    block.units.push(unit);
    blocks.set(key, block);
  }
  const ordered = [...blocks.values()].sort((a, b) => a.depth - b.depth);
  if (ordered.length > 1000)
    return refuse(context.file, {
      code: 'r-weights-broken',
      message: `The nnet object in ${context.file} is ${ordered.length} layers deep; nnet makes one.`,
      remedy: 'Save the object again as nnet() gave it.',
    });
  return ordered;
}

/** Where a unit's value lies: element `at` of tensor `block`; the inputs are block 0. */
interface Place {
  readonly block: number;
  readonly at: number;
}

/**
 * Adds the network to the builder. With `intercept` the first input is the constant 1 and its weights join the bias.
 */
export function lowerWiring(
  builder: NetworkBuilder,
  features: Tensor,
  wiring: Wiring,
  blocks: readonly Block[],
  intercept: boolean,
): Tensor {
  const offset = intercept ? 2 : 1;
  const places = new Map<number, Place>();
  for (let unit = offset; unit <= wiring.inputs; unit++) places.set(unit, { block: 0, at: unit - offset });
  const tensors = [features];
  for (const block of blocks) {
    const isOutput = block.units[0]! >= firstOutput(wiring);
    builder.at(isOutput ? 'output' : `hidden ${tensors.length}`);
    const sum = lowerBlock(builder, wiring, block, places, tensors);
    block.units.forEach((unit, at) => places.set(unit, { block: tensors.length, at }));
    tensors.push(block.linear ? sum : builder.activation(sum, { kind: 'clippedSigmoid', limit: sigmoidLimit }));
  }
  const outputs = blocks.flatMap((block, i) => (block.units[0]! >= firstOutput(wiring) ? [i + 1] : []));
  const order = outputs.flatMap((number) => blocks[number - 1]!.units);
  const positions = order.map((_, at) => order.indexOf(firstOutput(wiring) + at));
  const together = builder.concat(
    outputs.map((number) => tensors[number]!),
    0,
  );
  const result = builder.take(together, 0, positions);
  return wiring.softmax ? builder.softmax('softmax', result, [0]) : result;
}

function lowerBlock(
  builder: NetworkBuilder,
  wiring: Wiring,
  block: Block,
  places: ReadonlyMap<number, Place>,
  tensors: readonly Tensor[],
): Tensor {
  const connections = block.units.flatMap((unit, row) =>
    Array.from({ length: wiring.starts[unit + 1]! - wiring.starts[unit]! }, (_, k) => {
      const at = wiring.starts[unit]! + k;
      return { row, place: places.get(wiring.sources[at]!), weight: wiring.weights[at]! };
    }),
  );
  const used = [...new Set(connections.flatMap(({ place }) => (place ? [place.block] : [])))].sort((a, b) => a - b);
  const starts = new Map<number, number>();
  let width = 0;
  for (const number of used) {
    starts.set(number, width);
    width += tensors[number]!.shape[0]!;
  }
  if (block.units.length * width > maxBlockWeights)
    throw new ShapeError(`${block.units.length} units that take from ${width} values are too many for nnet`);
  const bias = new Float64Array(block.units.length);
  const weights = new Float64Array(block.units.length * width);
  for (const { row, place, weight } of connections) {
    if (place) weights[row * width + starts.get(place.block)! + place.at]! += weight;
    else bias[row]! += weight;
  }
  if (width === 0) return builder.constant(bias, [bias.length]);
  const sources = used.map((number) => tensors[number]!);
  return builder.dense(sources.length === 1 ? sources[0]! : builder.concat(sources, 0), weights, bias);
}
