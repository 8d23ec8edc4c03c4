/** The axis of the rows: graphs that compute with shapes, that name it in other ways, and those that mix rows. */
import { describe, expect, it } from 'vitest';
import { networkOf, outputsAt, problemOf, slopesAt } from './tensorflowGraph';

/** Nodes that give the number of rows as `n`. */
const rowCount = 's = Shape(x)\nb0 = i32[1] 0\ne0 = i32[1] 1\nn = StridedSlice(s, b0, e0, e0) shrink_axis_mask:1\n';

const mixed = 'its result for one row depends on the other rows, or on how many there are.';

describe('the shape of an input', () => {
  it.each([
    ['an open first axis', '[?,2]', [2], [1, 2], [-1, -2]],
    ['an open only axis: one number per row', '[?]', [1], [3], [-3]],
    ['a single number', '[]', [1], [3], [-3]],
    ['a fixed single row', '[1,2]', [2], [1, 2], [-1, -2]],
    ['a fixed number of rows', '[8,2]', [2], [1, 2], [-1, -2]],
    ['a vector without rows', '[3]', [3], [1, 2, 3], [-1, -2, -3]],
    ['places and channels', '[?,2,2]', [4], [1, 2, 3, 4], [-1, -2, -3, -4]],
  ])('may have %s', async (_, shape, sizes, x, y) => {
    const network = await networkOf(`x = Placeholder f32${shape}\ny = Neg(x)`);
    expect(network.inputs.map((port) => port.size)).toEqual(sizes);
    expect(outputsAt(network, x)).toEqual(y);
  });

  it('may be one tensor per column', async () => {
    const network = await networkOf(`
      b = Placeholder f32[?]
      a = Placeholder f32[?]
      c = Placeholder f32[?]
      p = Pack(b, a, c) axis:1
      w = f32[3,1] 1 10 100
      y = MatMul(p, w)`);
    expect(network.inputs.map((port) => port.name)).toEqual(['b', 'a', 'c']);
    expect(outputsAt(network, [1, 2, 3])).toEqual([321]);
    expect(slopesAt(network, [1, 2, 3])).toEqual([[1, 10, 100]]);
  });

  it('is found by its first product where the file leaves it open', async () => {
    const nodes = 's = f32[1,2] 1 1\nw = f32[3,2] 1 2 3 4 5 6\np = MatMul(x, w)\ny = Sub(p, s)';
    for (const shape of ['[?,?]', '']) {
      const network = await networkOf(`x = Placeholder f32${shape}\n${nodes}`);
      expect(network.inputs[0]?.size).toBe(3);
      expect(outputsAt(network, [1, 0, 1])).toEqual([5, 7]);
    }
  });

  it('must be known on all axes but that of the rows', async () => {
    const nodes = 'x = Placeholder f32[?,?,2]\ny = Neg(x)';
    expect(await problemOf(nodes)).toBe('The input "x" of graph.pbtxt has no fixed length on axis 1.');
  });

  it('that is fixed belongs to the row where rows would be mixed', async () => {
    const network = await networkOf('x = Placeholder f32[4,2]\na = i32[] 0\ny = Sum(x, a)');
    expect(network.inputs[0]?.size).toBe(8);
    expect(outputsAt(network, [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([16, 20]);
  });
});

describe('a graph that computes with shapes', () => {
  it('keeps its rows through Shape, StridedSlice, Pack and Reshape', async () => {
    const network = await networkOf(`
      x = Placeholder f32[?,2,3]
      s = Shape(x)
      zero = i32[1] 0
      one = i32[1] 1
      n = StridedSlice(s, zero, one, one) shrink_axis_mask:1
      six = i32[] 6
      to = Pack(n, six)
      f = Reshape(x, to)
      w = f32[6,1] 1 2 3 4 5 6
      y = MatMul(f, w)`);
    expect(outputsAt(network, [1, 1, 1, 1, 1, 2])).toEqual([27]);
  });

  it('applies a dense layer at every place as Keras exports it (tensordot)', async () => {
    const network = await networkOf(`
      x = Placeholder f32[?,2,3]
      w = f32[3,2] 1 2 3 4 5 6
      free = i32[2] 0 1
      axes = i32[1] 2
      zero = i32[] 0
      s = Shape(x)
      a = GatherV2(s, free, zero)
      b = GatherV2(s, axes, zero)
      i = i32[1] 0
      pa = Prod(a, i)
      pb = Prod(b, i)
      order = i32[3] 0 1 2
      t = Transpose(x, order)
      to = Pack(pa, pb)
      flat = Reshape(t, to)
      product = MatMul(flat, w)
      two = i32[1] 2
      back = ConcatV2(a, two, zero)
      y = Reshape(product, back)`);
    expect(outputsAt(network, [1, 0, 0, 0, 1, 1])).toEqual([1, 2, 8, 10]);
    expect(slopesAt(network, [1, 0, 0, 0, 1, 1])[2]).toEqual([0, 0, 0, 1, 3, 5]);
  });

  it('normalises a layer as Keras 2 exports it: rows in the place of channels, in training mode', async () => {
    const network = await networkOf(`
      x = Placeholder f32[?,2]
      s = Shape(x)
      zero = i32[1] 0
      one = i32[1] 1
      n = StridedSlice(s, zero, one, one) shrink_axis_mask:1
      k1 = i32[] 1
      k2 = i32[] 2
      to = Pack(k1, n, k2, k1)
      r = Reshape(x, to)
      dims = Pack(n)
      c1 = f32[] 1
      c0 = f32[] 0
      scale = Fill(dims, c1)
      offset = Fill(dims, c0)
      empty = f32[0]
      norm = FusedBatchNormV3(r, scale, offset, empty, empty) data_format:NCHW epsilon:0.0
      back = Reshape(norm, s)
      gamma = f32[2] 2 3
      y = Mul(back, gamma)`);
    const [low, high] = outputsAt(network, [1, 5]);
    expect(low).toBeCloseTo(-2, 6);
    expect(high).toBeCloseTo(3, 6);
  });

  it('spreads what is made for each row over the rows', async () => {
    const network = await networkOf(`
      x = Placeholder f32[?,2]
      s = Shape(x)
      c = f32[1,2] 5 6
      b = BroadcastTo(c, s)
      zero = i32[1] 0
      one = i32[1] 1
      n = StridedSlice(s, zero, one, one)
      one0 = i32[1] 1
      zero0 = i32[] 0
      m = ConcatV2(n, one0, zero0)
      t = Tile(c, m)
      axis = i32[] 1
      y = ConcatV2(x, b, t, axis)`);
    expect(outputsAt(network, [1, 2])).toEqual([1, 2, 5, 6, 5, 6]);
  });
});

describe('a graph that mixes rows is refused by the node that does', () => {
  it.each([
    ['a = i32[] 0\ny = Sum(x, a)', 'The Sum node "y" in graph.pbtxt mixes the rows of a table'],
    ['a = i32[] 0\ny = Cumsum(x, a)', 'The Cumsum node "y" in graph.pbtxt adds up over the rows of a table'],
    ['a = i32[] 0\ny = ConcatV2(x, x, a)', 'The ConcatV2 node "y" in graph.pbtxt joins tables row by row'],
    ['y = MatMul(x, x) transpose_a:true', 'The MatMul node "y" in graph.pbtxt adds up over the rows of a table'],
    ['a = i32[1] 0\ny = ReverseV2(x, a)', 'The ReverseV2 node "y" in graph.pbtxt changes the order of the rows'],
    [
      'b = i32[1] 0\ne = i32[1] 1\nsl = StridedSlice(x, b, e, e)\ny = Neg(sl)',
      'The StridedSlice node "sl" in graph.pbtxt takes some of the rows',
    ],
    [
      's = Shape(x)\nf = Cast(s) DstT:DT_FLOAT\ny = Mul(x, f)',
      'The Mul node "y" in graph.pbtxt computes with the number of rows',
    ],
    [
      `${rowCount}c = Cast(n) DstT:DT_FLOAT\nr = Sqrt(c)\ny = RealDiv(x, r)`,
      'The RealDiv node "y" in graph.pbtxt computes with the number of rows',
    ],
    [
      `${rowCount}two = i32[] 2\nm = FloorMod(n, two)\nc = Cast(m) DstT:DT_FLOAT\ny = Mul(x, c)`,
      'The Mul node "y" in graph.pbtxt computes with the number of rows',
    ],
    [
      `${rowCount}five = i32[] 5\nm = Greater(n, five)\nz = f32[2] 1 2\ny = SelectV2(m, x, z)`,
      'The SelectV2 node "y" in graph.pbtxt computes with the number of rows',
    ],
    [
      `${rowCount}two = i32[] 2\nm = FloorMod(n, two)\na = i32[] 1\nk = GatherV2(x, m, a)\ny = Neg(k)`,
      'The GatherV2 node "k" in graph.pbtxt computes with the number of rows',
    ],
    [
      `${rowCount}two = i32[] 2\nm = FloorMod(n, two)\nt = f32[2] 7 8\na = i32[] 0\nk = GatherV2(t, m, a)\ny = Mul(x, k)`,
      'The Mul node "y" in graph.pbtxt computes with the number of rows',
    ],
    [
      `${rowCount}c = Cast(n) DstT:DT_FLOAT\nl = Log(c)\nd = i32[1] 1\nf = Fill(d, l)\ny = BiasAdd(x, f)`,
      'The BiasAdd node "y" in graph.pbtxt computes with the number of rows',
    ],
    ['w = f32[3,2] 1\ny = Add(x, w)', 'The Add node "y" in graph.pbtxt treats different rows differently'],
  ])('%s', async (nodes, sentence) => {
    expect(await problemOf(`x = Placeholder f32[?,2]\n${nodes}`)).toBe(`${sentence}: ${mixed}`);
  });

  it('also by an output that counts them', async () => {
    const nodes = `x = Placeholder f32[?,2]\n${rowCount}c = Cast(n) DstT:DT_FLOAT\ny = Log(c)`;
    expect(await problemOf(nodes)).toBe('The output "y" of graph.pbtxt is computed from how many rows there are.');
  });

  it('also between dealing rows out and collecting them', async () => {
    const nodes =
      'size = i32[1] 2\nnone = i32[1,2] 0\nd = SpaceToBatchND(x, size, none)\ns = i32[2] -1 2\ny = Reshape(d, s)';
    const problem = await problemOf(`x = Placeholder f32[?,4,1]\n${nodes}`);
    expect(problem).toBe(`The Reshape node "y" in graph.pbtxt mixes the rows of a table: ${mixed}`);
  });

  it('also in training mode', async () => {
    const nodes = 's = f32[2] 1 1\ny = FusedBatchNormV3(x, s, s, s, s)';
    const problem = await problemOf(`x = Placeholder f32[?,1,1,2]\n${nodes}`);
    expect(problem).toBe(
      'The FusedBatchNormV3 node "y" in graph.pbtxt is in training mode: it averages over the rows.',
    );
  });
});

describe('the largest whole number of a table', () => {
  const nodes = (low: number, high: number) => `
    x = Placeholder f32[?,2]
    i = Cast(x) DstT:DT_INT32
    axes = i32[2] 0 1
    top = Max(i, axes)
    one = i32[] 1
    next = AddV2(top, one)
    low = i32[] ${low}
    high = i32[] ${high}
    least = Maximum(next, low)
    size = Minimum(high, least)
    none = f32[0]
    y = DenseBincount(i, size, none) binary_output:true`;

  it('may meet two bounds that are equal, as where categories are counted', async () => {
    expect(outputsAt(await networkOf(nodes(4, 4)), [1, 3])).toEqual([0, 1, 0, 1]);
  });

  it('is refused elsewhere by the node that asks for it', async () => {
    const problem = `The Max node "top" in graph.pbtxt mixes the rows of a table: ${mixed}`;
    expect(await problemOf(nodes(3, 4))).toBe(problem);
  });
});
