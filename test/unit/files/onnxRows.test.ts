/** The axis of the rows: wherever a graph has it, the network gives one vector per row. */
import { describe, expect, it } from 'vitest';
import {
  messageOf,
  outputsOf,
  matrix,
  readingOf,
  vector,
  whole,
  type TestAttribute,
  type TestNode,
  type TestPort,
  type TestTensor,
} from './onnxModel';

const int64Scalar = (number: number): TestTensor => ({ shape: [], numbers: [number], type: 7 });
const weights = matrix([1, 10], [2, 20], [3, 30]);
const node = (
  op: string,
  inputs: readonly string[],
  output = 'y',
  attributes: Readonly<Record<string, TestAttribute>> = {},
): TestNode => ({
  op,
  inputs,
  outputs: [output],
  name: `${op}-${output}`,
  attributes,
});

describe('the shape of an input', () => {
  it.each<[string, TestPort['shape'], TestNode[]]>([
    ['with a named number of rows', ['N', 3], [node('MatMul', ['x', 'w'])]],
    ['without a name', [undefined, 3], [node('MatMul', ['x', 'w'])]],
    ['with 0 rows', [0, 3], [node('MatMul', ['x', 'w'])]],
    ['with one row', [1, 3], [node('MatMul', ['x', 'w'])]],
    ['with a fixed number of rows', [789_444, 3], [node('MatMul', ['x', 'w'])]],
    ['without rows', [3], [node('MatMul', ['x', 'w'])]],
    ['of rank 4', [1, 1, 1, 3], [node('MatMul', ['x', 'w'])]],
    ['with an axis between', ['N', 1, 3], [node('MatMul', ['x', 'w'])]],
    ['with the rows second', [1, 'N', 3], [node('MatMul', ['x', 'w'])]],
    ['with the rows last', [3, 'N'], [node('Transpose', ['w'], 'wt'), node('MatMul', ['wt', 'x'])]],
    ['with open columns', ['N', 'columns'], [node('Cast', ['x'], 'h', { to: 11 }), node('MatMul', ['h', 'w'])]],
    ['with nothing said', undefined, [node('Gemm', ['x', 'w'])]],
  ])('%s', async (_, shape, nodes) => {
    const model = {
      nodes,
      inputs: [shape ? { name: 'x', shape } : { name: 'x' }],
      outputs: [{ name: 'y' }],
      stored: { w: weights },
    };
    expect(await outputsOf(model, [1, 2, 3])).toEqual([14, 140]);
  });

  it('of one number per row may be a vector', async () => {
    const nodes = [node('Unsqueeze', ['x', 'one'], 'h'), node('Mul', ['h', 'c'])];
    const model = {
      nodes,
      inputs: [{ name: 'x', shape: ['N'] }],
      outputs: [{ name: 'y' }],
      stored: { one: whole(1), c: vector(2, 3) },
    };
    expect(await outputsOf(model, [5])).toEqual([10, 15]);
  });

  it('of which the first axis is not the rows belongs to the row', async () => {
    const nodes = [node('Reshape', ['x', 'flat'], 'h'), node('MatMul', ['h', 'w'])];
    const inputs = [{ name: 'x', shape: [3, 1] }];
    const model = { nodes, inputs, outputs: [{ name: 'y' }], stored: { flat: whole(1, 3), w: weights } };
    expect(await outputsOf(model, [1, 2, 3])).toEqual([14, 140]);
  });

  it('that is open where no weight tells is refused', async () => {
    const model = {
      nodes: [node('Relu', ['x'])],
      inputs: [{ name: 'x', shape: ['N', 'T', 3] }],
      outputs: [{ name: 'y' }],
    };
    expect(await messageOf(model)).toBe('The input "x" of model.onnx has no fixed length on axis 1 (T).');
  });
});

describe('shapes that a graph computes', () => {
  it('follow the unknown number of rows through Shape, Gather, Concat and Reshape', async () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'n'),
      node('Unsqueeze', ['n', 'first'], 'rows'),
      node('Concat', ['rows', 'rest'], 'target', { axis: 0 }),
      node('Reshape', ['x', 'target'], 'h'),
      node('ReduceSum', ['h', 'last'], 'y', { keepdims: 0 }),
    ];
    const stored = { zero: int64Scalar(0), first: whole(0), rest: whole(2, -1), last: whole(-1) };
    const model = { nodes, inputs: [{ name: 'x', shape: ['N', 4] }], outputs: [{ name: 'y' }], stored };
    expect(await outputsOf(model, [1, 2, 3, 4])).toEqual([3, 7]);
  });

  it('may put several elements of a row on the axis of the rows for a while', async () => {
    const nodes = [
      node('Reshape', ['x', 'long'], 'h'),
      node('MatMul', ['h', 'w'], 'z'),
      node('Reshape', ['z', 'back'], 'r'),
      node('Flatten', ['r'], 'y'),
    ];
    const stored = { long: whole(-1, 3), back: whole(-1, 2, 2), w: weights };
    const model = { nodes, inputs: [{ name: 'x', shape: ['N', 2, 3] }], outputs: [{ name: 'y' }], stored };
    expect(await outputsOf(model, [1, 2, 3, 1, 0, 0])).toEqual([14, 140, 1, 10]);
  });

  it('may spread a constant over the rows', async () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('ConstantOfShape', ['s'], 'zeros'),
      node('Slice', ['s', 'zero', 'one'], 'rows'),
      node('Concat', ['rows', 'two'], 'shape', { axis: 0 }),
      node('Expand', ['c', 'shape'], 'spread'),
      node('Add', ['x', 'zeros'], 'same'),
      node('Concat', ['same', 'spread'], 'y', { axis: 1 }),
    ];
    const stored = { zero: whole(0), one: whole(1), two: whole(2), c: matrix([8, 9]) };
    const model = { nodes, inputs: [{ name: 'x', shape: ['N', 2] }], outputs: [{ name: 'y' }], stored };
    expect(await outputsOf(model, [1, 2])).toEqual([1, 2, 8, 9]);
  });

  it('of a graph saved with one row work', async () => {
    const nodes = [node('Reshape', ['x', 'one'], 'h'), node('MatMul', ['h', 'w'])];
    const stored = { one: whole(1, -1), w: weights };
    const model = { nodes, inputs: [{ name: 'x', shape: ['N', 3, 1] }], outputs: [{ name: 'y' }], stored };
    expect(await outputsOf(model, [1, 2, 3])).toEqual([14, 140]);
  });

  it('may repeat the same numbers for each of a fixed number of rows', async () => {
    const nodes = [node('Add', ['x', 'same'])];
    const model = {
      nodes,
      inputs: [{ name: 'x', shape: [2, 2] }],
      outputs: [{ name: 'y' }],
      stored: { same: matrix([5, 6], [5, 6]) },
    };
    expect(await outputsOf(model, [1, 2])).toEqual([6, 8]);
  });

  it('are computed exactly: whole numbers divide towards zero', async () => {
    const nodes = [
      node('Size', ['x'], 'size'),
      node('Div', ['size', 'two'], 'half'),
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'n'),
      node('Unsqueeze', ['n', 'first'], 'rows'),
      node('Div', ['half', 'n'], 'width'),
      node('Concat', ['rows', 'two', 'width'], 'target', { axis: 0 }),
      node('Reshape', ['x', 'target'], 'h'),
      node('ReduceMax', ['h', 'last'], 'y'),
    ];
    const stored = { two: whole(2), zero: int64Scalar(0), first: whole(0), last: whole(2) };
    const model = {
      nodes,
      inputs: [{ name: 'x', shape: ['N', 6] }],
      outputs: [{ name: 'y' }],
      stored,
    };
    expect(await outputsOf(model, [1, 5, 2, 7, 3, 4])).toEqual([5, 7]);
  });
});

describe('a node that mixes rows', () => {
  const mixing: [string, TestNode, Record<string, TestTensor>][] = [
    ['adds them up', node('ReduceSum', ['x', 'c']), { c: whole(0) }],
    ['averages them', node('ReduceMean', ['x'], 'y', { keepdims: 0 }), {}],
    ['is a softmax over them', node('Softmax', ['x'], 'y', { axis: 0 }), {}],
    ['joins them', node('Concat', ['x', 'x'], 'y', { axis: 0 }), {}],
    ['takes the first', node('Gather', ['x', 'c']), { c: int64Scalar(0) }],
    ['cuts some off', node('Slice', ['x', 'c', 'd']), { c: whole(1), d: whole(9) }],
    ['splits them', { ...node('Split', ['x']), outputs: ['y', 'z'] }, {}],
    ['turns them into columns', node('Gemm', ['x', 'x'], 'y', { transA: 1 }), {}],
    ['numbers them', node('CumSum', ['x', 'c']), { c: int64Scalar(0) }],
    ['has numbers for each', node('Add', ['x', 'c']), { c: matrix([1, 2, 3], [4, 5, 6]) }],
  ];

  it.each(mixing)('because it %s is refused by name', async (_, mixer, stored) => {
    const model = { nodes: [mixer], inputs: [{ name: 'x', shape: ['N', 3] }], outputs: [{ name: 'y' }], stored };
    const reading = await readingOf(model);
    expect(reading.problems[0]?.code).toBe('onnx-mixes-rows');
    expect(reading.problems[0]?.message).toContain(`The ${mixer.op} node "${mixer.op}-y" in model.onnx `);
    expect(reading.problems[0]?.message).toContain('depends on the other rows');
  });

  it('because it counts them is refused', async () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Cast', ['s'], 'f', { to: 1 }),
      node('Gather', ['f', 'zero'], 'n'),
      node('Div', ['x', 'n']),
    ];
    const model = {
      nodes,
      inputs: [{ name: 'x', shape: ['N', 3] }],
      outputs: [{ name: 'y' }],
      stored: { zero: int64Scalar(0) },
    };
    expect(await messageOf(model)).toContain('The Div node "Div-y" in model.onnx computes with the number of rows');
  });

  it.each<[string, TestNode[], string]>([
    [
      'it picks a column by their number',
      [node('Gather', ['x', 'odd'], 'y', { axis: 1 })],
      'The Gather node "Gather-y"',
    ],
    [
      'it picks a factor by their number',
      [node('Gather', ['c', 'odd'], 'h'), node('Mul', ['x', 'h'])],
      'The Mul node "Mul-y"',
    ],
    [
      'it normalises by them',
      [node('Cast', ['odd'], 'h', { to: 1 }), node('PRelu', ['x', 'h'])],
      'The PRelu node "PRelu-y"',
    ],
    [
      'an output is computed from them',
      [node('Cast', ['odd'], 'y', { to: 1 })],
      'The output "y" of model.onnx is computed from how many rows',
    ],
  ])('because %s is refused', async (_, nodes, sentence) => {
    const counts = [node('Shape', ['x'], 's'), node('Gather', ['s', 'zero'], 'n'), node('Mod', ['n', 'two'], 'odd')];
    const model = {
      nodes: [...counts, ...nodes],
      inputs: [{ name: 'x', shape: ['N', 3] }],
      outputs: [{ name: 'y' }],
      stored: { zero: int64Scalar(0), two: int64Scalar(2), c: vector(2, 3) },
    };
    expect(await messageOf(model)).toContain(sentence);
  });

  it('because a choice depends on their number is refused', async () => {
    const branch = (op: string) => ({ branch: [{ op, inputs: ['x'], outputs: ['taken'] }] });
    const model = {
      nodes: [
        node('Size', ['x'], 'size'),
        node('Greater', ['size', 'five'], 'many'),
        node('If', ['many'], 'y', { then_branch: branch('Neg'), else_branch: branch('Identity') }),
      ],
      inputs: [{ name: 'x', shape: ['N', 3] }],
      outputs: [{ name: 'y' }],
      stored: { five: int64Scalar(5) },
    };
    expect(await messageOf(model)).toContain('The If node "If-y" in model.onnx computes with the number of rows');
  });

  it('because a constant takes as many places as they are is refused in words', async () => {
    const nodes = [node('Shape', ['x'], 's'), node('Reshape', ['c', 's'], 'h'), node('Add', ['x', 'h'])];
    const model = {
      nodes,
      inputs: [{ name: 'x', shape: ['N', 3] }],
      outputs: [{ name: 'y' }],
      stored: { c: vector(1, 2, 3) },
    };
    expect(await messageOf(model)).toContain('[3] cannot take the shape [rows × 1, 3]');
  });

  it('because two inputs carry them differently is refused', async () => {
    const inputs = [
      { name: 'x', shape: ['N', 3] },
      { name: 'z', shape: [1, 'N'] },
    ];
    const model = { nodes: [node('Add', ['x', 'z'])], inputs, outputs: [{ name: 'y' }] };
    expect(await messageOf(model)).toContain('meets two values whose rows lie on different axes');
  });
});

describe('rows on other axes', () => {
  it('come through products of stacked matrices', async () => {
    const nodes = [node('Transpose', ['x'], 't', { perm: [0, 2, 1] }), node('MatMul', ['x', 't'])];
    const model = { nodes, inputs: [{ name: 'x', shape: ['N', 2, 2] }], outputs: [{ name: 'y' }] };
    expect(await outputsOf(model, [1, 2, 3, 4])).toEqual([5, 11, 11, 25]);
  });

  it('come through Einsum with the rows in the middle', async () => {
    const nodes = [node('Einsum', ['x', 'w'], 'y', { equation: 'inj,jk->kni' })];
    const model = {
      nodes,
      inputs: [{ name: 'x', shape: [1, 'N', 3] }],
      outputs: [{ name: 'y' }],
      stored: { w: weights },
    };
    expect(await outputsOf(model, [1, 2, 3])).toEqual([14, 140]);
  });

  it('come through a convolution of several blocks of a row', async () => {
    const nodes = [
      node('Reshape', ['x', 'blocks'], 'h'),
      node('Conv', ['h', 'k'], 'c'),
      node('Reshape', ['c', 'back']),
    ];
    const stored = { blocks: whole(-1, 1, 2), back: whole(-1, 2), k: { shape: [1, 1, 2], numbers: [1, 10] } };
    const model = { nodes, inputs: [{ name: 'x', shape: ['N', 4] }], outputs: [{ name: 'y' }], stored };
    expect(await outputsOf(model, [1, 2, 3, 4])).toEqual([21, 43]);
  });

  it('may leave constants alone', async () => {
    const nodes = [
      node('EyeLike', ['w'], 'eye'),
      node('NonZero', ['eye'], 'places'),
      node('Cast', ['places'], 'f', { to: 11 }),
      node('Flatten', ['f'], 'flat', { axis: 0 }),
      node('Range', ['a', 'b', 'c'], 'range'),
      node('Add', ['flat', 'range'], 'sum'),
      node('ScatterND', ['sum', 'at', 'x'], 'y'),
    ];
    const stored = {
      w: matrix([1, 2], [3, 4]),
      a: int64Scalar(0),
      b: int64Scalar(4),
      c: int64Scalar(1),
      at: { shape: [1, 2], numbers: [0, 1], type: 7 },
    };
    const model = { nodes, inputs: [{ name: 'x', shape: [1] }], outputs: [{ name: 'y' }], stored };
    expect(await outputsOf(model, [50])).toEqual([0, 50, 2, 4]);
  });
});
