import fc from 'fast-check';
import type { Activation, Groups, Network, Node, Op } from '../../../src/network/network';
import { valueSize } from '../../../src/network/network';

/** A network from bare nodes; the last node is the output unless values are given. */
export function networkOf(inputs: readonly number[], nodes: readonly Node[], outputs?: readonly number[]): Network {
  const draft = {
    name: 'test',
    inputs: inputs.map((size, k) => ({ name: `in${k}`, size })),
    nodes,
    source: { file: 'test', format: 'test', layers: [] },
  };
  const values = outputs ?? [inputs.length + nodes.length - 1];
  return { ...draft, outputs: values.map((value, k) => ({ name: `out${k}`, size: valueSize(draft, value), value })) };
}

/** A node without a name. */
export function node(op: Op, inputs: readonly number[], size: number): Node {
  return { op, inputs, size, origin: op.kind };
}

/** A repeatable stream of numbers in (−1, 1) with a rounded shape. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (next() + next() + next() + next() - 2) / 2;
}

/** An array filled from a stream. */
export function filled(count: number, next: () => number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, () => next() * scale);
}

/** Dense layers with one activation between them. */
export function multilayer(sizes: readonly number[], activation: Activation | undefined, seed = 7): Network {
  const next = numbers(seed);
  const nodes: Node[] = [];
  for (let layer = 1; layer < sizes.length; layer++) {
    const [width, size] = [sizes[layer - 1]!, sizes[layer]!];
    const weights = filled(width * size, next, 2.4 / Math.sqrt(width));
    nodes.push(node({ kind: 'dense', weights, bias: filled(size, next, 0.3) }, [nodes.length], size));
    if (activation && layer + 1 < sizes.length)
      nodes.push(node({ kind: 'activation', activation }, [nodes.length], size));
  }
  return networkOf([sizes[0]!], nodes);
}

/** Layers whose units are off everywhere, on everywhere, or exactly at 0 in some of the rows that `gridRows` gives. */
export function switchedLayers(sizes: readonly number[], activation: Activation, seed: number): Network {
  const network = multilayer(sizes, activation, seed);
  const next = numbers(seed + 1);
  const round = (values: Float64Array): Float64Array => values.map(() => Math.round(4 * next()) / 2 || 0.5);
  const biases = [0, 0, 0.5, -0.5, 1e4, -1e4];
  const nodes = network.nodes.map((each, k) =>
    each.op.kind === 'dense'
      ? node(
          {
            kind: 'dense',
            weights: round(each.op.weights),
            bias: each.op.bias.map((_, unit) => (k + 1 < network.nodes.length ? biases[(unit + seed) % 6]! : 0.5)),
          },
          each.inputs,
          each.size,
        )
      : each,
  );
  return { ...network, nodes };
}

/** Rows of small whole numbers, [input][row]. */
export function gridRows(inputs: number, rows: number, seed: number): Float64Array {
  return filled(inputs * rows, numbers(seed), 2).map(Math.round);
}

/** Activations that are defined everywhere, with parameters off their defaults. */
export const everywhere: readonly Activation[] = [
  ...(
    [
      'linear',
      'relu',
      'sigmoid',
      'logSigmoid',
      'tanh',
      'softsign',
      'exponential',
      'expm1',
      'square',
      'abs',
      'negative',
      'gelu',
      'geluTanh',
      'mish',
      'erf',
      'sin',
      'cos',
      'atan',
      'sinh',
      'cosh',
      'asinh',
      'sparsePlus',
      'sparseSigmoid',
      'tanhShrink',
      'sign',
      'floor',
      'ceil',
      'round',
      'truncate',
      'not',
    ] as const
  ).map((kind) => ({ kind })),
  { kind: 'leakyRelu', alpha: 0.2 },
  { kind: 'elu', alpha: 1.3 },
  { kind: 'celu', alpha: 0.7 },
  { kind: 'thresholdedRelu', alpha: 0.4 },
  { kind: 'selu', alpha: 1.6732632, scale: 1.0507009 },
  { kind: 'hardSigmoid', alpha: 0.2, beta: 0.5 },
  { kind: 'hardSilu', alpha: 1 / 6, beta: 0.5 },
  { kind: 'clip', low: -0.5, high: 6 },
  { kind: 'softShrink', threshold: 0.3 },
  { kind: 'hardShrink', threshold: 0.3 },
  { kind: 'softplus', beta: 1.5 },
  { kind: 'silu', beta: 1.2 },
  { kind: 'squareplus', b: 4 },
  { kind: 'scaledTanh', alpha: 1.7159, beta: 0.6667 },
  { kind: 'clippedSigmoid', limit: 15 },
];

/** Activations with a limited domain, and numbers from it. */
export const somewhere: readonly { readonly activation: Activation; readonly at: readonly number[] }[] = [
  { activation: { kind: 'log' }, at: [1e-6, 0.3, 1, 2, 800] },
  { activation: { kind: 'log1p' }, at: [-0.9, -1e-6, 1e-6, 3, 900] },
  { activation: { kind: 'sqrt' }, at: [1e-6, 0.3, 1, 900] },
  { activation: { kind: 'reciprocal' }, at: [-3, -0.01, 0.02, 7] },
  { activation: { kind: 'power', exponent: 2.5 }, at: [0.001, 0.5, 3] },
  { activation: { kind: 'power', exponent: 3 }, at: [-2, 0, 1.5] },
  { activation: { kind: 'power', exponent: 0 }, at: [-2, 0, 1.5] },
  { activation: { kind: 'tan' }, at: [-1.3, -0.1, 0, 1.2, 3] },
  { activation: { kind: 'asin' }, at: [-0.99, -0.1, 0, 0.7] },
  { activation: { kind: 'acos' }, at: [-0.99, -0.1, 0, 0.7] },
  { activation: { kind: 'acosh' }, at: [1.01, 1.5, 40] },
  { activation: { kind: 'atanh' }, at: [-0.99, -0.1, 0, 0.7] },
];

/** A network of up to twelve random operations over all kinds of the union. */
export const anyNetwork: fc.Arbitrary<Network> = fc
  .record({
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
    ports: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 2 }),
    steps: fc.array(fc.integer({ min: 0, max: 2 ** 20 }), { minLength: 1, maxLength: 12 }),
    outputs: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ seed, ports, steps, outputs }) => {
    const next = numbers(seed);
    const nodes: Node[] = [];
    const sizes = [...ports];
    const add = (op: Op, inputs: readonly number[], size: number): number => {
      nodes.push(node(op, inputs, size));
      return sizes.push(size) - 1;
    };
    for (const step of steps) grow(step, next, sizes, add);
    const last = sizes.length - 1;
    return networkOf(ports, nodes, outputs === 1 ? [last] : [last, Math.floor(last / 2)]);
  });

type Add = (op: Op, inputs: readonly number[], size: number) => number;

/** Kinds of random steps; several lead to more than one node. */
const steps: readonly ((
  pick: (count: number) => number,
  next: () => number,
  sizes: readonly number[],
  add: Add,
) => void)[] = [
  (pick, next, sizes, add) => {
    const from = pick(sizes.length);
    const size = 1 + pick(9);
    const weights = filled(size * sizes[from]!, next, 1.5).map((weight) => (pick(3) === 0 ? 0 : weight));
    add({ kind: 'dense', weights, bias: filled(size, next) }, [from], size);
  },
  (pick, next, sizes, add) => {
    const from = pick(sizes.length);
    const size = sizes[from]!;
    add({ kind: 'scale', factor: filled(size, next, 2), offset: filled(size, next) }, [from], size);
  },
  (pick, next, sizes, add) => {
    const from = pick(sizes.length);
    const size = sizes[from]!;
    // Bounded first, so that exponentials stay within bounds.
    const tame = add({ kind: 'activation', activation: { kind: 'tanh' } }, [from], size);
    const wide = add({ kind: 'scale', factor: filled(size, next, 6), offset: filled(size, next) }, [tame], size);
    const activation: Activation =
      pick(20) === 0 ? { kind: 'prelu', alpha: filled(size, next) } : everywhere[pick(everywhere.length)]!;
    add({ kind: 'activation', activation }, [wide], size);
  },
  (pick, next, sizes, add) => {
    const from = pick(sizes.length);
    const size = sizes[from]!;
    const partner = add({ kind: 'dense', weights: filled(size * size, next), bias: filled(size, next) }, [from], size);
    const how = (['add', 'subtract', 'multiply', 'max', 'min'] as const)[pick(5)]!;
    add({ kind: 'combine', how }, pick(6) === 0 ? [from, from] : [from, partner], size);
  },
  (pick, next, sizes, add) => {
    const from = pick(sizes.length);
    const size = sizes[from]!;
    const base = add({ kind: 'activation', activation: { kind: 'softplus', beta: 1 } }, [from], size);
    // At least 1: beside 0, quotients and powers are ill-conditioned and say nothing about the kernels.
    const away = add(
      {
        kind: 'scale',
        factor: filled(size, next).map(Math.abs),
        offset: filled(size, next).map((x) => 1 + Math.abs(x)),
      },
      [base],
      size,
    );
    const power = add({ kind: 'activation', activation: { kind: 'tanh' } }, [from], size);
    if (pick(2) === 0) add({ kind: 'combine', how: 'pow' }, [away, power], size);
    else add({ kind: 'combine', how: 'divide' }, [power, away], size);
  },
  (pick, _next, sizes, add) => {
    const from = pick(sizes.length);
    const size = 1 + pick(9);
    add({ kind: 'gather', indices: Int32Array.from({ length: size }, () => pick(sizes[from]!)) }, [from], size);
  },
  (pick, next, sizes, add) => {
    const constant = add({ kind: 'constant', values: filled(2, next) }, [], 2);
    const parts = [pick(sizes.length), pick(sizes.length), constant];
    add(
      { kind: 'concat' },
      parts,
      parts.reduce((sum, part) => sum + sizes[part]!, 0),
    );
  },
  (pick, _next, sizes, add) => {
    const from = pick(sizes.length);
    const how = (['sum', 'mean', 'max', 'min', 'product'] as const)[pick(5)]!;
    const groups = someGroups(pick, sizes[from]!);
    add({ kind: 'reduce', how, groups }, [from], groups.starts.length - 1);
  },
  (pick, _next, sizes, add) => {
    const from = pick(sizes.length);
    const how = (['softmax', 'logSoftmax', 'sparsemax'] as const)[pick(3)]!;
    add({ kind: 'softmax', how, groups: wholeGroups(pick, sizes[from]!) }, [from], sizes[from]!);
  },
  (pick, next, sizes, add) => {
    const from = pick(sizes.length);
    const size = sizes[from]!;
    const other = add({ kind: 'dense', weights: filled(size * size, next), bias: filled(size, next) }, [from], size);
    const how = (['equal', 'notEqual', 'less', 'lessOrEqual', 'greater', 'greaterOrEqual'] as const)[pick(6)]!;
    const condition = add({ kind: 'compare', how }, [from, other], size);
    add({ kind: 'select' }, [condition, other, from], size);
  },
];

function grow(step: number, next: () => number, sizes: readonly number[], add: Add): void {
  let rest = step;
  const pick = (count: number): number => {
    rest = (Math.imul(rest, 1103515245) + 12345) >>> 0;
    return (rest >>> 8) % count;
  };
  if (sizes.at(-1)! > 40) steps[7]!(pick, next, sizes, add);
  else steps[pick(steps.length)]!(pick, next, sizes, add);
}

/** Groups with overlaps and gaps, as pooling has them. */
function someGroups(pick: (count: number) => number, size: number): Groups {
  const starts = [0];
  const indices: number[] = [];
  for (let group = 0; group <= pick(4); group++) {
    for (let member = 0; member <= pick(4); member++) indices.push(pick(size));
    starts.push(indices.length);
  }
  return { starts: Int32Array.from(starts), indices: Int32Array.from(new Set(indices).size === 0 ? [0] : indices) };
}

/** The elements cut into one or two groups. */
function wholeGroups(pick: (count: number) => number, size: number): Groups {
  const cut = pick(size + 1);
  const starts = cut === 0 || cut === size ? [0, size] : [0, cut, size];
  return { starts: Int32Array.from(starts), indices: Int32Array.from({ length: size }, (_, i) => i) };
}
