/** What ONNX graphs hold besides operators: functions, labels, texts; and what those that cannot be read say. */
import { describe, expect, it } from 'vitest';
import { flatInputs, flatOutputs } from '../../../src/network/features';
import { referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import {
  Floats,
  int64,
  matrix,
  messageOf,
  onnxBytes,
  outputsOf,
  readingOf,
  text,
  vector,
  whole,
  type TestNode,
} from './onnxModel';

const x = { name: 'x', shape: ['N', 2] };
const y = { name: 'y' };
const ml = 'ai.onnx.ml';
describe('a graph', () => {
  it('names its layers, its ports and what wrote it', async () => {
    const nodes: TestNode[] = [
      { op: 'Sub', inputs: ['x', 'm'], outputs: ['c'], name: 'centre' },
      { op: 'MatMul', inputs: ['c', 'w'], outputs: ['h'], name: 'first' },
      { op: 'Add', inputs: ['h', 'b'], outputs: ['z'] },
      { op: 'Tanh', inputs: ['z'], name: 'first/tanh' },
    ];
    const stored = { m: vector(1, 1), w: matrix([1, 2, 3], [4, 5, 6]), b: vector(1, 2, 3) };
    const { network } = await readingOf({
      nodes,
      inputs: [x],
      outputs: [y],
      stored,
      opset: 17,
      producer: ['tf2onnx', '1.17'],
    });
    expect(network?.source).toEqual({
      file: 'model.onnx',
      format: 'onnx',
      framework: 'tf2onnx 1.17, opset 17',
      layers: [
        { name: 'first', kind: 'MatMul', size: 3, parameters: 6 },
        { name: 'z', kind: 'Add', size: 3, parameters: 3 },
        { name: 'first/tanh', kind: 'Tanh', size: 3, parameters: 0 },
      ],
    });
    expect(network?.nodes.map((node) => node.op.kind)).toEqual(['scale', 'dense', 'activation']);
    expect(network?.nodes.map((node) => node.origin)).toEqual(['centre', 'first', 'first/tanh']);
    expect(flatInputs(network!).map((input) => input.name)).toEqual(['x[0]', 'x[1]']);
  });

  it('gives several outputs in its order', async () => {
    const nodes = [
      { op: 'Neg', inputs: ['x'], outputs: ['a'] },
      { op: 'Abs', inputs: ['x'], outputs: ['b'] },
    ];
    expect(
      await outputsOf({ nodes, inputs: [x], outputs: [{ name: 'b' }, { name: 'a' }, { name: 'x' }] }, [1, -2]),
    ).toEqual([1, 2, -1, 2, 1, -2]);
  });

  it('writes out its own functions, with their attributes', async () => {
    const body = {
      name: 'Leaky',
      domain: 'local',
      inputs: ['a', 'unused'],
      outputs: ['b', 'c'],
      nodes: [
        { op: 'LeakyRelu', inputs: ['a'], outputs: ['h'], references: { alpha: 'slope' } },
        { op: 'Clip', inputs: ['h', '', 'unused'], outputs: ['b'] },
        { op: 'Missing', inputs: ['h'], outputs: ['c'] },
      ],
    };
    const nodes = [
      { op: 'Leaky', domain: 'local', inputs: ['x'], name: 'call', attributes: { slope: { float: 0.5 } } },
    ];
    const model = { nodes, inputs: [x], outputs: [y], functions: [body] };
    expect(await outputsOf(model, [-2, 3])).toEqual([-1, 3]);
    const { network } = await readingOf(model);
    expect(network?.source.layers.map((layer) => layer.name)).toContain('call/h');
  });

  it('takes the branch of an If that a shape decides', async () => {
    const dropped = [{ op: 'Squeeze', inputs: ['x', 'last'], outputs: ['dropped'] }];
    const kept = [{ op: 'Missing', inputs: ['x'], outputs: ['kept'] }];
    const nodes: TestNode[] = [
      { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
      { op: 'Gather', inputs: ['shape', 'last'], outputs: ['length'] },
      { op: 'Equal', inputs: ['length', 'one'], outputs: ['isOne'] },
      {
        op: 'If',
        inputs: ['isOne'],
        outputs: ['h'],
        name: 'squeeze',
        attributes: { then_branch: { branch: dropped }, else_branch: { branch: kept } },
      },
      { op: 'Neg', inputs: ['h'] },
    ];
    const stored = { last: whole(-1), one: whole(1) };
    expect(await outputsOf({ nodes, inputs: [{ name: 'x', shape: ['N', 1] }], outputs: [y], stored }, [3])).toEqual([
      -3,
    ]);
    const wide = await messageOf({ nodes, inputs: [x], outputs: [y], stored });
    expect(wide).toContain('The Missing node "squeeze/kept" in model.onnx');
  });

  it('finds nothing outside of a table it looks rows up in', async () => {
    const model = {
      nodes: [{ op: 'Gather', inputs: ['w', 'x'] }],
      inputs: [x],
      outputs: [y],
      stored: { w: vector(7, 8) },
    };
    expect(await outputsOf(model, [1, 2])).toEqual([8, NaN]);
  });

  it('may not call functions in a circle', async () => {
    const inner = { op: 'F', domain: 'local', inputs: ['a'], outputs: ['b'] };
    const body = { name: 'F', domain: 'local', inputs: ['a'], outputs: ['b'], nodes: [inner] };
    const nodes = [{ op: 'F', domain: 'local', inputs: ['x'], name: 'call' }];
    expect(await messageOf({ nodes, inputs: [x], outputs: [y], functions: [body] })).toContain(
      'calls functions within functions without end',
    );
  });

  it('may not grow without end through functions', async () => {
    const names = Array.from({ length: 18 }, (_, k) => `F${k}`);
    const functions = names.map((name, k) => ({
      name,
      domain: 'local',
      inputs: ['a'],
      outputs: ['b'],
      nodes:
        k === 17
          ? [{ op: 'Neg', inputs: ['a'], outputs: ['b'] }]
          : [
              { op: `F${k + 1}`, domain: 'local', inputs: ['a'], outputs: ['h'] },
              { op: `F${k + 1}`, domain: 'local', inputs: ['h'], outputs: ['b'] },
            ],
    }));
    const nodes = [{ op: 'F0', domain: 'local', inputs: ['x'], name: 'call' }];
    expect(await messageOf({ nodes, inputs: [x], outputs: [y], functions })).toBe(
      'The graph in model.onnx has more than 65536 nodes.',
    );
  });

  it.each<[string, TestNode[], string]>([
    [
      'a circle',
      [
        { op: 'Add', inputs: ['x', 'b'], outputs: ['a'], name: 'A' },
        { op: 'Neg', inputs: ['a'], outputs: ['b'] },
        { op: 'Neg', inputs: ['b'] },
      ],
      'The graph in model.onnx runs in a circle: node "b" needs its own result.',
    ],
    [
      'a missing value',
      [{ op: 'Add', inputs: ['x', 'w'], name: 'A' }],
      'Node "A" in model.onnx needs the value "w", which is neither an input, nor stored, nor made by a node.',
    ],
    [
      'no maker of its output',
      [],
      'The graph in model.onnx needs the value "y", which is neither an input, nor stored, nor made by a node.',
    ],
    [
      'two makers of a value',
      [
        { op: 'Neg', inputs: ['x'], name: 'A' },
        { op: 'Abs', inputs: ['x'], name: 'B' },
      ],
      'The value "y" in model.onnx is made twice, once by node "B".',
    ],
    [
      'a node without its input',
      [{ op: 'Add', inputs: ['x'], name: 'A' }],
      'The Add node "A" in model.onnx has no input number 2.',
    ],
    [
      'an axis that is not there',
      [{ op: 'Softmax', inputs: ['x'], name: 'A', attributes: { axis: 5 } }],
      'The Softmax node "A" in model.onnx asks for axis 5 of a tensor that has 2.',
    ],
    [
      'a shape that grows without end',
      [
        { op: 'Constant', inputs: [], outputs: ['s'], attributes: { value: whole(1, 2 ** 30) } },
        { op: 'Expand', inputs: ['x', 's'], name: 'A' },
      ],
      'The Expand node "A" in model.onnx does not fit its inputs: [1, 2] cannot be spread to [1, 1073741824].',
    ],
    [
      'a repetition without end',
      [
        { op: 'Constant', inputs: [], outputs: ['s'], attributes: { value: whole(1, 2 ** 30) } },
        { op: 'Tile', inputs: ['x', 's'], name: 'A' },
      ],
      'The Tile node "A" in model.onnx needs more numbers than Slopescope holds for one row ([1, 2147483648]).',
    ],
    [
      'a shape from the data',
      [
        { op: 'Cast', inputs: ['x'], outputs: ['s'], attributes: { to: 7 } },
        { op: 'Reshape', inputs: ['x', 's'], name: 'A' },
      ],
      'The Reshape node "A" in model.onnx takes its shape from the data, so its shape or choice differs from row to row.',
    ],
  ])('with %s is refused', async (_, nodes, message) => {
    expect(await messageOf({ nodes, inputs: [x], outputs: [y] })).toBe(message);
  });

  it('that needs a further output of an operator is refused', async () => {
    const inputs = [{ name: 'x', shape: ['N', 1, 4] }];
    const pooling = { op: 'MaxPool', inputs: ['x'], outputs: ['h', 'places'], attributes: { kernel_shape: [2] } };
    const nodes = [pooling, { op: 'Neg', inputs: ['places'], name: 'it' }];
    expect(await messageOf({ nodes, inputs, outputs: [y] })).toContain(
      'The Neg node "it" in model.onnx takes the value "places"',
    );
    expect(await messageOf({ nodes: [pooling], inputs, outputs: [{ name: 'places' }] })).toBe(
      'The output "places" of model.onnx is nothing that Slopescope computes.',
    );
  });

  it('with two inputs of a name, or one wider than a table, is refused', async () => {
    const nodes = [{ op: 'Neg', inputs: ['x'] }];
    expect(await messageOf({ nodes, inputs: [x, x], outputs: [y] })).toBe(
      'The graph in model.onnx has two inputs named "x".',
    );
    expect(await messageOf({ nodes, inputs: [{ name: 'x', shape: ['N', 2 ** 40] }], outputs: [y] })).toBe(
      'The input "x" of model.onnx takes 1099511627776 numbers per row, more than a table can have columns.',
    );
  });

  it('without outputs is refused', async () => {
    expect(await messageOf({ nodes: [], inputs: [x], outputs: [] })).toBe('The graph in model.onnx has no outputs.');
  });

  it.each<[string, string, string, string]>([
    ['LSTM', '', 'LSTM', 'is recurrent'],
    ['GRU', '', 'GRU', 'is recurrent'],
    ['If', '', 'If', 'is control flow'],
    ['Loop', '', 'Loop', 'is control flow'],
    ['QuantizeLinear', '', 'QuantizeLinear', 'belongs to a quantised network'],
    ['MatMulInteger', '', 'MatMulInteger', 'belongs to a quantised network'],
    ['TreeEnsembleRegressor', ml, 'ai.onnx.ml.TreeEnsembleRegressor', 'is a tree ensemble'],
    ['SVMClassifier', ml, 'ai.onnx.ml.SVMClassifier', 'is a support vector machine'],
    ['RandomNormal', '', 'RandomNormal', 'draws random numbers'],
    ['Unique', '', 'Unique', 'gives as many values as the data decide'],
    ['DequantizeLinear', '', 'DequantizeLinear', 'belongs to a quantised network'],
    ['SequenceAt', '', 'SequenceAt', 'works on sequences'],
    ['StringNormalizer', '', 'StringNormalizer', 'works on texts'],
    ['FusedMatMul', 'com.microsoft', 'com.microsoft.FusedMatMul', 'belongs to the operator set "com.microsoft"'],
    ['Brandnew', '', 'Brandnew', 'is an operator Slopescope does not know'],
  ])('with %s is refused by operator and name', async (op, domain, name, because) => {
    const reading = await readingOf({
      nodes: [{ op, domain, inputs: ['x', 'x'], name: 'it' }],
      inputs: [x],
      outputs: [y],
    });
    const [problem] = reading.problems;
    expect(problem?.message).toContain(`The ${name} node "it" in model.onnx ${because}`);
    expect(problem?.remedy).toMatch(/\.$/);
    expect(problem?.place).toEqual({ kind: 'part', name: 'it' });
  });
});

describe('classifiers', () => {
  const scores = {
    classlabels_strings: ['no', 'yes'],
    coefficients: new Floats(1, 2, 3, 4),
    intercepts: new Floats(0, 0),
  };
  const label = { name: 'label', type: text };

  it('leave the label out and name the scores by class', async () => {
    const nodes = [{ op: 'LinearClassifier', domain: ml, inputs: ['x'], outputs: ['label', 'y'], attributes: scores }];
    const { network } = await readingOf({ nodes, inputs: [x], outputs: [label, y] });
    expect(flatOutputs(network!).map((output) => output.name)).toEqual(['no', 'yes']);
    expect(network?.source.layers).toEqual([{ name: 'label', kind: 'LinearClassifier', size: 2, parameters: 6 }]);
  });

  it('give the tensor before ZipMap', async () => {
    const nodes = [
      { op: 'Softmax', inputs: ['x'], outputs: ['p'] },
      { op: 'ZipMap', domain: ml, inputs: ['p'], attributes: { classlabels_int64s: [3, 8] } },
    ];
    const { network } = await readingOf({ nodes, inputs: [x], outputs: [y] });
    expect(network?.outputs[0]?.features).toEqual(['3', '8']);
  });

  it('with nothing but labels are refused', async () => {
    const nodes = [{ op: 'ArgMax', inputs: ['x'] }];
    expect(await messageOf({ nodes, inputs: [x], outputs: [{ name: 'y', type: int64 }] })).toBe(
      'model.onnx gives only labels or whole numbers ("y"): they jump from one to the next and have no slopes.',
    );
  });
});

describe('texts', () => {
  const region = { name: 'region', shape: ['N', 1], type: text };
  const oneHot = (levels: string[], input = 'region', output = 'y'): TestNode => ({
    op: 'OneHotEncoder',
    domain: ml,
    inputs: [input],
    outputs: [output],
    attributes: { cats_strings: levels },
  });

  it('enter through one port per column, with the levels of their encoder', async () => {
    const nodes = [
      oneHot(['east', 'west'], 'region', 'hot'),
      { op: 'Flatten', inputs: ['hot'], outputs: ['flat'] },
      { op: 'Concat', inputs: ['x', 'flat'], attributes: { axis: 1 } },
    ];
    const { network, problems } = await readingOf({ nodes, inputs: [region, x], outputs: [y] });
    expect(problems).toEqual([]);
    expect(network?.inputs).toEqual([
      { name: 'region', size: 2, levels: ['east', 'west'], unknown: 'zeros' },
      { name: 'x', size: 2 },
    ]);
    expect([
      ...referenceOutputs(network!, referenceValues(network!, [Float64Array.of(0, 1), Float64Array.of(5, 6)])),
    ]).toEqual([5, 6, 0, 1]);
  });

  it('of several columns and encoders are told apart', async () => {
    const nodes: TestNode[] = [
      { op: 'Split', inputs: ['texts'], outputs: ['a', 'b'], attributes: { axis: 1 } },
      oneHot(['u', 'v'], 'b', 'hot'),
      {
        op: 'LabelEncoder',
        domain: ml,
        inputs: ['b'],
        outputs: ['code'],
        attributes: { keys_strings: ['w', 'u'], values_floats: new Floats(10, 20), default_float: { float: -1 } },
      },
      { op: 'Equal', inputs: ['a', 'word'], outputs: ['same'] },
      { op: 'Flatten', inputs: ['hot'], outputs: ['flat'] },
      { op: 'Cast', inputs: ['same'], outputs: ['number'], attributes: { to: 11 } },
      { op: 'Concat', inputs: ['flat', 'code', 'number'], attributes: { axis: 1 } },
    ];
    const inputs = [{ name: 'texts', shape: ['N', 2], type: text }];
    const { network, problems } = await readingOf({
      nodes,
      inputs,
      outputs: [y],
      stored: { word: { shape: [1], texts: ['yes'] } },
    });
    expect(problems).toEqual([]);
    expect(network?.inputs.map((port) => [port.name, port.levels])).toEqual([
      ['texts[0]', ['yes']],
      ['texts[1]', ['u', 'v', 'w']],
    ]);
    const row = [Float64Array.of(1), Float64Array.of(0, 0, 1)];
    expect([...referenceOutputs(network!, referenceValues(network!, row))]).toEqual([0, 0, 10, 1]);
  });

  it('become numbers by CategoryMapper', async () => {
    const attributes = { cats_strings: ['a', 'b'], cats_int64s: [4, 7] };
    const nodes = [{ op: 'CategoryMapper', domain: ml, inputs: ['region'], attributes }];
    const { network } = await readingOf({ nodes, inputs: [region], outputs: [y] });
    expect([...referenceOutputs(network!, referenceValues(network!, [Float64Array.of(0, 1)]))]).toEqual([7]);
    expect([...referenceOutputs(network!, referenceValues(network!, [Float64Array.of(0, 0)]))]).toEqual([-1]);
  });

  it('may be filled in and renamed before they are encoded', async () => {
    const rename = { keys_strings: ['Bern', 'Basel'], values_strings: ['capital', 'town'], default_string: 'other' };
    const filling = { keys_int64s: [0], values_strings: ['Bern'] };
    const nodes: TestNode[] = [
      { op: 'Equal', inputs: ['region', 'none'], outputs: ['missing'] },
      { op: 'LabelEncoder', domain: ml, inputs: ['zero'], outputs: ['fill'], attributes: filling },
      { op: 'Where', inputs: ['missing', 'fill', 'region'], outputs: ['filled'] },
      { op: 'LabelEncoder', domain: ml, inputs: ['filled'], outputs: ['renamed'], attributes: rename },
      oneHot(['town', 'capital', 'other'], 'renamed'),
    ];
    const stored = { none: { shape: [1], texts: [''] }, zero: whole(0) };
    const { network, problems } = await readingOf({ nodes, inputs: [region], outputs: [y], stored });
    expect(problems).toEqual([]);
    const levels = network?.inputs[0]?.levels ?? [];
    const encoded = (text: string) => [
      ...referenceOutputs(
        network!,
        referenceValues(network!, [Float64Array.from(levels, (level) => Number(level === text))]),
      ),
    ];
    expect(['', 'Bern', 'Basel', 'Rome'].map(encoded)).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it('may not be computed with', async () => {
    expect(
      await messageOf({ nodes: [{ op: 'Neg', inputs: ['region'], name: 'it' }], inputs: [region], outputs: [y] }),
    ).toBe('The Neg node "it" in model.onnx computes with texts.');
  });
});

describe('other files', () => {
  it('are told from ONNX by their content', async () => {
    for (const bytes of [
      Uint8Array.of(8, 1, 18, 2, 0, 0),
      new TextEncoder().encode('some text'),
      Uint8Array.of(0x80, 4, 0x95),
    ]) {
      const reading = await readingOf(bytes);
      expect(reading.problems[0]?.message).not.toContain('ONNX');
      expect(reading.network).toBeUndefined();
    }
  });

  it('that stop early say so', async () => {
    const bytes = onnxBytes({ nodes: [{ op: 'Neg', inputs: ['x'] }], inputs: [x], outputs: [y] });
    expect(await messageOf(bytes.subarray(0, 40))).toBe('model.onnx ends in the middle of its content.');
  });
});
