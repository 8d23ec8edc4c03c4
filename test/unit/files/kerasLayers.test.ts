import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/files/json';
import type { TestWeight } from './layersModel';
import { layer, outputsAt, problemOf, readLayers, sequential, wave, weight } from './layersModel';

async function outputs(
  shape: readonly number[],
  row: readonly number[],
  layers: readonly JsonObject[],
  weights: readonly TestWeight[] = [],
): Promise<number[]> {
  return outputsAt(await readLayers(sequential(shape, ...layers), weights), row);
}

function close(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9));
}

describe('layers along one axis', () => {
  const steps = 7;
  const channels = 3;
  const x = wave(steps * channels, 50);
  const at = (step: number, channel: number): number => x[step * channels + channel] ?? 0;

  it.each([
    ['valid', 1, 1, 0, 5],
    ['same', 1, 1, 1, 7],
    ['same', 2, 1, 1, 4],
    ['causal', 1, 2, 4, 7],
  ])('Conv1D %s with strides %i and dilation %i', async (padding, stride, dilation, before, length) => {
    const kernel = weight('conv1d/kernel', [3, channels, 2]);
    const config = { filters: 2, kernel_size: [3], strides: [stride], dilation_rate: [dilation], padding };
    const bias = weight('conv1d/bias', [2], 30);
    const y = await outputs([steps, channels], x, [layer('Conv1D', config)], [kernel, bias]);
    const expected = Array.from({ length: length * 2 }, (_, i) => {
      const [place, filter] = [Math.floor(i / 2), i % 2];
      let sum = bias.values[filter]!;
      for (let tap = 0; tap < 3; tap++) {
        const step = place * stride - before + tap * dilation;
        for (let c = 0; c < channels && step >= 0 && step < steps; c++)
          sum += at(step, c) * kernel.values[(tap * channels + c) * 2 + filter]!;
      }
      return sum;
    });
    close(y, expected);
  });

  it('DepthwiseConv1D keeps channels apart, also under the name Keras 2 gives its kernel', async () => {
    const kernel = weight('depthwiseconv1d/depthwise_kernel', [2, channels, 2]);
    const config = { kernel_size: 2, depth_multiplier: 2, use_bias: false };
    const y = await outputs([steps, channels], x, [layer('DepthwiseConv1D', config)], [kernel]);
    const expected = Array.from({ length: 6 * 6 }, (_, i) => {
      const [place, out] = [Math.floor(i / 6), i % 6];
      const channel = Math.floor(out / 2);
      return [0, 1].reduce((sum, tap) => sum + at(place + tap, channel) * kernel.values[tap * 6 + out]!, 0);
    });
    close(y, expected);
  });

  it('SeparableConv1D is a depthwise convolution and a Dense at each step', async () => {
    const depth = weight('separableconv1d/depthwise_kernel', [2, channels, 1]);
    const point = weight('separableconv1d/pointwise_kernel', [1, channels, 2], 9);
    const config = { kernel_size: 2, filters: 2, use_bias: false };
    const y = await outputs([steps, channels], x, [layer('SeparableConv1D', config)], [depth, point]);
    const expected = Array.from({ length: 6 * 2 }, (_, i) => {
      const [place, filter] = [Math.floor(i / 2), i % 2];
      return [0, 1, 2].reduce((sum, c) => {
        const middle = at(place, c) * depth.values[c]! + at(place + 1, c) * depth.values[channels + c]!;
        return sum + middle * point.values[c * 2 + filter]!;
      }, 0);
    });
    close(y, expected);
  });

  it.each([
    ['valid', 0, 15],
    ['same', 0, 14],
  ])('Conv1DTranspose %s spreads each step over the taps', async (padding, cut, length) => {
    const kernel = weight('conv1dtranspose/kernel', [3, 2, channels]);
    const config = { filters: 2, kernel_size: 3, strides: 2, padding, use_bias: false };
    const y = await outputs([steps, channels], x, [layer('Conv1DTranspose', config)], [kernel]);
    const expected = new Array<number>(length * 2).fill(0);
    for (let step = 0; step < steps; step++)
      for (let tap = 0; tap < 3; tap++)
        for (let filter = 0; filter < 2; filter++)
          for (let c = 0; c < channels; c++) {
            const to = step * 2 + tap - cut;
            if (to < length)
              expected[to * 2 + filter]! += at(step, c) * kernel.values[(tap * 2 + filter) * channels + c]!;
          }
    close(y, expected);
  });

  it('pools over windows, and means count only real cells', async () => {
    const config = { pool_size: 3, strides: 2, padding: 'same' };
    const column = [1, 5, 2, 8, 3];
    close(await outputs([5, 1], column, [layer('AveragePooling1D', config)]), [3, 5, 5.5]);
    close(await outputs([5, 1], column, [layer('MaxPooling1D', config)]), [5, 8, 8]);
    close(await outputs([5, 1], column, [layer('GlobalMaxPooling1D')]), [8]);
    close(await outputs([5, 1], column, [layer('GlobalAveragePooling1D', { keepdims: true })]), [3.8]);
  });

  it('refuses a mean over steps of which a mask leaves some out', async () => {
    const model = sequential([5, 1], layer('Masking'), layer('GlobalAveragePooling1D'));
    expect((await problemOf(readLayers(model))).message).toBe(
      'The layer globalaveragepooling1d (GlobalAveragePooling1D) in model.json leaves out masked steps, which Slopescope does not do.',
    );
  });
});

describe('normalisation', () => {
  const row = [3, -1, 2, 6];

  it('RMSNormalization divides by the root mean square', async () => {
    const scale = weight('rmsnormalization/scale', [4]);
    const rms = Math.sqrt((9 + 1 + 4 + 36) / 4 + 1e-6);
    const y = await outputs([4], row, [layer('RMSNormalization')], [scale]);
    close(
      y,
      row.map((x, i) => (x / rms) * scale.values[i]!),
    );
  });

  it('GroupNormalization normalises groups of channels', async () => {
    const gamma = weight('groupnormalization/gamma', [4]);
    const beta = weight('groupnormalization/beta', [4], 8);
    const y = await outputs([4], row, [layer('GroupNormalization', { groups: 2 })], [gamma, beta]);
    const normal = (a: number, mean: number, variance: number): number => (a - mean) / Math.sqrt(variance + 1e-3);
    const expected = [normal(3, 1, 4), normal(-1, 1, 4), normal(2, 4, 4), normal(6, 4, 4)];
    close(
      y,
      expected.map((value, i) => value * gamma.values[i]! + beta.values[i]!),
    );
  });

  it('Normalization takes its statistics from the configuration and can be inverted', async () => {
    const config = { axis: [-1], mean: [1, 2], variance: [4, 9] };
    close(await outputs([2], [3, 8], [layer('Normalization', config)]), [1, 2]);
    close(await outputs([2], [1, 2], [layer('Normalization', { ...config, invert: true })]), [3, 8]);
    close(await outputs([2], [3, 8], [layer('Normalization', { axis: null, mean: 1, variance: 4 })]), [1, 3.5]);
  });

  it('UnitNormalization of zeros stays zero', async () => {
    close(await outputs([2], [0, 0], [layer('UnitNormalization')]), [0, 0]);
    close(await outputs([2], [3, 4], [layer('UnitNormalization')]), [0.6, 0.8]);
  });
});

describe('codes and ranges', () => {
  it('CategoryEncoding one-hot, joined and counted', async () => {
    close(await outputs([1], [2], [layer('CategoryEncoding', { num_tokens: 3, output_mode: 'one_hot' })]), [0, 0, 1]);
    close(await outputs([3], [2, 0, 2], [layer('CategoryEncoding', { num_tokens: 3 })]), [1, 0, 1]);
    const counted = layer('CategoryEncoding', { num_tokens: 3, output_mode: 'count' });
    close(await outputs([3], [2, 0, 2], [counted]), [1, 0, 2]);
  });

  it('IntegerLookup gives places, with one for the unknown', async () => {
    const vocabulary = [10, 20, 40];
    close(await outputs([1], [40], [layer('IntegerLookup', { vocabulary })]), [3]);
    close(await outputs([1], [7], [layer('IntegerLookup', { vocabulary })]), [0]);
    const vector = layer('IntegerLookup', { vocabulary, output_mode: 'one_hot' });
    close(await outputs([1], [20], [vector]), [0, 0, 1, 0]);
    close(await outputs([1], [7], [vector]), [1, 0, 0, 0]);
    const masked = layer('IntegerLookup', { vocabulary, mask_token: 0 });
    close(await outputs([1], [0], [masked]), [0]);
    close(await outputs([1], [7], [masked]), [1]);
    close(await outputs([1], [10], [masked]), [2]);
    const padded = layer('IntegerLookup', { vocabulary, output_mode: 'count', pad_to_max_tokens: true, max_tokens: 6 });
    close(await outputs([2], [20, 20], [padded]), [0, 0, 2, 0, 0, 0]);
  });

  it('Discretization counts the boundaries that are reached', async () => {
    close(await outputs([2], [0, 5], [layer('Discretization', { bin_boundaries: [0, 1, 2] })]), [1, 3]);
    const vector = layer('Discretization', { bin_boundaries: [0, 1], output_mode: 'one_hot' });
    close(await outputs([1], [0.5], [vector]), [0, 1, 0]);
    close(await outputs([1], [-3], [vector]), [1, 0, 0]);
  });

  it('Embedding looks a code up in its table', async () => {
    const table = weight('embedding/embeddings', [4, 3]);
    const y = await outputs([2], [3, 1], [layer('Embedding', { input_dim: 4, output_dim: 3 })], [table]);
    close(y, [...table.values.slice(9, 12), ...table.values.slice(3, 6)]);
  });

  it('refuses hashes by name', async () => {
    const problem = await problemOf(readLayers(sequential([1], layer('Hashing', { num_bins: 4 }))));
    expect(problem).toMatchObject({ code: 'layer-unsupported', place: { kind: 'part', name: 'hashing' } });
    expect(problem.remedy).toContain('vocabulary');
  });
});

describe('other layers', () => {
  it('EinsumDense multiplies along the named axes', async () => {
    const kernel = weight('einsumdense/kernel', [3, 2]);
    const bias = weight('einsumdense/bias', [2], 20);
    const config = { equation: 'abc,cd->abd', output_shape: [null, 2], bias_axes: 'd', activation: 'tanh' };
    const x = wave(6, 3);
    const y = await outputs([2, 3], x, [layer('EinsumDense', config)], [kernel, bias]);
    const expected = Array.from({ length: 4 }, (_, i) => {
      const [row, out] = [Math.floor(i / 2), i % 2];
      const sum = [0, 1, 2].reduce((total, c) => total + x[row * 3 + c]! * kernel.values[c * 2 + out]!, 0);
      return Math.tanh(sum + bias.values[out]!);
    });
    close(y, expected);
    const dots = { equation: '...x,xy->...y', output_shape: 2, bias_axes: 'y', activation: 'tanh' };
    close(await outputs([2, 3], x, [layer('EinsumDense', dots)], [kernel, bias]), expected);
  });

  it('ReLU with slope, threshold and ceiling', async () => {
    const config = { negative_slope: 0.5, threshold: 1, max_value: 3 };
    close(await outputs([4], [-1, 1, 2, 5], [layer('ReLU', config)]), [-1, 0, 2, 3]);
  });

  it('Permute, RepeatVector and Flatten with channels first', async () => {
    close(await outputs([2, 2], [1, 2, 3, 4], [layer('Permute', { dims: [2, 1] }), layer('Flatten')]), [1, 3, 2, 4]);
    close(await outputs([2], [1, 2], [layer('RepeatVector', { n: 2 })]), [1, 2, 1, 2]);
    const flatten = layer('Flatten', { data_format: 'channels_first' });
    close(await outputs([2, 2], [1, 2, 3, 4], [flatten]), [1, 3, 2, 4]);
  });

  it('sums of one another in groups: softmax over two axes', async () => {
    const y = await outputs([2, 2], [1, 2, 3, 4], [layer('Softmax', { axis: [1, 2] })]);
    expect(y.reduce((sum, value) => sum + value)).toBeCloseTo(1, 12);
  });

  it.each([
    ['LSTM', 'layer-recurrent', 'recurrent'],
    ['Bidirectional', 'layer-recurrent', 'recurrent'],
    ['ReversibleEmbedding', 'layer-unsupported', 'language'],
    ['Conv2D', 'layer-image', 'images'],
    ['GlobalMaxPooling2D', 'layer-image', 'images'],
    ['RandomFlip', 'layer-image', 'images'],
    ['TextVectorization', 'layer-unsupported', 'words'],
    ['Lambda', 'layer-own-code', 'never run'],
    ['MyOwnLayer', 'layer-own-code', 'of your own'],
  ])('refuses %s', async (className, code, word) => {
    const problem = await problemOf(readLayers(sequential([4], layer(className))));
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(`(${className}) in model.json`);
    expect(problem.message).toContain(word);
    expect(problem.remedy).toBeTruthy();
  });

  it.each<[string, JsonObject, readonly number[]]>([
    ['RepeatVector', { n: 1e9 }, [4]],
    ['CategoryEncoding', { num_tokens: 1e9 }, [1]],
    ['UpSampling1D', { size: 1e9 }, [2, 2]],
    ['ZeroPadding1D', { padding: [0, 1e9] }, [2, 2]],
    ['MaxPooling1D', { pool_size: 1e9, padding: 'same' }, [2, 2]],
    ['Flatten', {}, [40000, 40000]],
  ])('takes no memory for an absurd %s %j', async (className, config, shape) => {
    const problem = await problemOf(readLayers(sequential(shape, layer(className, config))));
    expect(problem.message).toContain('more than Slopescope handles');
  });

  it('names the activation that is none of Keras’s', async () => {
    const own = { module: 'builtins', class_name: 'function', config: 'mine', registered_name: 'function' };
    const model = sequential([1], layer('Activation', { activation: own }));
    expect((await problemOf(readLayers(model))).message).toContain('activation mine');
  });

  it('refuses an axis that is the batch', async () => {
    expect((await problemOf(readLayers(sequential([3], layer('Softmax', { axis: 0 }))))).message).toContain(
      'mixes the rows',
    );
  });
});
