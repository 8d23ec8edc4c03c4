import type { Activation, Network } from '../network/network';
import { activate } from '../network/activation';
import type { StraightPiece } from '../network/formula/writeOut';
import { activationSlope } from '../slopes/activationSlopes';
import { compilePlan } from '../slopes/plan';
import { assembleRows } from '../table/assemble';
import { chunkRows, type Computation } from './computeSlopes';

/** Activations of straight pieces that stay on one piece in all rows, and which units that leaves off or straight. */
export interface StraightPieces {
  /** By the activation's value number. */
  readonly pieces: ReadonlyMap<number, readonly (StraightPiece | undefined)[]>;
  readonly off: number;
  readonly straight: number;
}

/** Looks at all rows which units never cross a kink there: such a unit is a straight line on the data, or always off. */
export async function straightPieces({ network, binding, engine }: Computation): Promise<StraightPieces> {
  const places = network.nodes.flatMap(({ op, inputs }, index) =>
    op.kind === 'activation' && kinksOf(op.activation, 0) !== undefined
      ? [{ activation: op.activation, value: network.inputs.length + index, before: inputs[0]! }]
      : [],
  );
  if (places.length === 0 || binding.rows.length === 0) return { pieces: new Map(), off: 0, straight: 0 };
  const sizeOf = (value: number): number =>
    (network.inputs[value] ?? network.nodes[value - network.inputs.length])!.size;
  const watched: Network = {
    ...network,
    outputs: places.map(({ before }, index) => ({ name: `${index}`, size: sizeOf(before), value: before })),
  };
  const plan = compilePlan(watched);
  const low = new Float64Array(plan.outputs.length).fill(Infinity);
  const high = new Float64Array(plan.outputs.length).fill(-Infinity);
  for (let first = 0; first < binding.rows.length; first += chunkRows) {
    const part = binding.rows.subarray(first, first + chunkRows);
    const x = new Float64Array(plan.inputs * part.length);
    assembleRows(binding, part, x);
    const { y } = await engine.run(plan, { rows: part.length, x, slopes: false });
    y.forEach((value, index) => {
      const unit = Math.floor(index / part.length);
      low[unit] = Math.min(low[unit]!, value);
      high[unit] = Math.max(high[unit]!, value);
    });
  }
  return gathered(places, sizeOf, low, high);
}

function gathered(
  places: readonly { readonly activation: Activation; readonly value: number; readonly before: number }[],
  sizeOf: (value: number) => number,
  low: Float64Array,
  high: Float64Array,
): StraightPieces {
  let unit = 0;
  let [off, straight] = [0, 0];
  const pieces = new Map(
    places.map(({ activation, value, before }) => [
      value,
      Array.from({ length: sizeOf(before) }, (_, element) => {
        const piece = pieceOn(activation, element, low[unit]!, high[unit]!);
        unit++;
        if (piece?.factor === 0) off++;
        else if (piece) straight++;
        return piece;
      }),
    ]),
  );
  return { pieces, off, straight };
}

/** The piece that holds an interval, where no kink lies within. */
function pieceOn(activation: Activation, element: number, low: number, high: number): StraightPiece | undefined {
  const kinks = kinksOf(activation, element) ?? [];
  if (!(low <= high) || kinks.some((kink) => low < kink && kink < high)) return undefined;
  const middle = low === high ? low : (low + high) / 2;
  if (kinks.includes(middle)) return undefined;
  const factor = activationSlope(activation, middle, element);
  return { factor, offset: activate(activation, middle, element) - factor * middle };
}

/** Where an activation of straight pieces bends; undefined for one that is curved. */
function kinksOf(activation: Activation, element: number): readonly number[] | undefined {
  switch (activation.kind) {
    case 'relu':
    case 'leakyRelu':
    case 'abs':
      return [0];
    case 'prelu':
      return activation.alpha[element] === undefined ? undefined : [0];
    case 'thresholdedRelu':
      return [activation.alpha];
    case 'hardSigmoid':
      return [-activation.beta / activation.alpha, (1 - activation.beta) / activation.alpha];
    case 'clip':
      return [activation.low, activation.high];
    case 'softShrink':
    case 'hardShrink':
      return [-activation.threshold, activation.threshold];
    case 'sparseSigmoid':
      return [-1, 1];
    default:
      return undefined;
  }
}
