/** Graphs that put other axes before the rows, number the rows or count them, as exporters write attention and assignments. */
import { describe, expect, it } from 'vitest';
import { matrix, messageOf, outputsOf, vector, whole, type TestNode, type TestTensor } from './onnxModel';

const scalar = (number: number): TestTensor => ({ shape: [], numbers: [number], type: 7 });
const y = [{ name: 'y' }];
const mixes = 'its result for one row depends on the other rows, or on how many there are.';

describe('rows in runs', () => {
  const x = [{ name: 'x', shape: ['N', 3, 2] }];
  const stored = {
    w: matrix([1, 10], [2, 20]),
    flat: whole(-1, 2),
    back: whole(3, -1, 2),
    rows: whole(-1, 6),
    b: vector(100, 200),
  };
  const folded: TestNode[] = [
    { op: 'Transpose', inputs: ['x'], outputs: ['t'], attributes: { perm: [1, 0, 2] } },
    { op: 'Reshape', inputs: ['t', 'flat'], outputs: ['f'], name: 'fold' },
  ];

  it('come through a layer that takes positions and rows as one axis', async () => {
    const nodes: TestNode[] = [
      ...folded,
      { op: 'Gemm', inputs: ['f', 'w'], outputs: ['g'] },
      { op: 'Add', inputs: ['g', 'b'], outputs: ['h'] },
      { op: 'Reshape', inputs: ['h', 'back'], outputs: ['s'] },
      { op: 'Transpose', inputs: ['s'], outputs: ['u'], attributes: { perm: [1, 0, 2] } },
      { op: 'Reshape', inputs: ['u', 'rows'] },
    ];
    const row = [1, 2, 3, 4, 5, 6];
    expect(await outputsOf({ nodes, inputs: x, outputs: y, stored }, row)).toEqual([105, 250, 111, 310, 117, 370]);
  });

  it('are refused where they would get out of order', async () => {
    const sorted = { op: 'CumSum', inputs: ['f', 'axis'], name: 'it' };
    expect(
      await messageOf({
        nodes: [...folded, sorted],
        inputs: x,
        outputs: y,
        stored: { ...stored, axis: scalar(1) },
      }),
    ).toBe(`The CumSum node "it" in model.onnx mixes the rows of a table: ${mixes}`);
  });

  it('may not meet rows in another order', async () => {
    const nodes: TestNode[] = [
      ...folded,
      { op: 'Reshape', inputs: ['x', 'flat'], outputs: ['g'] },
      { op: 'Add', inputs: ['f', 'g'], name: 'it' },
    ];
    expect(await messageOf({ nodes, inputs: x, outputs: y, stored })).toContain(
      'The Add node "it" in model.onnx mixes the rows of a table',
    );
  });
});

describe('the numbers of the rows', () => {
  const x = [{ name: 'x', shape: ['N', 3] }];
  const numbered: TestNode[] = [
    { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
    { op: 'Gather', inputs: ['shape', 'zero'], outputs: ['n'] },
    { op: 'Range', inputs: ['zero', 'n', 'one'], outputs: ['numbers'] },
  ];
  const stored = {
    zero: scalar(0),
    one: scalar(1),
    second: whole(1),
    last: scalar(2),
    k: vector(10, 20, 30),
    share: vector(0.1),
  };
  const pairs: TestNode[] = [
    ...numbered,
    { op: 'Mul', inputs: ['second', 'n'], outputs: ['times'] },
    { op: 'Div', inputs: ['times', 'n'], outputs: ['column'] },
    { op: 'Unsqueeze', inputs: ['numbers', 'second'], outputs: ['from'] },
    { op: 'Expand', inputs: ['one', 'shapeOf'], outputs: ['columns'] },
    { op: 'Shape', inputs: ['from'], outputs: ['shapeOf'] },
    { op: 'Concat', inputs: ['from', 'columns'], outputs: ['at'], attributes: { axis: 1 } },
  ];

  it('may pick a place in each row', async () => {
    const nodes = [...pairs, { op: 'GatherND', inputs: ['x', 'at'] }];
    expect(await outputsOf({ nodes, inputs: x, outputs: y, stored }, [5, 6, 7])).toEqual([6]);
  });

  it('may put numbers into each row', async () => {
    const first: TestNode[] = [
      { op: 'Gather', inputs: ['x', 'last'], outputs: ['new'], attributes: { axis: 1 } },
      { op: 'ScatterND', inputs: ['x', 'at', 'new'] },
    ];
    expect(await outputsOf({ nodes: [...pairs, ...first], inputs: x, outputs: y, stored }, [5, 6, 7])).toEqual([
      5, 7, 7,
    ]);
  });

  it.each<[string, TestNode[]]>([
    ['picked from another table', [{ op: 'Gather', inputs: ['k', 'numbers'], name: 'it' }]],
    [
      'computed with',
      [
        { op: 'Cast', inputs: ['numbers'], outputs: ['f'], attributes: { to: 11 } },
        { op: 'Mul', inputs: ['f', 'share'], outputs: ['g'] },
        { op: 'Add', inputs: ['x', 'g'], name: 'it' },
      ],
    ],
    [
      'counted by a division',
      [
        { op: 'Cast', inputs: ['n'], outputs: ['f'], attributes: { to: 11 } },
        { op: 'Reciprocal', inputs: ['f'], outputs: ['g'] },
        { op: 'Mul', inputs: ['x', 'g'], name: 'it' },
      ],
    ],
    [
      'put beside the data',
      [
        { op: 'Cast', inputs: ['from'], outputs: ['f'], attributes: { to: 11 } },
        { op: 'Concat', inputs: ['x', 'f'], name: 'it', attributes: { axis: 1 } },
      ],
    ],
  ])('may not be %s', async (_, nodes) => {
    const message = await messageOf({ nodes: [...pairs, ...nodes], inputs: x, outputs: y, stored });
    expect(message).toContain('node "it" in model.onnx');
    expect(message).toContain(mixes);
  });
});

it('a mask of infinities that is added to a product is no weight', async () => {
  const nodes: TestNode[] = [
    { op: 'MatMul', inputs: ['w', 'x'], outputs: ['h'] },
    { op: 'Add', inputs: ['h', 'mask'], outputs: ['scores'] },
    { op: 'Softmax', inputs: ['scores'], attributes: { axis: 2 } },
  ];
  const stored = { w: matrix([1, 0], [0, 1]), mask: matrix([0, -Infinity], [0, 0]) };
  const inputs = [{ name: 'x', shape: ['N', 2, 2] }];
  expect(await outputsOf({ nodes, inputs, outputs: y, stored }, [1, 1, 1, 1])).toEqual([1, 0, 0.5, 0.5]);
});
