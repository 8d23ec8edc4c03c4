import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/files/bareWeights/arrayNames';
import { activationByName } from '../../../src/files/bareWeights/activationNames';
import { readModel } from '../../../src/files/read';
import { networkIn, outputsAt, readBytes, refusalOf } from './reading';
import { matrix, npz, transposed, vector, type TestArray } from './numpyWriter';

const linear = { hidden: 'linear', output: 'linear' };

interface TestLayer {
  /** [inputs, outputs] */
  readonly weights: TestArray;
  readonly bias: TestArray;
}

function layersOf(sizes: readonly number[]): TestLayer[] {
  return sizes.slice(1).map((outputs, at) => ({
    weights: matrix(sizes[at]!, outputs, at + 1),
    bias: vector(outputs, at + 10),
  }));
}

/** tanh between the layers, nothing after the last. */
function expected(layers: readonly TestLayer[], row: readonly number[]): number[] {
  return layers.reduce<number[]>(
    (x, { weights, bias }, at) => {
      const [inputs = 0, outputs = 0] = weights.shape;
      const y = Array.from({ length: outputs }, (_, out) =>
        x
          .slice(0, inputs)
          .reduce((sum, value, k) => sum + value * weights.values[k * outputs + out]!, bias.values[out]!),
      );
      return at === layers.length - 1 ? y : y.map(Math.tanh);
    },
    [...row],
  );
}

/** Ways people name the arrays of layer `at`, of `count`. */
const namings: readonly ((at: number, count: number) => readonly [string, string])[] = [
  (at) => [`W${at + 1}`, `b${at + 1}`],
  (at) => [`w_${at}`, `b_${at}`],
  (at) => [`coef_${at}`, `intercept_${at}`],
  (at) => [`coefs_${at}`, `intercepts_${at}`],
  (at) => [`weights/${at}`, `biases/${at}`],
  (at) => [`layer_${at + 1}_weights`, `layer_${at + 1}_bias`],
  (at) => [`layers.${at}.W`, `layers.${at}.b`],
  (at) => (at === 0 ? ['dense/kernel:0', 'dense/bias:0'] : [`dense_${at}/kernel:0`, `dense_${at}/bias:0`]),
  (at, count) => (at === count - 1 ? ['out_w', 'out_b'] : [`fc${at + 1}_w`, `fc${at + 1}_b`]),
  (at, count) => (at === count - 1 ? ['Wout', 'bout'] : [`W_hidden${at}`, `b_hidden${at}`]),
];

describe('any chain of layers is found', () => {
  it('whatever the names, the orientation, the shape of biases and the order in the file', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 14 });
    const biasShapes = fc.constantFrom('flat', 'row', 'column');
    const property = fc.asyncProperty(
      sizes,
      fc.nat(namings.length - 1),
      biasShapes,
      fc.boolean(),
      fc.integer(),
      async (lengths, naming, biasShape, turned, seed) => {
        const layers = layersOf(lengths);
        const entries = layers.flatMap(({ weights, bias }, at): [string, TestArray][] => {
          const [weightName, biasName] = namings[naming]!(at, layers.length);
          const size = bias.values.length;
          const shape = biasShape === 'flat' ? [size] : biasShape === 'row' ? [1, size] : [size, 1];
          return [
            [weightName, turned ? transposed(weights) : weights],
            [biasName, { ...bias, shape }],
          ];
        });
        const shuffled = [...entries].sort((a, b) => hash(a[0], seed) - hash(b[0], seed));
        const answers = { hidden: 'tanh', output: 'linear', orientation: turned ? 'out,in' : 'in,out' };
        const network = await networkIn('m.npz', npz(Object.fromEntries(shuffled)), answers);
        const row = lengths.slice(0, 1).flatMap((count) => Array.from({ length: count }, (_, at) => at - 1.5));
        const found = outputsAt(network, row);
        expected(layers, row).forEach((value, at) => expect(found[at]).toBeCloseTo(value, 10));
      },
    );
    await fc.assert(property, { numRuns: 100, seed: 4 });
  });

  it('with unnamed arrays in their order', async () => {
    const layers = layersOf([3, 4, 2, 1]);
    const arrays = layers.flatMap(({ weights, bias }) => [weights, bias]);
    const network = await networkIn('m.npz', npz(Object.fromEntries(arrays.map((array, at) => [`arr_${at}`, array]))), {
      hidden: 'tanh',
      output: 'linear',
    });
    expect(outputsAt(network, [1, 2, 3])[0]).toBeCloseTo(expected(layers, [1, 2, 3])[0]!, 12);
  });

  it('with all weights before all biases, unnamed', async () => {
    const layers = layersOf([3, 4, 1]);
    const arrays = [...layers.map(({ weights }) => weights), ...layers.map(({ bias }) => bias)];
    const network = await networkIn('m.npz', npz(Object.fromEntries(arrays.map((array, at) => [`arr_${at}`, array]))), {
      hidden: 'tanh',
      output: 'linear',
    });
    expect(outputsAt(network, [1, 2, 3])[0]).toBeCloseTo(expected(layers, [1, 2, 3])[0]!, 12);
  });
});

function hash(text: string, seed: number): number {
  return Array.from(text).reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
}

describe('what is no layer is left out', () => {
  const [first, second] = layersOf([3, 4, 1]);
  const weights = { W1: first!.weights, b1: first!.bias, W2: second!.weights, b2: second!.bias };
  const noise = {
    mW1: matrix(3, 4, 7),
    vW1: matrix(3, 4, 8),
    dW2: matrix(4, 1, 9),
    W1_best: matrix(3, 4, 10),
    b1_best: vector(4, 10),
    adam_m_W2: matrix(4, 1, 11),
    W1_grad: matrix(3, 4, 12),
    X_train: matrix(20, 3, 13),
    y_train: matrix(20, 1, 14),
    loss_history: vector(50, 15),
    sample_weights: vector(20, 16),
    learning_rate: { shape: [], values: [0.1] },
    seed: { shape: [], values: [42] },
  };

  it('moments, gradients, earlier copies, data and histories', async () => {
    const reading = await readBytes('m.npz', npz({ ...noise, ...weights }), { hidden: 'tanh', output: 'linear' });
    expect(reading.problems).toEqual([]);
    const found = outputsAt(reading.network!, [1, -1, 2]);
    expect(found[0]).toBeCloseTo(expected([first!, second!], [1, -1, 2])[0]!, 12);
  });

  it('and a matrix of unknown purpose is named', async () => {
    const reading = await readBytes('m.npz', npz({ ...weights, embedding: matrix(7, 9, 1) }), linear);
    expect(reading.problems.map((problem) => [problem.severity, problem.message])).toEqual([
      ['info', 'The array embedding [7, 9] in m.npz was taken to be no layer.'],
    ]);
  });

  it('copies are used where nothing else is there', async () => {
    const best = { best_W1: first!.weights, best_b1: first!.bias, best_W2: second!.weights, best_b2: second!.bias };
    expect((await networkIn('m.npz', npz(best), linear)).inputs[0]?.size).toBe(3);
  });
});

describe('layers that may be missing', () => {
  it('are told by the gap in the numbers', async () => {
    const [first, second] = layersOf([3, 4, 1]);
    const file = npz({ W1: first!.weights, b1: first!.bias, W3: second!.weights, b3: second!.bias });
    const reading = await readBytes('m.npz', file, { hidden: 'tanh', output: 'linear' });
    expect(reading.problems.map((problem) => problem.message)).toEqual([
      'The layers in m.npz are numbered, and number 2 is not there: the others fit each other and are read as they are.',
    ]);
  });
});

describe('biases in other places', () => {
  it('in the first or last row of the weights, as is asked', async () => {
    const [first, second] = layersOf([3, 4, 1]);
    const withBias = ({ weights, bias }: TestLayer): TestArray => ({
      shape: [weights.shape[0]! + 1, weights.shape[1]!],
      values: [...bias.values, ...weights.values],
    });
    const file = npz({ W1: withBias(first!), W2: withBias(second!) });
    const asked = await readBytes('m.npz', file, { hidden: 'tanh', output: 'linear' });
    expect(asked.questions).toMatchObject([{ id: 'bias', choices: ['first', 'last'], guess: 'first' }]);
    const behind = ({ weights, bias }: TestLayer): TestArray => ({
      shape: [weights.shape[0]! + 1, weights.shape[1]!],
      values: [...weights.values, ...bias.values],
    });
    const files: readonly (readonly [string, Uint8Array])[] = [
      ['first', file],
      ['first', npz({ Theta1: transposed(withBias(first!)), Theta2: transposed(withBias(second!)) })],
      ['last', npz({ W1: behind(first!), W2: behind(second!) })],
      ['last', npz({ W1: transposed(behind(first!)), W2: transposed(behind(second!)) })],
    ];
    for (const [bias, bytes] of files) {
      const network = await networkIn('m.npz', bytes, { hidden: 'tanh', output: 'linear', bias });
      expect(outputsAt(network, [1, -1, 2])[0]).toBeCloseTo(expected([first!, second!], [1, -1, 2])[0]!, 12);
    }
  });

  it('under names of other layers, in order', async () => {
    const [first, second] = layersOf([3, 4, 1]);
    const file = npz({
      weights_input_hidden: first!.weights,
      weights_hidden_output: second!.weights,
      bias_hidden: first!.bias,
      bias_output: second!.bias,
    });
    const network = await networkIn('m.npz', file, { hidden: 'tanh', output: 'linear' });
    expect(outputsAt(network, [1, -1, 2])[0]).toBeCloseTo(expected([first!, second!], [1, -1, 2])[0]!, 12);
  });

  it('a vector of weights and a number', async () => {
    const file = npz({ coef_: { shape: [3], values: [1, 2, 3] }, intercept_: { shape: [], values: [10] } });
    const reading = await readBytes('m.npz', file, { output: 'linear' });
    expect(outputsAt(reading.network!, [1, 1, 1])).toEqual([16]);
  });
});

describe('questions', () => {
  const square = { W1: matrix(3, 3, 1), b1: vector(3, 1), W2: matrix(3, 3, 2), b2: vector(3, 2) };

  it('the orientation is asked where no shape tells, and answered by either word', async () => {
    const reading = await readBytes('m.npz', npz(square));
    expect(reading.questions.map((question) => question.id)).toEqual(['orientation', 'hidden', 'output']);
    const [one, other] = await Promise.all(
      ['in,out', 'out,in'].map((orientation) => networkIn('m.npz', npz(square), { ...linear, orientation })),
    );
    expect(outputsAt(one!, [1, 2, 3])).not.toEqual(outputsAt(other!, [1, 2, 3]));
    expect(await refusalOf('m.npz', npz(square), { ...linear, orientation: 'sideways' })).toBe(
      'orientation=sideways is no answer to what m.npz leaves open.',
    );
  });

  it('the number of columns settles it', async () => {
    const file = npz({ W1: matrix(2, 5, 1), W2: matrix(5, 2, 2) });
    const asked = await readBytes('m.npz', file, linear);
    expect(asked.questions.map((question) => question.id)).toEqual(['orientation']);
    const settled = await readBytes('m.npz', file, linear, ['a', 'b', 'y']);
    expect(settled.network?.inputs[0]?.size).toBe(2);
  });

  it('each hidden layer may have its own activation', async () => {
    const file = npz({ W1: matrix(2, 3, 1), W2: matrix(3, 4, 2), W3: matrix(4, 1, 3) });
    const network = await networkIn('m.npz', file, { hidden: 'relu,tanh', output: 'sigmoid' });
    expect(network.source.layers.map((layer) => layer.activation)).toEqual(['relu', 'tanh', 'sigmoid']);
  });

  it('several networks in one file', async () => {
    const file = npz({
      actor_W1: matrix(3, 4, 1),
      actor_W2: matrix(4, 2, 2),
      critic_W1: matrix(3, 5, 3),
      critic_W2: matrix(5, 1, 4),
    });
    const reading = await readBytes('m.npz', file);
    expect(reading.questions[0]).toMatchObject({ id: 'object', choices: ['actor', 'critic'], guess: 'actor' });
    expect((await networkIn('m.npz', file, { ...linear, object: 'critic' })).outputs[0]?.size).toBe(1);
  });
});

describe('a program beside the weights', () => {
  it('gives the guess, and is not run', async () => {
    const file = { name: 'm.npz', bytes: npz({ W1: matrix(2, 3, 1), W2: matrix(3, 1, 2) }) };
    const text = new TextEncoder().encode('h = np.tanh(x @ W1)\nz = np.tanh(h)\nq = F.relu(z)\nos.system("x")\n');
    const folder = {
      list: () => Promise.resolve(['m.npz', 'net.py']),
      read: (name: string) => Promise.resolve(name === 'net.py' ? text : undefined),
    };
    const reading = await readModel(file, { folder, answers: new Map() });
    expect(reading.questions[0]).toMatchObject({
      id: 'hidden',
      guess: 'tanh',
      ask: 'Which activation follows the hidden layer? m.npz does not say. (net.py beside it uses tanh.)',
    });
  });
});

describe('refusals', () => {
  it('layers that do not chain, biases that do not fit, weights that are not numbers', async () => {
    expect(await refusalOf('m.npz', npz({ W1: matrix(4, 6), W2: matrix(5, 1) }))).toBe(
      'The layers in m.npz do not fit each other in any orientation: W1 [4, 6], W2 [5, 1].',
    );
    expect(await refusalOf('m.npz', npz({ W: matrix(4, 6), b: vector(5) }))).toBe(
      'm.npz: the bias does not fit the weights (W [4, 6], b [5]).',
    );
    const infinite = { shape: [2, 1], values: [1, Infinity] };
    expect(await refusalOf('m.npz', npz({ W1: infinite, b1: vector(1) }))).toBe(
      'The weights of W1 in m.npz hold an infinite number: the training of this network has failed.',
    );
  });

  it('recurrent weights', async () => {
    const file = npz({ Wxh: matrix(3, 4), Whh: matrix(4, 4), Why: matrix(4, 1) });
    expect(await refusalOf('m.npz', file)).toContain('are recurrent weights: how they are used is not in the file.');
  });
});

describe('batch normalisation beside numbered layers', () => {
  it('shares the number of the layer before it', async () => {
    const ones = (value: number): TestArray => ({ shape: [2], values: [value, value] });
    const file = npz({
      W1: { shape: [1, 2], values: [1, 2] },
      b1: ones(0),
      gamma1: ones(3),
      beta1: ones(0.5),
      running_mean1: ones(1),
      running_var1: ones(4),
      W2: { shape: [2, 1], values: [1, 1] },
      b2: { shape: [1], values: [0] },
    });
    const network = await networkIn('m.npz', file, { ...linear, order: 'norm,activation' });
    const normal = (z: number): number => (3 * (z - 1)) / Math.sqrt(4 + 1e-5) + 0.5;
    expect(outputsAt(network, [2])[0]).toBeCloseTo(normal(2) + normal(4), 12);
  });
});

describe('names', () => {
  it.each([
    ['W1', 'weight', '1'],
    ['layer0.weight', 'weight', 'layer.0'],
    ['dense_1/kernel:0', 'weight', 'dense.1'],
    ['bh', 'bias', 'h'],
    ['model_b.weight', 'weight', 'model.b'],
    ['bn1.running_mean', 'mean', 'bn.1'],
    ['syn0', 'weight', '0'],
    ['hidden', undefined, 'hidden'],
  ])('%s is a %s of layer %s', (name, role, key) => {
    const parsed = parseName(name);
    expect([parsed.role, parsed.key.join('.')]).toEqual([role, key]);
  });

  it.each([
    ['ReLU', 'relu'],
    ['leaky_relu', 'leakyRelu'],
    ['torch.nn.functional.gelu', 'gelu'],
    ['nn.Tanh()', 'tanh'],
    ['logistic', 'sigmoid'],
    ['swish', 'silu'],
    ['LogSoftmax', 'logSoftmax'],
    ['elu(0.5)', 'elu'],
  ])('%s means %s', (spelled, name) => {
    expect(activationByName(spelled)?.name).toBe(name);
  });

  it('unknown names mean nothing', () => {
    expect(activationByName('wobble')).toBeUndefined();
    expect(activationByName('elu(x)')).toBeUndefined();
  });
});
