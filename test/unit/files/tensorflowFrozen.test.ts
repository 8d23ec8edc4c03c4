/** Graphs on their own: what they take and give, functions, constants, and graphs that are refused. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import { messageField, textField, varintField } from './protobufWriter';
import {
  functionText,
  graphText,
  graphWithFunctions,
  networkOf,
  networkOfText,
  outputsAt,
  problemOf,
  readGraphText,
} from './tensorflowGraph';

async function problemOfText(text: string): Promise<string> {
  const { problems } = await readGraphText(text);
  return problems[0]?.message ?? 'no problem';
}

const x = 'x = Placeholder f32[?,2]\n';

describe('a graph on its own', () => {
  it('gives the nodes no other node uses, labels left out, with its layers', async () => {
    const network = await networkOf(`
      x = Placeholder f32[?,2]
      w = f32[2,3] 1 2 3 4 5 6
      b = f32[3] 1 1 1
      p = MatMul(x, w)
      h = BiasAdd(p, b)
      score = Tanh(h)
      axis = i32[] 1
      label = ArgMax(score, axis)
      probability = Softmax(h)
      unused = Square(w)`);
    expect(network.outputs.map((port) => [port.name, port.size])).toEqual([['probability', 3]]);
    expect(network.source).toEqual({
      file: 'graph.pbtxt',
      format: 'tensorflow-graph',
      framework: 'TensorFlow',
      layers: [
        { name: 'p', kind: 'MatMul', size: 3, parameters: 9 },
        { name: 'probability', kind: 'Softmax', size: 3, parameters: 0 },
      ],
    });
    expect(network.nodes.map((node) => node.op.kind)).toEqual(['dense', 'softmax']);
  });

  it('is read from its binary form', async () => {
    const attribute = (key: string, fields: Uint8Array[]) =>
      messageField(5, [textField(1, key), messageField(2, fields)]);
    const shape = messageField(7, [messageField(2, [varintField(1, -1n)]), messageField(2, [varintField(1, 2)])]);
    const bytes = Uint8Array.from([
      ...messageField(1, [
        textField(1, 'x'),
        textField(2, 'Placeholder'),
        attribute('dtype', [varintField(6, 1)]),
        attribute('shape', [shape]),
      ]),
      ...messageField(1, [textField(1, 'y'), textField(2, 'Neg'), textField(3, 'x')]),
    ]);
    const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
    const { network, problems } = await readModel({ name: 'frozen.pb', bytes }, { folder, answers: new Map() });
    expect(problems).toEqual([]);
    expect(outputsAt(network!, [1, 2])).toEqual([-1, -2]);
  });

  it('ignores control inputs, but not what they are', async () => {
    const network = await networkOf(
      `${x}n = NoOp()\nc = Const(^n)\ny = Neg(x, ^n, ^nothing)`.replace('c = Const(^n)\n', ''),
    );
    expect(outputsAt(network, [1, 2])).toEqual([-1, -2]);
  });

  it('says when a value passes where training stops', async () => {
    const { problems, network } = await readGraphText(graphText(`${x}y = StopGradient(x)`));
    expect(network).toBeDefined();
    expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
      [
        'info',
        'The StopGradient node "y" in graph.pbtxt stops the gradient in training; the slopes here are those of the forecast itself, as if it were not there.',
      ],
    ]);
  });
});

describe('constants', () => {
  it.each([
    ['all values', 'float_val: 1 float_val: 2', 'DT_FLOAT', [1, 2]],
    ['one value for all', 'float_val: 3', 'DT_FLOAT', [3, 3]],
    ['no value for zeros', '', 'DT_FLOAT', [0, 0]],
    ['a packed list', 'double_val: [1.5, 2.5]', 'DT_DOUBLE', [1.5, 2.5]],
    ['bytes', 'tensor_content: "\\000\\000\\200?\\000\\000\\000@"', 'DT_FLOAT', [1, 2]],
    ['halves', 'half_val: 15360 half_val: 0x4000', 'DT_HALF', [1, 2]],
    ['bytes of halves', 'tensor_content: "\\000<\\000@"', 'DT_HALF', [1, 2]],
    ['bfloat16', 'half_val: 16256 half_val: 16384', 'DT_BFLOAT16', [1, 2]],
    ['bytes of bfloat16', 'tensor_content: "\\x80?\\0@"', 'DT_BFLOAT16', [1, 2]],
    ['32-bit integers', 'int_val: -1 int_val: 2', 'DT_INT32', [-1, 2]],
    [
      'bytes of 64-bit integers',
      'tensor_content: "\\377\\377\\377\\377\\377\\377\\377\\377\\2\\0\\0\\0\\0\\0\\0\\0"',
      'DT_INT64',
      [-1, 2],
    ],
    ['8-bit integers', 'int_val: 1 int_val: 2', 'DT_UINT8', [1, 2]],
    ['unsigned integers', 'uint64_val: 7', 'DT_UINT64', [7, 7]],
    ['truth values', 'bool_val: true bool_val: false', 'DT_BOOL', [1, 0]],
    ['special numbers', 'float_val: -inf float_val: 1e3f', 'DT_FLOAT', [-Infinity, 1000]],
  ])('may be stored as %s', async (_, values, type, expected) => {
    const tensor = `tensor { dtype: ${type} tensor_shape { dim { size: 2 } } ${values} }`;
    const constant = `node { name: "c" op: "Const" attr { key: "value" value { ${tensor} } } }`;
    const rest = graphText(`${x}f = Cast(c) DstT:DT_FLOAT\ny = Maximum(x, f)`);
    const network = await networkOfText(`${constant}\n${rest}`);
    expect(outputsAt(network, [-Infinity, -Infinity])).toEqual(expected);
  });

  it.each([
    [
      'tensor { dtype: DT_FLOAT tensor_shape { dim { size: 2 } } tensor_content: "abc" }',
      'has fewer or more bytes than its shape needs',
    ],
    [
      'tensor { dtype: DT_FLOAT tensor_shape { dim { size: 1 } } float_val: 1 float_val: 2 }',
      'has more values than its shape, or far fewer',
    ],
    [
      'tensor { dtype: DT_FLOAT tensor_shape { dim { size: 1099511627776 } } float_val: 1 }',
      'claims to have 1099511627776 elements',
    ],
    [
      'tensor { dtype: DT_FLOAT tensor_shape { dim { size: 8388608 } } float_val: 1 }',
      'has more values than its shape, or far fewer',
    ],
    [
      'tensor { dtype: DT_FLOAT tensor_shape { unknown_rank: true dim { size: -1 } } float_val: 1 float_val: 2 }',
      'has more values than its shape, or far fewer',
    ],
  ])('%s is refused', async (tensor, because) => {
    const constant = `node { name: "c" op: "Const" attr { key: "value" value { ${tensor} } } }`;
    const problem = await problemOfText(`${constant}\n${graphText(`${x}y = Add(x, c)`)}`);
    expect(problem).toBe(`The constant "c" in graph.pbtxt ${because}.`);
  });

  it('must be numbers Slopescope computes with', async () => {
    const constant = (type: string) =>
      `node { name: "c" op: "Const" attr { key: "value" value { tensor { dtype: ${type} tensor_shape { } } } } }`;
    expect(await problemOfText(`${constant('DT_COMPLEX64')}\n${graphText(`${x}y = Add(x, c)`)}`)).toBe(
      'The constant "c" in graph.pbtxt is of the type DT_COMPLEX64, which Slopescope does not compute with.',
    );
    expect(await problemOfText(`${constant('DT_STRING')}\n${graphText(`${x}y = Add(x, c)`)}`)).toBe(
      'The Add node "y" in graph.pbtxt computes with texts.',
    );
  });
});

describe('functions', () => {
  const double = functionText('double', ['a'], 'two = f32[] 2\nproduct = Mul(a, two:output:0)', { out: 'product:z:0' });

  it('are written out where they are called', async () => {
    const text = graphWithFunctions(
      `${x}call = PartitionedCall(x) f:@double\nagain = StatefulPartitionedCall(call) f:@double\ny = double(again)`,
      double,
    );
    expect(outputsAt(await networkOfText(text), [1, 2])).toEqual([8, 16]);
  });

  it('may have outputs nobody uses, which are not read', async () => {
    const body = 'neg = Neg(a)\nlabel = ArgMax(a, axis)\nparts = Split(zero, a) num_split:2\nzero = i32[] 1';
    const outputs = { label: 'label:output:0', value: 'neg:y:0', part: 'parts:output:1' };
    const text = graphWithFunctions(
      `${x}call = PartitionedCall(x) f:@several\na = Neg(call:1)\nb = Neg(call:2)`,
      functionText('several', ['a'], body, outputs),
    );
    const network = await networkOfText(text);
    expect(network.outputs.map((port) => port.name)).toEqual(['a', 'b']);
    expect(outputsAt(network, [1, 2])).toEqual([1, 2, -2]);
  });

  it('name their nodes without the calls themselves', async () => {
    const text = graphWithFunctions(
      `${x}layer/PartitionedCall = PartitionedCall(x) f:@double\ny = Neg(layer/PartitionedCall)`,
      double,
    );
    expect((await networkOfText(text)).nodes.map((node) => node.origin)).toEqual(['layer/product', 'y']);
  });

  it('may take attributes of the call', async () => {
    const typed = functionText('typed', ['a'], 'whole = Cast(a) DstT:$T', { out: 'whole:y:0' });
    const text = graphWithFunctions(`${x}call = typed(x) T:DT_INT32\ny = Neg(call)`, typed);
    expect(outputsAt(await networkOfText(text), [1.7, -1.7])).toEqual([-1, 1]);
  });

  it('may be chosen by a constant', async () => {
    const same = functionText('same', ['a'], 'out = Identity(a)', { out: 'out:output:0' });
    const graph = (value: string) =>
      graphWithFunctions(
        `${x}c = bool[] ${value}\ncall = StatelessIf(c, x) then_branch:@double else_branch:@same\ny = Neg(call)`,
        double,
        same,
      );
    expect(outputsAt(await networkOfText(graph('true')), [1, 2])).toEqual([-2, -4]);
    expect(outputsAt(await networkOfText(graph('false')), [1, 2])).toEqual([-1, -2]);
  });

  it('that call themselves are refused', async () => {
    const endless = functionText('endless', ['a'], 'again = PartitionedCall(a) f:@endless', { out: 'again:output:0' });
    expect(await problemOfText(graphWithFunctions(`${x}y = PartitionedCall(x) f:@endless`, endless))).toMatch(
      /calls functions within functions without end\.$/,
    );
  });

  it('that call others over and over are refused', async () => {
    const level = (n: number) =>
      functionText(
        `level${n}`,
        ['a'],
        Array.from(
          { length: 16 },
          (_, k) => `c${k} = PartitionedCall(${k === 0 ? 'a' : `c${k - 1}:output:0`}) f:@level${n + 1}`,
        ).join('\n'),
        { out: 'c15:output:0' },
      );
    const text = graphWithFunctions(
      `${x}y = PartitionedCall(x) f:@level0`,
      ...[0, 1, 2, 3, 4].map(level),
      double.replaceAll('double', 'level5'),
    );
    expect(await problemOfText(text)).toBe('The graph in graph.pbtxt has more than 65536 nodes.');
  });

  it('that are missing are named', async () => {
    expect(await problemOf(`${x}y = PartitionedCall(x) f:@nowhere`)).toBe(
      'The PartitionedCall node "y" in graph.pbtxt calls the function "nowhere", which is not in the file.',
    );
  });
});

describe('a conditional of TensorFlow 1', () => {
  const graph = (training: string) => `
    x = Placeholder f32[?,2]
    default = bool[] ${training}
    training = PlaceholderWithDefault(default)
    s = Switch(training, training)
    on = Identity(s:1)
    off = Identity(s)
    sx = Switch(x, training)
    noise = RandomUniform(shape, ^on)
    shape = i32[1] 2
    dropped = Mul(sx:1, noise)
    same = Identity(sx)
    m = Merge(same, dropped)
    y = Neg(m)`;

  it('is followed where its condition is a constant', async () => {
    expect(outputsAt(await networkOf(graph('false')), [1, 2])).toEqual([-1, -2]);
  });

  it('is refused for the operator on the side taken', async () => {
    expect(await problemOf(graph('true'))).toBe(
      'The RandomUniform node "noise" in graph.pbtxt draws random numbers, so its slopes would differ from run to run.',
    );
  });

  it('is refused where the data decide', async () => {
    const nodes =
      'z = f32[] 0\na = i32[] 1\nm = Max(x, a)\nc = Less(m, z)\ns = Switch(x, c)\nn = Neg(s)\ny = Merge(n, s:1)';
    expect(await problemOf(`${x}${nodes}`)).toMatch(/^The Switch node "s" in graph\.pbtxt is control flow/);
  });
});

describe('refusals by operator and node', () => {
  it.each([
    ['y = While(x)', 'is control flow: it chooses or repeats a part of the graph while it runs'],
    ['e = Enter(m)\nm = Merge(x, n)\nn = NextIteration(m)\ny = Exit(m)', 'is control flow'],
    [
      'a = i32[1] 1\nk = i32[] 1\nt = InTopKV2(x, a, k)\ny = Cast(t) DstT:DT_FLOAT',
      'gives positions or counts instead of numbers that change smoothly',
    ],
    ['t = Where(x)\ny = Cast(t) DstT:DT_FLOAT', 'gives positions or counts'],
    ['t = HashTableV2()\ny = LookupTableFindV2(t, x)', 'belongs to a look-up table from texts or numbers to numbers'],
    ['t = AsString(x)\ny = StringToNumber(t)', 'works on texts'],
    ['y = CudnnRNNV3(x)', 'is recurrent'],
    ['y = BlockLSTM(x)', 'is recurrent'],
    ['y = FakeQuantWithMinMaxVars(x)', 'belongs to a quantised network'],
    ['y = QuantizedMatMul(x)', 'belongs to a quantised network'],
    ['y = PyFunc(x)', 'calls code that is not part of the graph; Slopescope never runs code from a file'],
    ['y = SimpleMLInferenceOpWithHandle(x)', 'is a forest of decision trees'],
    ['y = Swirl(x)', 'is an operator Slopescope does not know'],
    ['v = VarHandleOp()\nr = ReadVariableOp(v)\ny = Add(x, r)', 'The variable "v" of graph.pbtxt has no value'],
  ])('%s', async (nodes, because) => {
    expect(await problemOf(x + nodes)).toContain(because);
  });

  it('say that another package can run what cannot be lowered', async () => {
    const { problems } = await readGraphText(graphText(`${x}y = Swirl(x)`));
    expect(problems[0]?.remedy).toContain('to ONNX');
    expect(problems[0]?.place).toEqual({ kind: 'part', name: 'y' });
  });

  it.each([
    ['y = Add(x, gone)', 'Node "y" in graph.pbtxt needs the value "gone:0", which no node makes.'],
    ['n = Neg(x)\ny = Add(x, n:3)', 'Something in graph.pbtxt needs output 3 of the node "n", which does not have it.'],
    [
      'a = Neg(b)\nb = Add(x, a)\ny = Neg(b)',
      'The graph in graph.pbtxt runs in a circle: node "b" needs its own result.',
    ],
    ['y = Neg(x)\ny = Abs(x)', 'The graph in graph.pbtxt has two nodes with the name "y".'],
    ['y = Add(x)', 'The Add node "y" in graph.pbtxt has no input number 2.'],
    [
      'w = f32[3,1] 1 2 3\ny = MatMul(x, w)',
      'The MatMul node "y" in graph.pbtxt does not fit its inputs: [1, 2] and [3, 1] cannot be multiplied as matrices.',
    ],
    [
      'w = f32[2,1] nan 1\ny = MatMul(x, w)',
      'The MatMul node "y" in graph.pbtxt has weights that are infinite or not a number.',
    ],
    [
      's = i32[3] -1 100000 100000\nc = f32[] 1\nf = Fill(s, c)\ny = Add(x, f)',
      'The Fill node "f" in graph.pbtxt does not fit its inputs: a shape cannot be [-1, 100000, 100000].',
    ],
    [
      's = i32[2] 100000 100000\nc = f32[] 1\nf = Fill(s, c)\ny = Add(x, f)',
      'The Fill node "f" in graph.pbtxt needs more numbers than Slopescope holds for one row ([100000, 100000]).',
    ],
    [
      'a = i32[] 1\nm = Max(x, a)\ni = Cast(m) DstT:DT_INT32\ny = ExpandDims(x, i)',
      'The ExpandDims node "y" in graph.pbtxt takes its axis from the data, so its shape or choice differs from row to row.',
    ],
  ])('%s', async (nodes, message) => {
    expect(await problemOf(x + nodes)).toBe(message);
  });

  it('a graph without inputs or forecasts', async () => {
    expect(await problemOf('c = f32[] 1\ny = Neg(c)')).toBe('The graph in graph.pbtxt has no input (no Placeholder).');
    expect(await problemOf(`${x}a = i32[] 1\ny = ArgMax(x, a)`)).toBe(
      'The graph in graph.pbtxt has no forecast that depends on an input.',
    );
  });
});

describe('sizes beyond what is there', () => {
  it.each([
    ['a = i32[] 1\ny = Split(a, z) num_split:1099511627776', 'an axis of 0 has no 1099511627776 equal parts'],
    ['a = i32[] 1\ns = i64[2] 0 1099511627776\ny = SplitV(z, s, a)', 'parts of [0, 1099511627776] are longer than 0'],
  ])('take no memory: %s', async (nodes, because) => {
    const problem = await problemOf(`z = Placeholder f32[?,0]\n${nodes}`);
    expect(problem).toContain(`node "y" in graph.pbtxt does not fit its inputs: ${because}.`);
  });
});
