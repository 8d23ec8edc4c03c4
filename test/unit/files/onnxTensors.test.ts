/** Stored tensors of ONNX files: in all types, inside the file and beside it; and what damaged ones say. */
import { describe, expect, it } from 'vitest';
import {
  Floats,
  matrix,
  messageOf,
  onnxBytes,
  outputsOf,
  vector,
  type TestModel,
  type TestNode,
  type TestTensor,
} from './onnxModel';
import {
  bytesField,
  doubles,
  floats,
  messageField,
  packedVarints,
  textField,
  varintField,
  type Field,
} from './protobufWriter';

const x = { name: 'x', shape: ['N', 2] };
const y = { name: 'y' };
const matMul: TestNode = { op: 'MatMul', inputs: ['x', 'w'], name: 'layer' };
const external = (...entries: readonly [string, string][]): Field[] => [
  ...entries.map(([key, value]) => messageField(13, [textField(1, key), textField(2, value)])),
  varintField(14, 1),
];

function withWeights(w: TestTensor, more: Partial<TestModel> = {}): TestModel {
  return { nodes: [matMul], inputs: [x], outputs: [y], stored: { w }, ...more };
}

describe('stored tensors', () => {
  it.each<[string, number, Field[]]>([
    ['float', 1, [bytesField(4, floats([1.5, 2]))]],
    ['float, raw', 1, [bytesField(9, floats([1.5, 2]))]],
    ['double', 11, [bytesField(10, doubles([1.5, 2]))]],
    ['float16', 10, [packedVarints(5, [0x3e00, 0x4000])]],
    ['float16, raw', 10, [bytesField(9, Uint8Array.of(0, 0x3e, 0, 0x40))]],
    ['bfloat16', 16, [packedVarints(5, [0x3fc0, 0x4000])]],
  ])('of type %s', async (_, type, fields) => {
    expect(await outputsOf(withWeights({ shape: [2, 1], type, fields }), [1, 10])).toEqual([21.5]);
  });

  it.each<[string, number, Field[], number[]]>([
    ['int8', 3, [packedVarints(5, [-1, 2])], [-1, 2]],
    ['int8, raw', 3, [bytesField(9, Uint8Array.of(255, 2))], [-1, 2]],
    ['uint8, raw', 2, [bytesField(9, Uint8Array.of(255, 2))], [255, 2]],
    ['int16, raw', 5, [bytesField(9, Uint8Array.of(255, 255, 2, 0))], [-1, 2]],
    ['uint16', 4, [packedVarints(5, [65535, 2])], [65535, 2]],
    ['int32', 6, [packedVarints(5, [-1, 2])], [-1, 2]],
    ['uint32', 12, [packedVarints(11, [2 ** 31, 2])], [2 ** 31, 2]],
    ['uint64', 13, [packedVarints(11, [2n ** 63n, 2])], [2 ** 63, 2]],
    ['bool', 9, [packedVarints(5, [1, 0])], [1, 0]],
  ])('of type %s', async (_, type, fields, numbers) => {
    const nodes = [
      { op: 'Cast', inputs: ['w'], outputs: ['f'], attributes: { to: 11 } },
      { op: 'Add', inputs: ['x', 'f'] },
    ];
    expect(await outputsOf({ ...withWeights({ shape: [2], type, fields }), nodes }, [0, 0])).toEqual(numbers);
  });

  it('may be sparse', async () => {
    const sparse = messageField(22, [
      messageField(1, [packedVarints(1, [1]), varintField(2, 11), bytesField(9, doubles([7]))]),
      messageField(2, [packedVarints(1, [1]), varintField(2, 7), packedVarints(7, [1])]),
      packedVarints(3, [2]),
    ]);
    const constant = messageField(1, [
      textField(2, 'c'),
      textField(4, 'Constant'),
      messageField(5, [textField(1, 'sparse_value'), sparse]),
    ]);
    const bytes = onnxBytes({ nodes: [{ op: 'Add', inputs: ['x', 'c'] }], inputs: [x], outputs: [y] });
    const more = messageField(7, [constant]);
    // Pieces of the graph are merged, as protobuf prescribes.
    expect(await outputsOf(Uint8Array.from([...bytes, ...more]), [1, 2])).toEqual([1, 9]);
  });

  it('may be constants made by nodes in all spellings', async () => {
    const constant = (output: string, attributes: NonNullable<TestNode['attributes']>): TestNode => ({
      op: 'Constant',
      inputs: [],
      outputs: [output],
      attributes,
    });
    const nodes = [
      constant('a', { value: vector(1, 2) }),
      constant('b', { value_float: { float: 0.5 } }),
      constant('c', { value_floats: new Floats(3, 4) }),
      constant('d', { value_int: 2 }),
      constant('e', { value_ints: [1, 1] }),
      { op: 'Sum', inputs: ['x', 'a', 'b', 'c', 'd', 'e'] },
    ];
    expect(await outputsOf({ nodes, inputs: [x], outputs: [y] }, [0, 0])).toEqual([7.5, 9.5]);
  });

  it.each<[string, TestTensor, string]>([
    [
      'too short',
      { shape: [2, 1], fields: [bytesField(9, doubles([1]))] },
      'Tensor "w" in model.onnx has 8 bytes, which do not fill its shape [2, 1].',
    ],
    [
      'empty',
      { shape: [2, 1], fields: [] },
      'Tensor "w" in model.onnx has 0 numbers, which do not fill its shape [2, 1].',
    ],
    ['of negative length', { shape: [-2, 1], fields: [] }, 'Tensor "w" in model.onnx has a negative length: [-2, 1].'],
    [
      'of absurd length',
      { shape: [2 ** 40, 4], fields: [] },
      'Tensor "w" in model.onnx claims 2 axes and 4398046511104 numbers, more than Slopescope takes.',
    ],
    [
      'of absurd length beside a 0',
      { shape: [0, 2 ** 40], fields: [] },
      'Tensor "w" in model.onnx claims 2 axes and 0 numbers, more than Slopescope takes.',
    ],
    [
      'complex',
      { shape: [2, 1], type: 14, fields: [] },
      'Tensor "w" in model.onnx is of type complex64, which has no slopes.',
    ],
    [
      'of complex numbers',
      { shape: [2, 1], type: 14, fields: [] },
      'Tensor "w" in model.onnx is of type complex64, which has no slopes.',
    ],
    [
      'not finite',
      matrix([1], [NaN]),
      'The MatMul node "layer" in model.onnx has weights that are infinite or not a number.',
    ],
    [
      'of another shape',
      matrix([1]),
      'The MatMul node "layer" in model.onnx does not fit its inputs: [1, 2] and [1, 1] cannot be multiplied as matrices.',
    ],
  ])('that are %s are refused', async (_, w, message) => {
    expect(await messageOf(withWeights(w))).toBe(message);
  });
});

describe('weights beside the model', () => {
  const data = doubles([9, 1.5, 2]);
  const stored = (...entries: [string, string][]): TestModel =>
    withWeights({ shape: [2, 1], fields: external(...entries) });

  it('are read at their offset', async () => {
    const model = stored(['location', 'sub/./w.bin'], ['offset', '8'], ['length', '16']);
    expect(await outputsOf(model, [1, 10], { 'sub/w.bin': data })).toEqual([21.5]);
  });

  it('reach to the end of the file if no length is given', async () => {
    expect(await outputsOf(stored(['location', 'w.bin'], ['offset', '8']), [1, 10], { 'w.bin': data })).toEqual([21.5]);
  });

  it.each([
    '/etc/hostname',
    '../w.bin',
    'a/../../w.bin',
    'C:\\w.bin',
    'c:w.bin',
    'a\\w.bin',
    'https://a.example/w.bin',
    '',
    'a//w.bin',
  ])('may not lie at "%s"', async (location) => {
    expect(await messageOf(stored(['location', location]))).toBe(
      `Tensor "w" of model.onnx asks for the file "${location}", which lies outside the model's folder.`,
    );
  });

  it('are asked for by name when they are missing', async () => {
    expect(await messageOf(stored(['location', 'w.bin']))).toBe(
      'The weights of model.onnx lie in w.bin, which is not there.',
    );
  });

  it.each([
    ['16', '16'],
    ['-8', '16'],
    ['1e9', '16'],
    ['8', '9007199254740993'],
    ['x', '16'],
  ])('may not reach past the end (offset %s, length %s)', async (offset, length) => {
    const message = await messageOf(stored(['location', 'w.bin'], ['offset', offset], ['length', length]), {
      'w.bin': data,
    });
    expect(message).toBe('Tensor "w" of model.onnx lies in w.bin at a place past that file\'s end (24 bytes).');
  });
});

describe('weights of few bits', () => {
  const scale = vector(0.5);
  const dequantised = (w: TestTensor, more: Readonly<Record<string, TestTensor>>, attributes = {}): TestModel => ({
    nodes: [
      { op: 'DequantizeLinear', inputs: ['w', ...Object.keys(more)], outputs: ['f'], attributes },
      { ...matMul, inputs: ['x', 'f'] },
    ],
    inputs: [x],
    outputs: [y],
    stored: { w, ...more },
  });
  const stored = (type: number, ...bytes: number[]): TestTensor => ({
    shape: [2, 2],
    type,
    fields: [bytesField(9, Uint8Array.from(bytes))],
  });

  it.each<[string, TestModel, number[]]>([
    ['int8 with one scale', dequantised(stored(3, 2, 254, 4, 6), { scale }), [5, 5]],
    [
      'uint8 with a zero point',
      dequantised(stored(2, 2, 0, 4, 6), { scale, zero: { shape: [], numbers: [2] } }),
      [2, 3],
    ],
    ['uint8 with a scale per column', dequantised(stored(2, 1, 2, 3, 4), { scales: vector(1, 10) }), [7, 100]],
    [
      'uint8 with a scale per row',
      dequantised(stored(2, 1, 2, 3, 4), { scales: vector(1, 10) }, { axis: 0 }),
      [61, 82],
    ],
    [
      'uint8 in blocks',
      dequantised(stored(2, 1, 2, 3, 4), { scales: matrix([1, 10]) }, { axis: 0, block_size: 2 }),
      [7, 100],
    ],
    ['int4', dequantised(stored(22, 0xe2, 0x64), { scale }), [5, 5]],
    ['uint4', dequantised(stored(21, 0x12, 0x34), { scale }), [5, 3.5]],
    ['float8e4m3fn', dequantised(stored(17, 0x3c, 0xc5, 0x3c, 0xc5), { scale }), [2.25, -4.875]],
    ['float8e4m3fnuz', dequantised(stored(18, 0x3c, 0xc5, 0x3c, 0xc5), { scale }), [1.125, -2.4375]],
    ['float8e5m2', dequantised(stored(19, 0x3c, 0xc5, 0x3c, 0xc5), { scale }), [1.5, -7.5]],
    ['float8e5m2fnuz', dequantised(stored(20, 0x3c, 0xc5, 0x3c, 0xc5), { scale }), [0.75, -3.75]],
    ['float8e8m0', dequantised(stored(24, 0x7f, 0x80, 0x7f, 0x80), { scale }), [1.5, 3]],
    ['float4e2m1', dequantised(stored(23, 0x5f, 0x5f), { scale }), [-9, 4.5]],
    ['int2', dequantised(stored(26, 0b01_11_10_01), { scale }), [-0.5, 0]],
  ])('%s are read', async (_, model, expected) => {
    expect(await outputsOf(model, [1, 2])).toEqual(expected);
  });
});

it('stored twice under one name are refused', async () => {
  const model = withWeights(matrix([1], [2]));
  const bytes = onnxBytes({ ...model, stored: { w: matrix([1], [2]), v: matrix([1], [2]) } });
  const renamed = bytes.map((byte, i) => (byte === 118 && bytes[i - 1] === 1 && bytes[i - 2] === 66 ? 119 : byte));
  expect(await messageOf(renamed)).toBe('The graph in model.onnx stores two tensors named "w".');
});

it('beside the file may share all their bytes, but not some', async () => {
  const at = (offset: string): TestTensor => ({
    shape: [2, 1],
    type: 11,
    fields: external(['location', 'w.bin'], ['offset', offset], ['length', '16']),
  });
  const nodes: TestNode[] = [
    { op: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
    { op: 'MatMul', inputs: ['x', 'v'], outputs: ['g'] },
    { op: 'Add', inputs: ['h', 'g'] },
  ];
  const files = { 'w.bin': doubles([1, 2, 3]) };
  const model = (offset: string): TestModel => withWeights(at('0'), { nodes, stored: { w: at('0'), v: at(offset) } });
  expect(await outputsOf(model('0'), [1, 1], files)).toEqual([6]);
  expect(await messageOf(model('8'), files)).toBe(
    'The tensors "w" and "v" of model.onnx share some of their bytes in w.bin.',
  );
});

it('of few bits are nothing to cast data to', async () => {
  const says = (operator: string) =>
    `The ${operator} node "it" in model.onnx casts to a type that Slopescope does not compute with.`;
  const nodes = [{ op: 'Cast', inputs: ['x'], name: 'it', attributes: { to: 22 } }];
  expect(await messageOf({ nodes, inputs: [x], outputs: [y] })).toBe(says('Cast'));
  const like = [{ op: 'CastLike', inputs: ['x', 'w'], name: 'it' }];
  for (const type of [17, 22, 23]) {
    const w = { shape: [1], type, fields: [bytesField(9, Uint8Array.of(1))] };
    expect(await messageOf({ nodes: like, inputs: [x], outputs: [y], stored: { w } })).toBe(says('CastLike'));
  }
});

it.each<[string, TestNode, string]>([
  [
    'parts',
    { op: 'Split', inputs: ['x'], outputs: ['y', 'z'], name: 'it', attributes: { axis: 1, num_outputs: 2 ** 40 } },
    'an axis of 2 has no 1099511627776 parts',
  ],
  [
    'places of a part',
    { op: 'Split', inputs: ['x', 'w'], outputs: ['y', 'z'], name: 'it', attributes: { axis: 1 } },
    'parts of [1, 1099511627776] are longer than 2',
  ],
  [
    'turned numbers',
    { op: 'RotaryEmbedding', inputs: ['x', 'c', 'c'], name: 'it', attributes: { rotary_embedding_dim: 2 ** 40 } },
    '1099511627776 of 2 numbers cannot be turned in pairs',
  ],
])('asked for 2^40 %s take no memory', async (_, node, because) => {
  const shape = node.op === 'Split' ? ['N', 2] : ['N', 1, 1, 2];
  const w = { shape: [2], type: 7, numbers: [1, 2 ** 40] };
  const model = { nodes: [node], inputs: [{ name: 'x', shape }], outputs: [y], stored: { w, c: matrix([1]) } };
  expect(await messageOf(model)).toBe(`The ${node.op} node "it" in model.onnx does not fit its inputs: ${because}.`);
});
