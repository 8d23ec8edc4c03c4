import { describe, expect, it } from 'vitest';
import { erf } from '../../../src/network/activation';
import { networkIn, outputsAt, readBytes, refusalOf } from './reading';
import type { TestArray } from './numpyWriter';
import { dictOf, instanceOf, valueOf, type Plain } from './pickleWriter';
import { TorchWriter } from './torchWriter';

const identity: TestArray = { shape: [2, 2], values: [1, 0, 0, 1] };

/** The outputs at (−0.7, 1.3) of one module behind an identity layer. */
async function outputsOf(
  className: string,
  parts: Parameters<TorchWriter['module']>[1] = {},
): Promise<readonly number[]> {
  const writer = new TorchWriter();
  const file = writer.zip(writer.sequential(writer.linear(identity, null), writer.module(className, parts)));
  return outputsAt(await networkIn('m.pt', file), [-0.7, 1.3]);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));

describe('learners of fastai', () => {
  it('are refused by name: what they do to the columns is code', async () => {
    const writer = new TorchWriter();
    const model = writer.sequential(writer.linear(identity, null));
    const learner = instanceOf('fastai.tabular.learner', 'TabularLearner', dictOf({ model }));
    expect(await refusalOf('export.pkl', writer.zip(learner))).toContain('export.pkl holds a TabularLearner of fastai');
  });
});

describe('activations of torch.nn', () => {
  it.each<[string, Readonly<Record<string, Plain>>, (x: number) => number]>([
    ['ReLU', {}, (x) => Math.max(0, x)],
    ['ReLU6', {}, (x) => Math.min(6, Math.max(0, x))],
    ['LeakyReLU', { negative_slope: 0.2 }, (x) => (x > 0 ? x : 0.2 * x)],
    ['RReLU', { lower: 0.1, upper: 0.3 }, (x) => (x > 0 ? x : 0.2 * x)],
    ['ELU', { alpha: 0.5 }, (x) => (x > 0 ? x : 0.5 * Math.expm1(x))],
    ['CELU', { alpha: 2 }, (x) => (x > 0 ? x : 2 * Math.expm1(x / 2))],
    ['SELU', {}, (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
    ['GELU', { approximate: 'none' }, (x) => (x * (1 + erf(x / Math.SQRT2))) / 2],
    [
      'GELU',
      { approximate: 'tanh' },
      (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    ],
    ['SiLU', {}, (x) => x * sigmoid(x)],
    ['Mish', {}, (x) => x * Math.tanh(softplus(x))],
    ['Sigmoid', {}, sigmoid],
    ['Tanh', {}, Math.tanh],
    ['LogSigmoid', {}, (x) => -softplus(-x)],
    ['Softplus', { beta: 2, threshold: 20 }, (x) => softplus(2 * x) / 2],
    ['Softplus', { beta: 2, threshold: 1 }, (x) => (2 * x > 1 ? x : softplus(2 * x) / 2)],
    ['Softsign', {}, (x) => x / (1 + Math.abs(x))],
    ['Softshrink', { lambd: 0.3 }, (x) => (x > 0.3 ? x - 0.3 : x < -0.3 ? x + 0.3 : 0)],
    ['Hardshrink', { lambd: 0.8 }, (x) => (Math.abs(x) > 0.8 ? x : 0)],
    ['Tanhshrink', {}, (x) => x - Math.tanh(x)],
    ['Hardtanh', { min_val: -0.5, max_val: 1 }, (x) => Math.min(1, Math.max(-0.5, x))],
    ['Hardsigmoid', {}, (x) => Math.min(1, Math.max(0, x / 6 + 0.5))],
    ['Hardswish', {}, (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5))],
    ['Threshold', { threshold: 0.5, value: 20 }, (x) => (x > 0.5 ? x : 20)],
    ['Dropout', { p: 0.5 }, (x) => x],
    ['Identity', {}, (x) => x],
  ])('%s %o', async (className, settings, expected) => {
    const found = await outputsOf(className, { settings });
    [-0.7, 1.3].forEach((x, at) => expect(found[at]).toBeCloseTo(expected(x), 12));
  });

  it('over all elements: Softmax, LogSoftmax, Softmin, GLU, PReLU', async () => {
    const total = Math.exp(-0.7) + Math.exp(1.3);
    expect((await outputsOf('Softmax', { settings: { dim: 1 } }))[1]).toBeCloseTo(Math.exp(1.3) / total, 12);
    expect((await outputsOf('Softmax', { settings: { dim: null } }))[0]).toBeCloseTo(Math.exp(-0.7) / total, 12);
    expect((await outputsOf('LogSoftmax', { settings: { dim: -1 } }))[1]).toBeCloseTo(1.3 - Math.log(total), 12);
    expect((await outputsOf('Softmin', { settings: { dim: 1 } }))[1]).toBeCloseTo(sigmoid(-2), 12);
    expect(await outputsOf('GLU', { settings: { dim: -1 } })).toEqual([expect.closeTo(-0.7 * sigmoid(1.3), 12)]);
    const slopes = { weight: { shape: [2], values: [0.5, 0.1] } };
    expect(await outputsOf('PReLU', { parameters: slopes })).toEqual([-0.35, 1.3]);
  });
});

describe('normalisations of torch.nn', () => {
  const weight: TestArray = { shape: [2], values: [2, 3] };
  const bias: TestArray = { shape: [2], values: [1, -1] };

  it('BatchNorm1d with the statistics of training', async () => {
    const found = await outputsOf('BatchNorm1d', {
      parameters: { weight, bias },
      buffers: { running_mean: { shape: [2], values: [0.1, 0.2] }, running_var: { shape: [2], values: [4, 9] } },
      settings: { eps: 1e-3 },
    });
    expect(found[0]).toBeCloseTo((2 * (-0.7 - 0.1)) / Math.sqrt(4.001) + 1, 12);
    expect(found[1]).toBeCloseTo((3 * (1.3 - 0.2)) / Math.sqrt(9.001) - 1, 12);
  });

  it('LayerNorm, GroupNorm and RMSNorm of each row', async () => {
    const spread = Math.sqrt(1 + 1e-5);
    const settings = { normalized_shape: [2], eps: 1e-5 };
    const normal = [2 * (-1 / spread) + 1, 3 / spread - 1];
    expect(await outputsOf('LayerNorm', { parameters: { weight, bias }, settings })).toEqual(
      normal.map((value) => expect.closeTo(value, 12) as number),
    );
    const group = { parameters: { weight, bias }, settings: { num_groups: 1, eps: 1e-5 } };
    expect((await outputsOf('GroupNorm', group))[0]).toBeCloseTo(normal[0]!, 12);
    const root = Math.sqrt((0.49 + 1.69) / 2 + 2 ** -23);
    const rms = { parameters: { weight }, settings: { normalized_shape: [2], eps: null } };
    expect((await outputsOf('RMSNorm', rms))[1]).toBeCloseTo((3 * 1.3) / root, 12);
  });

  it('BatchNorm1d without statistics is refused', async () => {
    const writer = new TorchWriter();
    const norm = writer.module('BatchNorm1d', { parameters: { weight, bias } });
    const file = writer.zip(writer.sequential(writer.linear(identity, null), norm));
    expect(await refusalOf('m.pt', file)).toContain('it normalises by the statistics of all rows at once');
  });
});

describe('convolutions and pooling over a sequence', () => {
  it('Unflatten, Conv1d, MaxPool1d, Flatten and Linear', async () => {
    const writer = new TorchWriter();
    const file = writer.zip(
      writer.sequential(
        writer.module('Unflatten', { settings: { dim: 1, unflattened_size: [1, 4] } }),
        writer.module('Conv1d', {
          parameters: { weight: { shape: [1, 1, 3], values: [1, 2, 3] }, bias: { shape: [1], values: [0.5] } },
          settings: { stride: [1], padding: [1], dilation: [1], groups: 1, padding_mode: 'zeros' },
        }),
        writer.module('MaxPool1d', {
          settings: { kernel_size: 2, stride: 2, padding: 0, dilation: 1, ceil_mode: false },
        }),
        writer.module('Flatten', { settings: { start_dim: 1, end_dim: -1 } }),
        writer.linear({ shape: [1, 2], values: [1, 10] }, null),
      ),
    );
    const network = await networkIn('m.pt', file, {}, ['a', 'b', 'c', 'd']);
    // Convolved: 2+6, 1+4+9, 2+6+12, 3+8 (+0.5); maxima of pairs: 14.5 and 20.5.
    expect(outputsAt(network, [1, 2, 3, 4])).toEqual([14.5 + 205]);
  });

  it('the length in front of a Conv1d follows from the layers behind it', async () => {
    const writer = new TorchWriter();
    const file = writer.zip(
      writer.sequential(
        writer.module('Conv1d', {
          parameters: { weight: { shape: [1, 1, 2], values: [1, 1] } },
          settings: { stride: [1], padding: 'valid', dilation: [1], groups: 1 },
        }),
        writer.module('AvgPool1d', {
          settings: { kernel_size: [2], stride: [1], padding: [0], ceil_mode: false, count_include_pad: true },
        }),
        writer.module('Flatten'),
        writer.linear({ shape: [1, 3], values: [1, 1, 1] }, null),
      ),
    );
    const network = await networkIn('m.pt', file);
    expect(network.inputs[0]?.size).toBe(5);
    expect(outputsAt(network, [1, 2, 3, 4, 5])).toEqual([4 + 6 + 8]);
  });
});

describe('classes of the user', () => {
  it('the model itself: stored order, activations asked with the stored ones as the guess', async () => {
    const writer = new TorchWriter();
    const file = writer.zip(
      writer.module('Net', {
        module: '__main__',
        children: {
          fc1: writer.linear(identity, null),
          act: writer.module('LeakyReLU', { settings: { negative_slope: 0.2 } }),
          fc2: writer.linear({ shape: [1, 2], values: [1, 1] }, null),
          last: writer.module('Sigmoid'),
          loss: writer.module('MSELoss', { module: 'torch.nn.modules.loss' }),
        },
      }),
    );
    const reading = await readBytes('m.pt', file);
    expect(reading.network).toBeUndefined();
    expect(reading.questions.map(({ id, guess }) => [id, guess])).toEqual([
      ['hidden', 'leakyRelu(0.2)'],
      ['output', 'sigmoid'],
    ]);
    const guessed = Object.fromEntries(reading.questions.map(({ id, guess }) => [id, guess!]));
    expect(outputsAt(await networkIn('m.pt', file, guessed), [-1, 2])[0]).toBeCloseTo(sigmoid(1.8), 12);
  });

  it('an activation without weights is asked for by its class', async () => {
    const writer = new TorchWriter();
    const swish = writer.module('Swish', { module: '__main__' });
    const file = writer.zip(writer.sequential(writer.linear(identity, null), swish));
    expect((await readBytes('m.pt', file)).questions[0]).toMatchObject({ id: 'Swish', guess: 'silu' });
    expect(outputsAt(await networkIn('m.pt', file, { Swish: 'silu' }), [1, 2])[0]).toBeCloseTo(sigmoid(1), 12);
  });

  it('a block inside another model is refused by name', async () => {
    const writer = new TorchWriter();
    const block = writer.module('Residual', { module: 'blocks', children: { fc: writer.linear(identity, null) } });
    expect(await refusalOf('m.pt', writer.zip(writer.sequential(writer.linear(identity, null), block)))).toBe(
      '1 in m.pt is a blocks.Residual: its forward is code outside the file, which is not run.',
    );
  });

  it.each(['LSTM', 'Embedding', 'MultiheadAttention', 'ModuleList'])(
    '%s of torch.nn is refused by name',
    async (name) => {
      const writer = new TorchWriter();
      const message = await refusalOf(
        'm.pt',
        writer.zip(writer.sequential(writer.linear(identity, null), writer.module(name))),
      );
      expect(message).toContain(`1 in m.pt is a torch.nn.modules.some.${name}: it does not map each row`);
    },
  );
});

describe('modules in a checkpoint', () => {
  it('one is taken, of several the user says which', async () => {
    const writer = new TorchWriter();
    const model = writer.sequential(writer.linear(identity, null));
    const one = writer.zip(dictOf({ model, epoch: valueOf(3), loss: writer.module('MSELoss') }));
    expect((await networkIn('m.pt', one)).inputs[0]?.size).toBe(2);
    const second = new TorchWriter();
    const two = second.zip(
      dictOf({
        best: second.sequential(second.linear(identity, null)),
        model: second.sequential(second.linear(identity, null)),
      }),
    );
    expect((await readBytes('m.pt', two)).questions).toMatchObject([
      { id: 'object', choices: ['best', 'model'], guess: 'model' },
    ]);
    expect((await networkIn('m.pt', two, { object: 'best' })).outputs[0]?.size).toBe(2);
  });

  it('weights that are not numbers are refused', async () => {
    const writer = new TorchWriter();
    const file = writer.zip(writer.sequential(writer.linear({ shape: [1, 2], values: [1, NaN] }, null)));
    expect(await refusalOf('m.pt', file)).toContain('The weights of 0 in m.pt (weight) hold NaN or infinite numbers');
  });
});
