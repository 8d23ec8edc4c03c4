import { describe, expect, it } from 'vitest';
import { lowerOperator } from '../../../src/files/pytorch/operators/table';
import {
  isValue,
  listValue,
  tensorValue,
  type TensorValue,
  type TorchValue,
} from '../../../src/files/pytorch/operators/values';
import { NetworkBuilder } from '../../../src/network/builder';
import { ProblemError } from '../../../src/problem';
import { outputsAt } from './reading';

/** A row of shape [2, 3]: 1 2 3 / −4 5 −6. */
const row = [1, 2, 3, -4, 5, -6];

interface Bench {
  readonly x: TensorValue;
  readonly constant: (values: readonly number[], shape?: readonly number[]) => TensorValue;
  readonly call: (name: string, ...args: readonly TorchValue[]) => TorchValue;
  readonly list: (...items: readonly TorchValue[]) => TorchValue;
}

/** What an operation gives for the row, after `shape` was checked. */
function lowered(use: (bench: Bench) => TorchValue): { readonly shape: readonly number[]; readonly values: number[] } {
  const builder = new NetworkBuilder();
  const context = { file: 'm.pt', builder, notes: [] };
  const x = tensorValue(builder.reshape(builder.input('x', [6]), [2, 3]), true);
  const result = use({
    x,
    constant: (values, shape = [values.length]) =>
      tensorValue(builder.constant(Float64Array.from(values), shape), false),
    call: (name, ...args) => lowerOperator(context, name, args),
    list: (...items) => listValue(items),
  });
  if (!isValue(result, 'tensor')) throw new Error('no tensor');
  builder.output('y', result.tensor);
  const network = builder.finish('test', { file: 'm.pt', format: 'test', layers: [] });
  return { shape: result.tensor.shape, values: outputsAt(network, row) };
}

const rows = { kind: 'rows', times: 1 } as const;

describe('operations of PyTorch, row by row', () => {
  it.each<[string, (bench: Bench) => TorchValue, readonly number[], readonly number[]]>([
    ['add with alpha', ({ call, x, constant }) => call('add', x, constant([1, 2, 3]), 2), [2, 3], [3, 6, 9, -2, 9, 0]],
    ['rsub', ({ call, x }) => call('rsub', x, 1), [2, 3], [0, -1, -2, 5, -4, 7]],
    ['div rounding down', ({ call, x }) => call('div', x, 2, 'floor'), [2, 3], [0, 1, 1, -2, 2, -3]],
    ['pow of a number', ({ call, x }) => call('pow', 2, x), [2, 3], row.map((v) => 2 ** v)],
    ['clamp from one side', ({ call, x }) => call('clamp', x, null, 2), [2, 3], [1, 2, 2, -4, 2, -6]],
    ['clamp by a tensor', ({ call, x, constant }) => call('clamp', x, constant([0, 0, 1])), [2, 3], [1, 2, 3, 0, 5, 1]],
    ['where', ({ call, x }) => call('where', call('gt', x, 0), x, 0), [2, 3], [1, 2, 3, 0, 5, 0]],
    ['masked_fill', ({ call, x }) => call('masked_fill', x, call('lt', x, 0), 9), [2, 3], [1, 2, 3, 9, 5, 9]],
    ['heaviside', ({ call, x }) => call('heaviside', call('sub', x, 2), 0.5), [2, 3], [0, 0.5, 1, 0, 1, 0]],
    ['lerp', ({ call, x }) => call('lerp', x, 10, 0.5), [2, 3], row.map((v) => (v + 10) / 2)],
    ['addcmul', ({ call, x }) => call('addcmul', x, x, x, 0.5), [2, 3], row.map((v) => v + 0.5 * v * v)],
    ['frac', ({ call, x }) => call('frac', call('mul', x, 0.5)), [2, 3], [0.5, 0, 0.5, 0, 0.5, 0]],
    ['log2', ({ call, x }) => call('log2', call('abs', x)), [2, 3], row.map((v) => Math.log2(Math.abs(v)))],
    ['erfc', ({ call, x }) => call('erfc', call('mul', x, 0)), [2, 3], [1, 1, 1, 1, 1, 1]],
    [
      'embedding',
      ({ call, x, constant }) =>
        call('embedding', constant([0, 1, 2, 3, 4, 5, 6, 7], [4, 2]), call('slice', x, 1, 0, 1)),
      [1, 3, 2],
      [2, 3, 4, 5, 6, 7],
    ],
    [
      'rows of a table that the data choose',
      ({ call, x, constant }) => call('index', constant([5, 6, 7, 8, 9, 1]), listValue([call('relu', x)])),
      [2, 3],
      [6, 7, 8, 5, 1, 5],
    ],
    [
      'one_hot',
      ({ call, x }) => call('one_hot', call('select', x, 1, 0), 4),
      [3, 4],
      [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    ],
    ['threshold', ({ call, x }) => call('threshold', x, 1.5, 0), [2, 3], [0, 2, 3, 0, 5, 0]],
    ['glu', ({ call, x }) => call('glu', x, 1), [1, 3], [1, 2, 3].map((v, i) => v / (1 + Math.exp(-[-4, 5, -6][i]!)))],
    [
      'linear',
      ({ call, x, constant }) => call('linear', x, constant([1, 0, 2], [1, 3]), constant([10])),
      [2, 1],
      [17, -6],
    ],
    ['linear with a vector', ({ call, x, constant }) => call('linear', x, constant([1, 0, 2])), [2], [7, -16]],
    [
      'matmul',
      ({ call, x, constant }) => call('matmul', x, constant([1, 0, 0, 1, 1, 1], [3, 2])),
      [2, 2],
      [4, 5, -10, -1],
    ],
    ['matmul on the left', ({ call, x, constant }) => call('matmul', constant([1, 1], [1, 2]), x), [1, 3], [-3, 7, -3]],
    [
      'addmm',
      ({ call, x, constant }) => call('addmm', constant([1]), call('select', x, 1, 0), constant([1, 1, 1], [3, 1])),
      [1],
      [7],
    ],
    [
      'bilinear',
      ({ call, x, constant }) =>
        call(
          'bilinear',
          call('select', x, 1, 0),
          call('select', x, 1, 1),
          constant([1, 0, 0, 0, 1, 0, 0, 0, 1], [1, 3, 3]),
        ),
      [1],
      [-12],
    ],
    ['sum over the last axis', ({ call, x, list }) => call('sum', x, list(-1)), [2], [6, -5]],
    ['mean over two axes, kept', ({ call, x, list }) => call('mean', x, list(1, 2), true), [1, 1], [1 / 6]],
    ['amax', ({ call, x, list }) => call('amax', x, list(1)), [3], [1, 5, 3]],
    ['maximum', ({ call, x }) => call('max', x, call('neg', x)), [2, 3], [1, 2, 3, 4, 5, 6]],
    [
      'std',
      ({ call, x, list }) => call('std', x, list(2), true),
      [2],
      [1, Math.sqrt((7 / 3) ** 2 / 2 + (20 / 3) ** 2 / 2 + (13 / 3) ** 2 / 2)],
    ],
    ['norm', ({ call, x, list }) => call('norm', x, 2, list(2)), [2], [Math.sqrt(14), Math.sqrt(77)]],
    [
      'logsumexp',
      ({ call, x, list }) => call('logsumexp', x, list(1)),
      [3],
      [0, 1, 2].map((i) => Math.log(Math.exp(row[i]!) + Math.exp(row[i + 3]!))),
    ],
    ['cumsum', ({ call, x }) => call('cumsum', x, 2), [2, 3], [1, 3, 6, -4, 1, -5]],
    [
      'log_softmax',
      ({ call, x }) => call('log_softmax', x, 1),
      [2, 3],
      row.map((v, i) => v - Math.log(Math.exp(v) + Math.exp(row[(i + 3) % 6]!))),
    ],
    ['flatten', ({ call, x }) => call('flatten', x, 1, -1), [6], row],
    ['view with the rows', ({ call, x, list }) => call('view', x, list(rows, 3, 2)), [3, 2], row],
    ['reshape with a fixed batch', ({ call, x, list }) => call('reshape', x, list(4, -1)), [6], row],
    ['transpose', ({ call, x }) => call('transpose', x, 1, 2), [3, 2], [1, -4, 2, 5, 3, -6]],
    ['permute', ({ call, x, list }) => call('permute', x, list(0, -1, 1)), [3, 2], [1, -4, 2, 5, 3, -6]],
    ['unsqueeze and squeeze', ({ call, x }) => call('squeeze', call('unsqueeze', x, -1), 3), [2, 3], row],
    ['cat', ({ call, x, list }) => call('cat', list(x, x), -1), [2, 6], [1, 2, 3, 1, 2, 3, -4, 5, -6, -4, 5, -6]],
    [
      'stack',
      ({ call, x, list }) => call('stack', list(x, call('neg', x)), 1),
      [2, 2, 3],
      [...row, ...row.map((v) => -v)],
    ],
    ['split', ({ call, x }) => item(call('split', x, 2, 2), 1), [2, 1], [3, -6]],
    ['chunk', ({ call, x }) => item(call('chunk', x, 2, 2), 0), [2, 2], [1, 2, -4, 5]],
    ['unbind', ({ call, x }) => item(call('unbind', x, 1), 1), [3], [-4, 5, -6]],
    ['slice with a step', ({ call, x }) => call('slice', x, 2, 0, 2 ** 60, 2), [2, 2], [1, 3, -4, -6]],
    ['slice from the end', ({ call, x }) => call('slice', x, -1, -2), [2, 2], [2, 3, 5, -6]],
    ['select from the end', ({ call, x }) => call('select', x, 2, -1), [2], [3, -6]],
    ['index_select', ({ call, x, constant }) => call('index_select', x, 2, constant([2, 0])), [2, 2], [3, 1, -6, -4]],
    [
      'index',
      ({ call, x, constant, list }) => call('index', x, list(null, null, constant([-1, 0]))),
      [2, 2],
      [3, 1, -6, -4],
    ],
    [
      'expand',
      ({ call, x, list }) => call('expand', call('unsqueeze', call('select', x, 1, 0), 1), list(-1, 2, 3)),
      [2, 3],
      [1, 2, 3, 1, 2, 3],
    ],
    [
      'repeat',
      ({ call, x, list }) => call('repeat', x, list(1, 1, 2)),
      [2, 6],
      [1, 2, 3, 1, 2, 3, -4, 5, -6, -4, 5, -6],
    ],
    ['flip', ({ call, x, list }) => call('flip', x, list(2)), [2, 3], [3, 2, 1, -6, 5, -4]],
    ['roll', ({ call, x }) => call('roll', x, 1, 2), [2, 3], [3, 1, 2, -6, -4, 5]],
    [
      'conv1d',
      ({ call, x, constant, list }) => call('conv1d', x, constant([1, -1, 1, 1], [1, 2, 2]), null, list(1), list(0)),
      [1, 2],
      [1 - 2 - 4 + 5, 2 - 3 + 5 - 6],
    ],
    [
      'max_pool1d beyond the edge',
      ({ call, x, list }) => call('max_pool1d', x, list(2), list(2), list(0), list(1), true),
      [2, 2],
      [2, 3, 5, -6],
    ],
    [
      'avg_pool1d with padding',
      ({ call, x, list }) => call('avg_pool1d', x, list(2), list(2), list(1)),
      [2, 2],
      [0.5, 2.5, -2, -0.5],
    ],
    [
      'adaptive_avg_pool1d',
      ({ call, x, list }) => call('adaptive_avg_pool1d', x, list(2)),
      [2, 2],
      [1.5, 2.5, 0.5, -0.5],
    ],
    [
      'constant_pad_nd',
      ({ call, x, list }) => call('constant_pad_nd', call('select', x, 1, 0), list(1, 2), 7),
      [6],
      [7, 1, 2, 3, 7, 7],
    ],
    [
      'group_norm',
      ({ call, x }) => call('group_norm', x, 2, null, null, 0),
      [2, 3],
      [1, 2, 3, -4, 5, -6].map((v, i) => (i < 3 ? (v - 2) / Math.sqrt(2 / 3) : (v + 5 / 3) / Math.sqrt(206 / 9))),
    ],
    [
      'columns as vectors: W xᵀ + b',
      ({ call, x, constant }) =>
        call(
          'add',
          call('matmul', constant([1, 1, 1, 0, 0, 1], [2, 3]), call('t', call('select', x, 1, 0))),
          constant([10, 20], [2, 1]),
        ),
      [2],
      [16, 23],
    ],
    [
      'members stacked before the rows',
      ({ call, x, list }) => call('mean', call('stack', list(x, call('neg', x), call('mul', x, 4)), 0), list(0)),
      [2, 3],
      row.map((v) => (4 * v) / 3),
    ],
    [
      'axes moved before the rows and back',
      ({ call, x, list }) =>
        call('squeeze', call('transpose', call('permute', call('unsqueeze', x, 0), list(2, 1, 0, 3)), 0, 1), 2),
      [2, 3],
      row,
    ],
    [
      'one member before the rows',
      ({ call, x, list }) => call('select', call('stack', list(x, call('neg', x)), 0), 0, 1),
      [2, 3],
      row.map((v) => -v),
    ],
    ['remainder', ({ call, x }) => call('remainder', x, 4), [2, 3], [1, 2, 3, 0, 1, 2]],
    ['logaddexp', ({ call, x }) => call('logaddexp', x, 1), [2, 3], row.map((v) => Math.log(Math.exp(v) + Math.E))],
    [
      'cosine_similarity',
      ({ call, x, constant }) => call('cosine_similarity', x, constant([1, 0, 0]), 2),
      [2],
      [1 / Math.sqrt(14), -4 / Math.sqrt(77)],
    ],
    [
      'cdist',
      ({ call, x, constant }) => call('cdist', call('select', x, 1, 0), constant([1, 2, 0, 4, 6, 3], [2, 3])),
      [2],
      [3, 5],
    ],
    [
      'einsum',
      ({ call, x, constant, list }) => call('einsum', 'bki,ij->bjk', list(x, constant([1, 0, 0, 1, 1, 1], [3, 2]))),
      [2, 2],
      [4, -10, 5, -1],
    ],
    ['einsum of two rows', ({ call, x, list }) => call('einsum', 'bki,bki->b', list(x, x)), [], [91]],
    [
      'attention',
      ({ call, x, constant }) => call('scaled_dot_product_attention', call('mul', x, constant([0])), x, x),
      [2, 3],
      [-1.5, 3.5, -1.5, -1.5, 3.5, -1.5],
    ],
    ['tril', ({ call, x }) => call('tril', x), [2, 3], [1, 0, 0, -4, 5, 0]],
    ['any', ({ call, x }) => call('any', call('gt', x, 4), 2), [2], [0, 1]],
    ['movedim', ({ call, x }) => call('movedim', x, 2, 1), [3, 2], [1, -4, 2, 5, 3, -6]],
    [
      'repeat_interleave',
      ({ call, x }) => call('repeat_interleave', call('select', x, 1, 0), 2, 1),
      [6],
      [1, 1, 2, 2, 3, 3],
    ],
    [
      'padding that repeats, mirrors and goes round',
      ({ call, x, list }) =>
        call(
          'cat',
          list(
            call('pad', call('select', x, 1, 0), list(1, 1), 'replicate'),
            call('pad', call('select', x, 1, 0), list(1, 1), 'reflect'),
            call('pad', call('select', x, 1, 0), list(1, 1), 'circular'),
          ),
          1,
        ),
      [15],
      [1, 1, 2, 3, 3, 2, 1, 2, 3, 2, 3, 1, 2, 3, 1],
    ],
    ['zeros of the rows', ({ call, x, list }) => call('add', call('zeros', list(rows, 2, 3)), x), [2, 3], row],
    ['arange', ({ call, x }) => call('mul', x, call('arange', 3)), [2, 3], [0, 2, 6, 0, 5, -12]],
  ])('%s', (_name, use, shape, values) => {
    const found = lowered(use);
    expect(found.shape).toEqual(shape);
    values.forEach((value, at) => expect(found.values[at]).toBeCloseTo(value, 10));
  });

  it.each<[string, (bench: Bench) => TorchValue]>([
    ['sum over everything', ({ call, x }) => call('sum', x)],
    ['mean over the rows', ({ call, x, list }) => call('mean', x, list(0))],
    ['softmax over the rows', ({ call, x }) => call('softmax', x, 0)],
    ['a view that mixes rows', ({ call, x, list }) => call('view', x, list(-1, 3))],
    [
      'a layer over the transpose of a batch',
      ({ call, x, constant }) => call('linear', call('t', call('select', x, 1, 0)), constant([1], [1, 1])),
    ],
    ['a product of two batches', ({ call, x }) => call('mm', call('select', x, 1, 0), call('select', x, 1, 1))],
    ['one row of the batch', ({ call, x }) => call('select', x, 0, 0)],
    ['joining rows', ({ call, x, list }) => call('cat', list(x, x), 0)],
    [
      'a constant per row',
      ({ call, x, constant }) => call('add', x, constant(new Array<number>(12).fill(1), [2, 2, 3])),
    ],
  ])('%s is refused', (_name, use) => {
    expect(() => lowered(use)).toThrow(/it works across the rows of the table/);
  });

  it('names the operation and what does not fit', () => {
    expect(() => lowered(({ call, x }) => call('bessel_j0', x))).toThrow(ProblemError);
    expect(() => lowered(({ call, x, constant }) => call('linear', x, constant([1, 2], [1, 2])))).toThrow(
      'aten::linear in m.pt cannot be followed: its weights take 2 values, but 3 arrive.',
    );
    expect(() => lowered(({ call, x, constant }) => call('add', x, constant([1, 2])))).toThrow('do not fit each other');
  });
});

function item(value: TorchValue, at: number): TorchValue {
  return isValue(value, 'list') ? value.items[at]! : value;
}

it('refuses what is recurrent by name', () => {
  const context = { file: 'm.pt', builder: new NetworkBuilder(), notes: [] };
  expect(() => lowerOperator(context, 'lstm', [])).toThrow('aten::lstm in m.pt cannot be followed: it is recurrent;');
});
