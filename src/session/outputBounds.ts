import type { Network } from '../network/network';
import type { Place } from '../slopes/layout';
import { type Scaling, toOriginal } from '../table/scaling';

/** Bounds that an output's last steps hold, in model units. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** Whether the output stands still at its bound (clipping), or only nears it (sigmoid). */
  readonly cuts: boolean;
  readonly step: string;
}

/** What the last steps hold an output between: activations with bounds, then scalings that carry them along. */
export function boundsOf(network: Network, { value, element }: Place): Bounds | undefined {
  const node = network.nodes[value - network.inputs.length];
  if (!node) return undefined;
  const { op } = node;
  if (op.kind === 'activation') return activationBounds(op.activation);
  if (op.kind === 'softmax' && op.how !== 'logSoftmax') return { low: 0, high: 1, cuts: false, step: op.how };
  if (op.kind === 'gather') return boundsOf(network, { value: node.inputs[0]!, element: op.indices[element]! });
  if (op.kind !== 'scale') return undefined;
  const inner = boundsOf(network, { value: node.inputs[0]!, element });
  if (!inner) return undefined;
  const carried: Scaling = { kind: 'affine', centre: op.offset[element]!, spread: op.factor[element]! };
  const [low, high] = [toOriginal(carried, inner.low), toOriginal(carried, inner.high)].sort((a, b) => a - b);
  return { ...inner, low: low!, high: high! };
}

function activationBounds(
  activation: Extract<Network['nodes'][number]['op'], { kind: 'activation' }>['activation'],
): Bounds | undefined {
  switch (activation.kind) {
    case 'relu':
      return { low: 0, high: Infinity, cuts: true, step: 'ReLU' };
    case 'clip':
      return { low: activation.low, high: activation.high, cuts: true, step: 'clipping' };
    case 'hardSigmoid':
      return { low: 0, high: 1, cuts: true, step: 'hard sigmoid' };
    case 'sigmoid':
    case 'clippedSigmoid':
      return { low: 0, high: 1, cuts: false, step: 'sigmoid' };
    case 'tanh':
    case 'softsign':
      return { low: -1, high: 1, cuts: false, step: activation.kind };
    case 'softplus':
    case 'exponential':
    case 'square':
    case 'squareplus':
      return { low: 0, high: Infinity, cuts: false, step: activation.kind };
    default:
      return undefined;
  }
}
