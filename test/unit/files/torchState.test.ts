import { describe, expect, it } from 'vitest';
import { networkIn, outputsAt, readBytes, refusalOf } from './reading';
import { matrix, vector, type TestArray } from './numpyWriter';
import { arrayOf, dictOf, globalOf, pickle, valueOf } from './pickleWriter';
import { stateDictFile, TorchWriter } from './torchWriter';

const linear = { hidden: 'linear', output: 'linear' };

/** 1·x₁ + 2·x₂ + 0.5 */
const single: Readonly<Record<string, TestArray>> = {
  'fc.weight': { shape: [1, 2], values: [1, 2] },
  'fc.bias': { shape: [1], values: [0.5] },
};

describe('the state of a Sequential', () => {
  it('leaves out the numbers of its activations, and nothing is missing', async () => {
    const bytes = stateDictFile({
      '0.weight': { shape: [2, 1], values: [1, 2] },
      '0.bias': { shape: [2], values: [0, 0] },
      '2.weight': { shape: [1, 2], values: [1, 1] },
      '2.bias': { shape: [1], values: [0] },
    });
    expect((await readBytes('m.pt', bytes, linear)).problems).toEqual([]);
  });
});

describe('tensors', () => {
  const storages: readonly (readonly [string, readonly number[]])[] = [
    ['FloatStorage', [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]],
    ['HalfStorage', [0, 0x3c, 0, 0x40]],
    ['BFloat16Storage', [0x80, 0x3f, 0, 0x40]],
    ['ShortStorage', [1, 0, 2, 0]],
    ['CharStorage', [1, 2]],
    ['ByteStorage', [1, 2]],
    ['IntStorage', [1, 0, 0, 0, 2, 0, 0, 0]],
    ['LongStorage', [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]],
  ];

  it.each(storages)('of a %s', async (name, bytes) => {
    const writer = new TorchWriter();
    const weight = writer.tensor({ shape: [1, 2], values: [1, 2] }, name, Uint8Array.from(bytes));
    const network = await networkIn('m.pt', writer.zip(dictOf({ 'fc.weight': weight })), { output: 'linear' });
    expect(outputsAt(network, [10, 100])).toEqual([210]);
  });

  it('with the byte order the archive names', async () => {
    const writer = new TorchWriter();
    const weight = writer.tensor(
      { shape: [1, 2], values: [1, 2] },
      'FloatStorage',
      Uint8Array.of(0x3f, 0x80, 0, 0, 0x40, 0, 0, 0),
    );
    const file = writer.zip(dictOf({ 'fc.weight': weight }), { byteorder: 'big' });
    expect(outputsAt(await networkIn('m.pt', file, { output: 'linear' }), [10, 100])).toEqual([210]);
  });

  it('as views with offset and strides', async () => {
    const writer = new TorchWriter();
    const key = writer.storage(new Uint8Array(Float64Array.of(9, 1, 3, 2, 4).buffer));
    const weight = writer.view(key, 'DoubleStorage', 5, 1, [2, 2], [1, 2]);
    const file = writer.zip(dictOf({ 'fc.weight': weight }));
    expect(outputsAt(await networkIn('m.pt', file, { output: 'linear' }), [10, 100])).toEqual([210, 430]);
  });

  it('of layers that are not whole are refused', async () => {
    const file = stateDictFile({
      'a.weight': matrix(1, 2),
      'a.bias': vector(1),
      'b.bias': vector(1),
    });
    expect(await refusalOf('m.pt', file, linear)).toBe(
      'b.bias [1] in m.pt has no weights beside it, so its layer is not whole.',
    );
  });

  it('that reach beyond their storage are refused', async () => {
    const writer = new TorchWriter();
    const key = writer.storage(new Uint8Array(16));
    const file = (view: Uint8Array): Uint8Array => writer.zip(dictOf({ 'fc.weight': view }));
    expect(await refusalOf('m.pt', file(writer.view(key, 'DoubleStorage', 2, 1, [1, 2], [2, 1])))).toBe(
      'fc.weight in m.pt needs 3 numbers, but its tensor storage data/0 holds only 2: the file is truncated or damaged.',
    );
    expect(await refusalOf('m.pt', file(writer.view(key, 'DoubleStorage', 2, 0, [2 ** 40, 2], [0, 0])))).toContain(
      'declare far more numbers than the file holds',
    );
    expect(await refusalOf('m.pt', file(writer.view(key, 'DoubleStorage', 2, 1, [1, 2], [2, -5])))).toContain(
      'holds only 2',
    );
    expect(await refusalOf('m.pt', file(writer.view('7', 'DoubleStorage', 2, 0, [1, 2], [2, 1])))).toBe(
      'The tensor storage data/7 that fc.weight needs is missing in m.pt.',
    );
    expect(await refusalOf('m.pt', file(writer.view(key, 'ComplexFloatStorage', 2, 0, [1, 2], [2, 1])))).toContain(
      'complex and quantised numbers are not read',
    );
  });

  it('in the stream of older versions', async () => {
    const writer = new TorchWriter();
    const state = writer.state(single);
    const file = writer.legacy(state, 8);
    expect(outputsAt(await networkIn('m.pth', file, { output: 'linear' }), [10, 100])).toEqual([210.5]);
    expect(await refusalOf('m.pth', file.subarray(0, file.length - 3))).toBe(
      'm.pth is not a complete PyTorch file: its storages end early (truncated).',
    );
  });
});

describe('state dicts', () => {
  it('of parameters, in DataParallel and torch.compile', async () => {
    const writer = new TorchWriter();
    const parameter = (array: TestArray): Uint8Array =>
      pickle(globalOf('torch._utils', '_rebuild_parameter'), '(', writer.tensor(array), 0x88, valueOf(null), 't', 'R');
    const entries = Object.entries(single).map(([name, array]): [string, Uint8Array] => [
      `module._orig_mod.${name}`,
      parameter(array),
    ]);
    const network = await networkIn('m.pt', writer.zip(dictOf(Object.fromEntries(entries))), { output: 'linear' });
    expect(network.source.layers.map((layer) => [layer.name, layer.kind])).toEqual([['fc', 'Linear']]);
  });

  it('inside a checkpoint, beside an optimizer, an earlier state and settings', async () => {
    const writer = new TorchWriter();
    const file = writer.zip(
      dictOf({
        epoch: valueOf(3),
        best_state_dict: writer.state({ 'fc.weight': matrix(1, 2, 5), 'fc.bias': vector(1, 5) }),
        state_dict: writer.state(single),
        optimizer_states: dictOf({ exp_avg: writer.tensor(matrix(1, 2, 9)) }),
        x_mean: writer.tensor({ shape: [2], values: [1, 2] }),
        x_std: valueOf([3, 4]),
        feature_names: valueOf(['a', 'b']),
        config: dictOf({ activation: valueOf('tanh'), output_activation: valueOf('sigmoid') }),
      }),
    );
    const reading = await readBytes('m.ckpt', file);
    expect(reading.questions).toEqual([]);
    expect(reading.network?.inputs[0]?.features).toEqual(['a', 'b']);
    expect(reading.scalings?.inputs).toEqual([
      { kind: 'affine', centre: 1, spread: 3 },
      { kind: 'affine', centre: 2, spread: 4 },
    ]);
    expect(outputsAt(reading.network!, [10, 100])[0]).toBeCloseTo(1 / (1 + Math.exp(-210.5)), 12);
  });

  it('are never taken from an optimizer', async () => {
    const writer = new TorchWriter();
    const moments = dictOf({ exp_avg: writer.tensor(matrix(1, 2, 9)) });
    const optimizer = dictOf({ state: dictOf({ 0: moments }), param_groups: valueOf([]) });
    const beside = writer.zip(pickle(writer.state(single), optimizer, 0x86));
    expect(outputsAt(await networkIn('m.pt', beside, { output: 'linear' }), [10, 100])).toEqual([210.5]);
    expect(await refusalOf('m.pt', writer.zip(optimizer))).toBe('m.pt holds no weight matrices of layers.');
  });

  it('may hold arrays of numpy instead of tensors', async () => {
    const state = dictOf({ 'fc.weight': arrayOf([1, 2], [1, 2]), 'fc.bias': arrayOf([0.5]) });
    const file = new TorchWriter().zip(state);
    expect(outputsAt(await networkIn('m.pt', file, { output: 'linear' }), [10, 100])).toEqual([210.5]);
  });

  it('with a tensor that is not stored as numbers are refused', async () => {
    const writer = new TorchWriter();
    const sparse = pickle(globalOf('torch._utils', '_rebuild_sparse_tensor'), ')', 'R');
    const entries = dictOf({ 'fc.weight': writer.tensor(matrix(1, 2)), 'out.weight': sparse });
    expect(await refusalOf('m.pt', writer.zip(entries))).toContain('out.weight in m.pt is a sparse tensor');
  });

  it('of a recurrent layer alone are refused by its names', async () => {
    const file = stateDictFile({ weight_ih_l0: matrix(4, 2), weight_hh_l0: matrix(4, 1) });
    expect(await refusalOf('m.pt', file)).toContain('weight_ih_l0 [4, 2] in m.pt are recurrent weights');
  });

  it('several in one file are asked for', async () => {
    const writer = new TorchWriter();
    const file = writer.zip(
      dictOf({ generator: writer.state(single), critic: writer.state({ 'fc.weight': matrix(1, 3) }) }),
    );
    const reading = await readBytes('m.pt', file);
    expect(reading.questions[0]).toMatchObject({ id: 'object', choices: ['generator', 'critic'] });
    // What comes later may be answered already.
    expect((await readBytes('m.pt', file, { output: 'linear' })).questions[0]?.id).toBe('object');
    expect((await networkIn('m.pt', file, { object: 'critic', output: 'linear' })).inputs[0]?.size).toBe(3);
  });

  it('of an encoder and decoder in the order of definition', async () => {
    const file = stateDictFile({
      'encoder.0.weight': { shape: [1, 2], values: [1, 1] },
      'encoder.0.bias': { shape: [1], values: [1] },
      'decoder.0.weight': { shape: [2, 1], values: [1, 3] },
      'decoder.0.bias': { shape: [2], values: [0, 0] },
    });
    expect(outputsAt(await networkIn('m.pt', file, linear), [2, 3])).toEqual([6, 18]);
  });
});

describe('normalisations in state dicts', () => {
  const batch = {
    weight: { shape: [2], values: [2, 3] },
    bias: { shape: [2], values: [1, 1] },
    running_mean: { shape: [2], values: [0.5, 0.5] },
    running_var: { shape: [2], values: [4, 9] },
    num_batches_tracked: { shape: [], values: [7] },
  };
  const named = (prefix: string, arrays: Readonly<Record<string, TestArray>>): Record<string, TestArray> =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix}.${name}`, array]));
  const dense = (prefix: string, weight: TestArray): Record<string, TestArray> =>
    named(prefix, { weight, bias: { shape: [weight.shape[0]!], values: new Array<number>(weight.shape[0]!).fill(0) } });
  const identity = { shape: [2, 2], values: [1, 0, 0, 1] };
  const total = { shape: [1, 2], values: [1, 1] };
  const normal = (x: readonly number[]): number[] =>
    x.map((value, at) => ([2, 3][at]! * (value - 0.5)) / Math.sqrt([4, 9][at]! + 1e-5) + 1);

  it('the place of the activation is asked when names leave it open', async () => {
    const file = stateDictFile({ ...dense('fc1', identity), ...named('bn1', batch), ...dense('fc2', total) });
    const reading = await readBytes('m.pt', file, { hidden: 'relu', output: 'linear' });
    expect(reading.questions).toEqual([
      {
        id: 'order',
        ask: 'Does bn1 stand before or after the activation?',
        choices: ['norm,activation', 'activation,norm'],
        guess: 'norm,activation',
      },
    ]);
    const answers = { hidden: 'relu', output: 'linear' };
    const before = await networkIn('m.pt', file, { ...answers, order: 'norm,activation' });
    const after = await networkIn('m.pt', file, { ...answers, order: 'activation,norm' });
    const x = [-3, 2];
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(outputsAt(before, x)[0]).toBeCloseTo(sum(normal(x).map((value) => Math.max(0, value))), 10);
    expect(outputsAt(after, x)[0]).toBeCloseTo(sum(normal(x.map((value) => Math.max(0, value)))), 10);
  });

  it('the numbers of a Sequential tell it', async () => {
    const after = stateDictFile({ ...dense('0', identity), ...named('2', batch), ...dense('3', total) });
    const reading = await readBytes('m.pt', after, { hidden: 'relu', output: 'linear', order: 'activation,norm' });
    expect(reading.settled.get('order')).toBe('activation,norm');
    expect(reading.network?.nodes.map((node) => node.op.kind).slice(0, 3)).toEqual(['dense', 'activation', 'scale']);
    expect(await refusalOf('m.pt', after, { hidden: 'relu', output: 'linear', order: 'norm,activation' })).toContain(
      'which says order=activation,norm',
    );
    const listed = '0 linear,relu,2 batchnorm eps 1e-5,3 linear';
    const spelledOut = await readBytes('m.pt', after, { hidden: 'relu', output: 'linear', order: listed });
    expect(spelledOut.problems.map((problem) => [problem.severity, problem.message])).toEqual([
      [
        'info',
        'm.pt holds weights only, and its layers are read one after another. A skip around 0, or using a layer twice, would not show.',
      ],
      ['info', 'The epsilon of 2 is not in m.pt: 0.00001, the usual one, was taken.'],
    ]);
  });

  it('layer normalisation, and layers numbered apart from them', async () => {
    const norm = { weight: batch.weight, bias: batch.bias };
    const file = stateDictFile({
      ...dense('fc1', identity),
      ...dense('fc2', total),
      ...named('ln1', norm),
    });
    const answers = { hidden: 'linear', output: 'linear', order: 'norm,activation' };
    const network = await networkIn('m.pt', file, answers);
    const spread = Math.sqrt(1 + 1e-5);
    expect(outputsAt(network, [1, 3])[0]).toBeCloseTo(2 * (-1 / spread) + 1 + 3 * (1 / spread) + 1, 10);
    expect(network.source.layers.map((layer) => layer.kind)).toEqual(['Linear', 'LayerNorm', 'Linear']);
  });

  it('learned slopes need no answer, a lone vector does', async () => {
    const slope = stateDictFile({
      ...dense('0', identity),
      '1.weight': { shape: [1], values: [0.25] },
      ...dense('2', total),
    });
    expect(outputsAt(await networkIn('m.pt', slope, { output: 'linear' }), [-4, 2])).toEqual([1]);
    const lone = stateDictFile({
      ...dense('0', identity),
      'mid.weight': { shape: [2], values: [0.5, 0.25] },
      ...dense('2', total),
    });
    const reading = await readBytes('m.pt', lone);
    expect(reading.questions[0]).toMatchObject({ id: 'mid', choices: ['PReLU', 'LayerNorm', 'RMSNorm'] });
    expect(outputsAt(await networkIn('m.pt', lone, { output: 'linear', mid: 'PReLU' }), [-4, -4])).toEqual([-3]);
  });
});

describe('weights stored in pieces', () => {
  it.each([
    ['weight_g', 'weight_v'],
    ['parametrizations.weight.original0', 'parametrizations.weight.original1'],
  ])('weight normalisation as %s and %s', async (size, direction) => {
    const file = stateDictFile({
      [`fc.${size}`]: { shape: [1, 1], values: [10] },
      [`fc.${direction}`]: { shape: [1, 2], values: [3, 4] },
    });
    expect(outputsAt(await networkIn('m.pt', file, { output: 'linear' }), [1, 1])[0]).toBeCloseTo(14, 12);
  });

  it('pruning and spectral normalisation', async () => {
    const pruned = stateDictFile({
      'fc.weight_orig': { shape: [1, 2], values: [3, 4] },
      'fc.weight_mask': { shape: [1, 2], values: [1, 0] },
    });
    expect(outputsAt(await networkIn('m.pt', pruned, { output: 'linear' }), [1, 1])).toEqual([3]);
    const spectral = stateDictFile({
      'fc.weight_orig': { shape: [1, 2], values: [3, 4] },
      'fc.weight_u': { shape: [1], values: [1] },
      'fc.weight_v': { shape: [2], values: [0.6, 0.8] },
    });
    expect(outputsAt(await networkIn('m.pt', spectral, { output: 'linear' }), [5, 5])[0]).toBeCloseTo(7, 12);
  });
});

describe('refusals', () => {
  it.each<[string, Readonly<Record<string, TestArray>>, string]>([
    [
      'recurrent',
      { 'gru.weight_ih_l0': matrix(6, 3), 'out.weight': matrix(1, 2) },
      'gru.weight_ih_l0 [6, 3] in m.pt are recurrent weights',
    ],
    ['attention', { 'self_attn.in_proj_weight': matrix(6, 2), 'out.weight': matrix(1, 2) }, 'attention weights'],
    ['an embedding', { 'embedding.weight': matrix(9, 2), 'out.weight': matrix(1, 2) }, 'the table of an embedding'],
    ['a convolution', { 'conv.weight': { shape: [1, 1, 2], values: [1, 2] } }, 'weights of a convolution (3-D)'],
  ])('%s', async (_what, arrays, message) => {
    expect(await refusalOf('m.pt', stateDictFile(arrays))).toContain(message);
  });
});
