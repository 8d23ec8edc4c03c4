import { describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/files/pytorch/script/parser';
import { networkIn, outputsAt, readBytes, refusalOf } from './reading';
import type { TestArray } from './numpyWriter';
import { dictOf, instanceOf, pickle, valueOf } from './pickleWriter';
import { scriptFile, TorchWriter } from './torchWriter';

const weight: TestArray = { shape: [2, 2], values: [1, 2, 3, 4] };
const bias: TestArray = { shape: [2], values: [0.5, -10] };

/** A model with a weight and a bias and the given body of forward. */
function model(body: string, functions: Readonly<Record<string, string>> = {}, parameters = 'x: Tensor'): Uint8Array {
  const text = `class Net(Module):
  __parameters__ = ["weight", "bias", ]
  __buffers__ = []
  weight : Tensor
  bias : Tensor
  training : bool
  scale : Final[float] = 2.5
  def forward(self: __torch__.Net,
    ${parameters}) -> Tensor:
${body
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;
  return scriptFile(
    (writer) =>
      instanceOf(
        '__torch__',
        'Net',
        dictOf({
          training: valueOf(true),
          weight: writer.tensor(weight),
          bias: writer.tensor(bias),
          names: valueOf(['a']),
        }),
      ),
    { '__torch__.py': text, ...functions },
    (writer) => [writer.tensor({ shape: [], values: [3] })],
  );
}

const lineOf = 'y = torch.linear(x, self.weight, self.bias)';

describe('the text of TorchScript', () => {
  it('is parsed into classes, functions and statements', () => {
    const file = parseScript(`op_version_set = 1
class A(Module):
  __annotations__["0"] = __torch__.B
  k : Final[int] = 8
  def forward(self: __torch__.A, x: Tensor, dim: Optional[int]=None) -> Tuple[Tensor, int]:
    _0 = "{} \\"quoted\\""  # a comment
    a, b, = torch.max(x, 1)
    if torch.gt(k, -3) and not (a is None):
      c = [1, 2., 1e-05, ]
    elif True:
      pass
    else:
      c = annotate(List[float], [])
    for i in range(3):
      a = torch.add(a, i * 2 - 1 ** 2)
    while False:
      pass
    return (a, 3 if b else 4)
def free(input: Tensor,
    inplace: bool=False) -> Tensor:
  return input
`);
    const method = file.classes.get('A')!.methods.get('forward')!;
    expect(method.parameters.map(({ name, type }) => [name, type])).toEqual([
      ['self', '__torch__.A'],
      ['x', 'Tensor'],
      ['dim', 'Optional[int]'],
    ]);
    expect(method.body.map((statement) => statement.kind)).toEqual([
      'assign',
      'assign',
      'if',
      'for',
      'while',
      'return',
    ]);
    expect(file.functions.get('free')!.parameters[1]).toMatchObject({ name: 'inplace', type: 'bool' });
    expect(file.classes.get('A')!.constants.get('k')).toEqual({ kind: 'literal', value: 8 });
  });

  it.each(['def f(:\n  pass', 'x = (1', 'x = 1 +', 'a b', '  x = 1\n y = 2', `x = ${'('.repeat(500)}`, 'x = $'])(
    'cannot be %s',
    (text) => {
      expect(() => parseScript(text)).toThrow();
    },
  );
});

describe('models of TorchScript', () => {
  it.each<[string, string, readonly number[]]>([
    ['one operation', `${lineOf}\nreturn y`, [3.5, -3]],
    ['operations by name and by sign', `${lineOf}\nreturn torch.mul(y, self.scale) + torch.neg(y) - 1`, [4.25, -5.5]],
    ['constants of the archive', `${lineOf}\nreturn torch.div(y, CONSTANTS.c0)`, [3.5 / 3, -1]],
    [
      'a decision that is known',
      `${lineOf}\nif self.training:\n  y0 = torch.mul(y, 100)\nelse:\n  y0 = torch.relu(y)\nreturn y0`,
      [3.5, 0],
    ],
    [
      'checks of shapes',
      `if torch.ne(torch.dim(x), 2):\n  ops.prim.RaiseException("no")\nelse:\n  pass\n${lineOf}\nreturn y`,
      [3.5, -3],
    ],
    ['a loop over known numbers', `${lineOf}\nfor i in range(2):\n  y = torch.add(y, i)\nreturn y`, [4.5, -2]],
    [
      'lists of tensors',
      `${lineOf}\n_1 = annotate(List[Tensor], [])\n_2 = torch.append(_1, y)\n_3 = torch.append(_1, x)\nreturn torch.cat(_1, 1)`,
      [3.5, -3, 1, 1],
    ],
    [
      'sizes of the rows',
      `n = torch.size(x, 0)\ny = torch.linear(torch.view(x, [int(ops.prim.NumToTensor(n)), -1]), self.weight)\nreturn y`,
      [3, 7],
    ],
    ['tuples taken apart', `${lineOf}\na, b = torch.split(y, 1, 1)\nreturn torch.sub(a, b, alpha=2)`, [9.5]],
    ['a slice of columns', 'return torch.slice(torch.slice(x, 0, 0, 9223372036854775807), 1, 0, 1)', [1]],
    ['choices and texts', `${lineOf}\nk = 2 if len("ab") == 2 else 3\nreturn y * k`, [7, -6]],
  ])('%s', async (_what, body, expected) => {
    const network = await networkIn('m.pt', model(body), { inputs: '2' }, ['a', 'b']);
    const found = outputsAt(network, [1, 1]);
    expect(found).toHaveLength(expected.length);
    expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 12));
  });

  it('functions of torch.nn.functional are followed in their own text', async () => {
    const functional = `def relu(input: Tensor,
    inplace: bool=False) -> Tensor:
  if inplace:
    result = torch.relu_(input)
  else:
    result = torch.relu(input)
  return result
def softmax(input: Tensor,
    dim: Optional[int]=None) -> Tensor:
  if torch.__is__(dim, None):
    dim0 = 1
  else:
    dim0 = unchecked_cast(int, dim)
  return torch.softmax(input, dim0)
`;
    const body = `_0 = __torch__.torch.nn.functional.relu
y = _0(torch.linear(x, self.weight, self.bias), False, )
return __torch__.torch.nn.functional.softmax(y, -1, )`;
    const network = await networkIn('m.pt', model(body, { '__torch__/torch/nn/functional.py': functional }));
    expect(outputsAt(network, [1, 1])[1]).toBeCloseTo(1 / (1 + Math.exp(3.5)), 12);
  });

  it('submodules keep their names as layers', async () => {
    const text = `class Net(Module):
  def forward(self: __torch__.Net, x: Tensor) -> Tensor:
    _0 = getattr(self, "0")
    return (_0).forward(x, )
`;
    const part = `class Linear(Module):
  def forward(self: __torch__.parts.Linear, input: Tensor) -> Tensor:
    return torch.linear(input, self.weight, None)
`;
    const file = scriptFile(
      (writer) =>
        instanceOf(
          '__torch__',
          'Net',
          dictOf({ '0': instanceOf('__torch__.parts', 'Linear', dictOf({ weight: writer.tensor(weight) })) }),
        ),
      { '__torch__.py': text, '__torch__/parts.py': part },
    );
    const network = await networkIn('m.pt', file);
    expect(network.source.layers).toEqual([{ name: '0', kind: 'Linear', size: 2, parameters: 4 }]);
    expect(network.source.format).toBe('torchscript');
  });

  it('several inputs and outputs', async () => {
    const body = `${lineOf}\nreturn {"sum": torch.add(y, z), "first": y}`;
    const network = await networkIn('m.pt', model(body, {}, 'x: Tensor, z: Tensor'));
    expect(network.inputs.map((input) => input.name)).toEqual(['x', 'z']);
    expect(network.outputs.map((output) => output.name)).toEqual(['sum', 'first']);
    expect(outputsAt(network, [1, 1, 10, 20])).toEqual([13.5, 17, 3.5, -3]);
  });

  it.each<[string, string, string]>([
    [
      'a decision by the data',
      `if bool(torch.gt(torch.select(x, 1, 0), 0)):\n  y = x\nelse:\n  y = x\nreturn torch.linear(y, self.weight)`,
      'it decides by the data',
    ],
    [
      'an unknown operation',
      `${lineOf}\nreturn torch.fft_rfft(y)`,
      'aten::fft_rfft in m.pt cannot be followed: it is not among the operations',
    ],
    [
      'an operation across rows',
      `${lineOf}\nreturn torch.softmax(y, 0)`,
      'aten::softmax in m.pt cannot be followed: it works across the rows of the table',
    ],
    [
      'an operation of another library',
      `${lineOf}\nreturn ops.quantized.relu(y)`,
      'it uses ops.quantized.relu, which Slopescope does not know',
    ],
    ['a missing method', 'return (self).other(x, )', 'm.pt uses __torch__.Net.other, which is not in the file.'],
    ['a loop without end', 'while True:\n  pass\nreturn x', 'it takes more steps than any model'],
    ['a call of itself', 'return (self).forward(x, )', 'its calls lie in each other too deeply'],
    ['broken text', 'return (x', 'is no TorchScript that Slopescope can read'],
  ])('%s is refused', async (_what, body, message) => {
    expect(await refusalOf('m.pt', model(body))).toContain(message);
  });

  it('inputs that are no tensors are refused', async () => {
    expect(await refusalOf('m.pt', model(`${lineOf}\nreturn y`, {}, 'x: Dict[str, Tensor]'))).toBe(
      'The model in m.pt takes x, a Dict[str,Tensor]: Slopescope feeds tensors of one row per row of the table.',
    );
  });

  it('the size of the input comes from a traced example, if there is one', async () => {
    const traced = new TorchWriter();
    const example = pickle(
      0x80,
      2,
      dictOf({
        forward: pickle(']', '(', traced.tensor({ shape: [2, 5], values: new Array<number>(10).fill(0) }), 'e'),
      }),
      '.',
    );
    const writer = new TorchWriter();
    const text =
      'class Net(Module):\n  def forward(self: __torch__.Net, x: Tensor) -> Tensor:\n    return torch.tanh(x)\n';
    const file = writer.zip(instanceOf('__torch__', 'Net', dictOf({ w: writer.tensor(weight) })), {
      'code/__torch__.py': text,
      'traced_inputs.pkl': example,
    });
    const reading = await readBytes('m.pt', file);
    expect(reading.network?.inputs[0]?.size).toBe(5);
  });
});
