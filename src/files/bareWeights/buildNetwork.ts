import { NetworkBuilder, type Tensor } from '../../network/builder';
import { normalise } from '../../network/layers';
import type { Layer, Network } from '../../network/network';
import type { NamedActivation } from './activationNames';
import type { BareFile } from './bareFile';
import type { Chain } from './chain';
import { biasOfRow, outInWeights, type DensePart, type NormPart, type Part } from './parts';
import type { NormOrder, Place } from './places';

/** Everything that was read or answered. */
export interface Settled {
  readonly chain: Chain;
  readonly places: readonly Place[];
  /** For the places between layers that have an activation, in order. */
  readonly hidden: readonly NamedActivation[];
  readonly output: NamedActivation;
  readonly order: NormOrder;
  readonly features?: readonly string[];
  readonly outputNames?: readonly string[];
}

/** The network of the parts with their activations. */
export function buildNetwork(file: BareFile, settled: Settled): Network {
  const { chain } = settled;
  const builder = new NetworkBuilder();
  const layers: Layer[] = [];
  const steps = stepsOf(settled);
  let x = builder.input('input', [chain.inputs], settled.features);
  for (const step of steps) {
    if (step.kind === 'activation') {
      x = activate(builder, x, step.activation);
      const last = layers.pop();
      if (last) layers.push(last.activation ? last : { ...last, activation: step.activation.name });
    } else {
      builder.at(step.part.name);
      x = applyPart(builder, x, step.part, chain);
      layers.push(layerOf(file, step.part, chain, x.shape[0]!));
    }
  }
  builder.output('output', x, settled.outputNames);
  const name = file.file.replace(/\.[^.]*$/, '');
  const framework = file.framework === undefined ? {} : { framework: file.framework };
  return builder.finish(name, { file: file.file, format: file.format, ...framework, layers });
}

type Step =
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'activation'; readonly activation: NamedActivation };

function stepsOf({ chain, places, hidden, output, order }: Settled): Step[] {
  const { parts } = chain;
  const first = parts.findIndex((part) => part.kind === 'dense');
  const steps: Step[] = parts.slice(0, first).map((part) => ({ kind: 'part', part }));
  const waiting = [...hidden];
  let dense = first;
  for (const [at, place] of places.entries()) {
    const between = place.between.map((part): Step => ({ kind: 'part', part: parts[part]! }));
    const last = at === places.length - 1;
    const activation = last ? output : place.activation ? waiting.shift() : undefined;
    const activated: Step[] = activation ? [{ kind: 'activation', activation }] : [];
    const normFirst = last || (place.order ?? order) === 'norm,activation';
    steps.push(
      { kind: 'part', part: parts[dense]! },
      ...(normFirst ? [...between, ...activated] : [...activated, ...between]),
    );
    dense += 1 + between.length;
  }
  return steps;
}

function activate(builder: NetworkBuilder, x: Tensor, named: NamedActivation): Tensor {
  return named.kind === 'softmax' ? builder.softmax(named.how, x, [0]) : builder.activation(x, named.activation);
}

function applyPart(builder: NetworkBuilder, x: Tensor, part: Part, chain: Chain): Tensor {
  if (part.kind === 'dense') return applyDense(builder, x, part, chain);
  if (part.kind === 'norm') return applyNorm(builder, x, part);
  const alpha = part.alpha.length === 1 ? new Float64Array(x.shape[0]!).fill(part.alpha[0]!) : part.alpha;
  return builder.activation(x, { kind: 'prelu', alpha });
}

function applyDense(builder: NetworkBuilder, x: Tensor, part: DensePart, { orientation, biasRow }: Chain): Tensor {
  const weights = outInWeights(part, orientation, biasRow);
  const bias = biasRow ? biasOfRow(part, orientation, biasRow) : part.bias;
  return builder.dense(x, weights, bias);
}

/** Batch statistics become factors and offsets: γ (x − mean) / √(variance + ε) + β. */
function applyNorm(builder: NetworkBuilder, x: Tensor, part: NormPart): Tensor {
  const { mean, variance, factor, offset, epsilon, size } = part;
  const gamma = factor ?? new Float64Array(size).fill(1);
  const beta = offset ?? new Float64Array(size);
  if (part.how === 'rootMeanSquare') return builder.scale(overRootMeanSquare(builder, x, epsilon), gamma, beta);
  if (!mean || !variance) return builder.scale(normalise(builder, x, [0], epsilon), gamma, beta);
  const factors = gamma.map((value, at) => value / Math.sqrt(variance[at]! + epsilon));
  return builder.scale(
    x,
    factors,
    beta.map((value, at) => value - mean[at]! * factors[at]!),
  );
}

/** x / √(mean of squares + ε) */
function overRootMeanSquare(builder: NetworkBuilder, x: Tensor, epsilon: number): Tensor {
  const squares = builder.reduce('mean', builder.activation(x, { kind: 'square' }), [0], true);
  const raised = builder.scale(squares, Float64Array.of(1), Float64Array.of(epsilon));
  return builder.combine('divide', x, builder.activation(raised, { kind: 'sqrt' }));
}

function layerOf(file: BareFile, part: Part, chain: Chain, size: number): Layer {
  const torch = file.dialect === 'torch';
  const { name } = part;
  if (part.kind === 'dense') {
    const parameters = part.weight.values.length + (chain.biasRow ? 0 : (part.bias?.length ?? 0));
    return { name, kind: torch ? 'Linear' : 'Dense', size, parameters };
  }
  if (part.kind === 'prelu') return { name, kind: 'PReLU', size, parameters: part.alpha.length };
  if (part.how === 'rootMeanSquare') return { name, kind: 'RMSNorm', size, parameters: part.size };
  const kind = part.mean ? (torch ? 'BatchNorm1d' : 'BatchNormalization') : torch ? 'LayerNorm' : 'LayerNormalization';
  return { name, kind, size, parameters: (part.factor?.length ?? 0) + (part.offset?.length ?? 0) };
}
