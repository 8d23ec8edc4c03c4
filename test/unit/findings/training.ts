import type { Network } from '../../../src/network/network';
import { networkOf, node } from '../slopes/networks';

/** Rows and the value to be learnt for each. */
export interface Lesson {
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

interface Layer {
  /** [unit][input], row by row. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

const batch = 32;
const rate = 0.01;

/**
 * Trains a network of tanh layers on the squared error by Adam (Kingma and Ba 2015): seeded, so that it is the same every
 * time. With `monotone` no weight may fall below 0, so that the network rises with every input.
 */
export function trained(
  lesson: Lesson,
  hidden: readonly number[],
  next: () => number,
  { epochs = 60, monotone = false } = {},
): Network {
  const sizes = [lesson.rows[0]!.length, ...hidden, 1];
  const layers = sizes.slice(1).map((size, index): Layer => {
    const width = sizes[index]!;
    const scale = Math.sqrt(3 / width);
    const weight = () => (2 * next() - 1) * scale;
    return {
      weights: Float64Array.from({ length: size * width }, () => (monotone ? Math.abs(weight()) / 2 : weight())),
      bias: new Float64Array(size),
    };
  });
  const step = adam(layers, monotone);
  const order = lesson.rows.map((_, row) => row);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, next);
    for (let first = 0; first < order.length; first += batch) {
      const gradients = zeros(layers);
      for (const row of order.slice(first, first + batch))
        backward(layers, lesson.rows[row]!, lesson.targets[row]!, gradients);
      step(gradients, rate / (1 + epoch / 20));
    }
  }
  return networkFrom(sizes, layers);
}

function shuffle(order: number[], next: () => number): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
}

const zeros = (layers: readonly Layer[]): Layer[] =>
  layers.map(({ weights, bias }) => ({
    weights: new Float64Array(weights.length),
    bias: new Float64Array(bias.length),
  }));

/** Adds the gradient of half the squared error at one row. */
function backward(layers: readonly Layer[], row: readonly number[], target: number, gradients: readonly Layer[]): void {
  const values = [Float64Array.from(row)];
  for (const [index, { weights, bias }] of layers.entries()) {
    const x = values[index]!;
    const sums = bias.slice();
    for (let unit = 0; unit < sums.length; unit++)
      for (let k = 0; k < x.length; k++) sums[unit]! += weights[unit * x.length + k]! * x[k]!;
    values.push(index + 1 < layers.length ? sums.map(Math.tanh) : sums);
  }
  let moves = Float64Array.of(values.at(-1)![0]! - target);
  for (let index = layers.length - 1; index >= 0; index--) {
    const { weights } = layers[index]!;
    const x = values[index]!;
    const into = new Float64Array(x.length);
    for (let unit = 0; unit < moves.length; unit++) {
      const move = moves[unit]!;
      gradients[index]!.bias[unit]! += move;
      for (let k = 0; k < x.length; k++) {
        gradients[index]!.weights[unit * x.length + k]! += move * x[k]!;
        into[k]! += move * weights[unit * x.length + k]!;
      }
    }
    moves = into.map((move, k) => move * (1 - x[k]! * x[k]!));
  }
}

function adam(layers: readonly Layer[], monotone: boolean) {
  const [first, second] = [zeros(layers), zeros(layers)];
  let steps = 0;
  return (gradients: readonly Layer[], pace: number): void => {
    steps++;
    layers.forEach((layer, index) => {
      for (const part of ['weights', 'bias'] as const) {
        const [m, v] = [first[index]![part], second[index]![part]];
        const sums = gradients[index]![part];
        for (let k = 0; k < sums.length; k++) {
          const gradient = sums[k]! / batch;
          m[k] = 0.9 * m[k]! + 0.1 * gradient;
          v[k] = 0.999 * v[k]! + 0.001 * gradient * gradient;
          layer[part][k]! -= (pace * (m[k]! / (1 - 0.9 ** steps))) / (Math.sqrt(v[k]! / (1 - 0.999 ** steps)) + 1e-8);
          if (monotone && part === 'weights') layer[part][k] = Math.max(0, layer[part][k]!);
        }
      }
    });
  };
}

function networkFrom(sizes: readonly number[], layers: readonly Layer[]): Network {
  const nodes = layers.flatMap(({ weights, bias }, index) => {
    const from = 2 * index;
    const size = sizes[index + 1]!;
    const dense = node({ kind: 'dense', weights, bias }, [from], size);
    const tanh = node({ kind: 'activation', activation: { kind: 'tanh' } }, [from + 1], size);
    return index + 1 < layers.length ? [dense, tanh] : [dense];
  });
  return networkOf([sizes[0]!], nodes);
}
