import type { GraphCase } from './tensorflowElementwiseCases';

const row = [0.5, -1, 2, 3];
const block = [1, 2, 3, 4, 5, 6];

function whole(op: string, nodes: string, y: readonly number[], extra: Partial<GraphCase> = {}): GraphCase {
  return { op, nodes, x: row, y, ...extra };
}

/** An operator on a 2 × 3 matrix per row. */
function ofMatrix(op: string, nodes: string, y: readonly number[], extra: Partial<GraphCase> = {}): GraphCase {
  return { op, nodes, x: block, shape: [2, 3], y, ...extra };
}

/** Operators that multiply and add up. */
export const linearCases: readonly GraphCase[] = [
  whole('MatMul', 'w = f64[4,2] 1 2 3 4 5 6 7 8\ny = MatMul(x, w)', [28.5, 33]),
  whole('MatMul', 'w = f64[2,4] 1 3 5 7 2 4 6 8\ny = MatMul(x, w) transpose_b:true', [28.5, 33], {
    about: 'transposed',
  }),
  ofMatrix('BatchMatMulV2', 'w = f64[3,1] 1 2 3\ny = BatchMatMulV2(x, w)', [14, 32]),
  ofMatrix('BatchMatMul', 'y = BatchMatMul(x, x) adj_y:true', [14, 32, 32, 77]),
  ofMatrix('BatchMatMulV3', 'y = BatchMatMulV3(x, x) adj_x:true', [17, 22, 27, 22, 29, 36, 27, 36, 45]),
  ofMatrix('Einsum', 'w = f64[3,2] 1 2 3 4 5 6\ny = Einsum(x, w) equation:btk,kd->btd', [22, 28, 49, 64]),
  ofMatrix('Einsum', 'y = Einsum(x, x) equation:bij,bkj->bik', [14, 32, 32, 77], { about: 'of the row with itself' }),
  whole(
    '_FusedMatMul',
    'w = f64[4,2] 1 2 3 4 5 6 7 8\nb = f64[2] -40 1\ny = _FusedMatMul(x, w, b) fused_ops:[BiasAdd,Relu]',
    [0, 34],
  ),
  whole(
    '_FusedMatMul',
    'w = f64[4,2] 1 2 3 4 5 6 7 8\nb = f64[2] -40 1\np = f64[2] 0.1 0.2\ny = _FusedMatMul(x, w, b, p) fused_ops:[BiasAdd,Prelu]',
    [-1.15, 34],
    { about: 'with PReLU' },
  ),
  ...(
    [
      ['Relu6', 6],
      ['Elu', 34],
      ['Tanh', Math.tanh(34)],
      ['Sigmoid', 1 / (1 + Math.exp(-34))],
      ['LeakyRelu', 34],
    ] as const
  ).map(([name, y]) =>
    whole(
      '_FusedMatMul',
      `w = f64[4,1] 2 4 6 8\nb = f64[1] 1\ny = _FusedMatMul(x, w, b) fused_ops:[BiasAdd,${name}]`,
      [y],
      {
        about: `with ${name}`,
        steps: name === 'Relu6',
      },
    ),
  ),
  ofMatrix(
    '_FusedBatchMatMulV2',
    'w = f64[3,1] 1 2 3\nb = f64[1] 1\ny = _FusedBatchMatMulV2(x, w, b) fused_ops:[BiasAdd]',
    [15, 33],
  ),
  whole('Cumsum', 'a = i32[] 1\ny = Cumsum(x, a)', [0.5, -0.5, 1.5, 4.5]),
  whole('Cumsum', 'a = i32[] -1\ny = Cumsum(x, a) exclusive:true reverse:true', [4, 5, 3, 0], { about: 'backwards' }),
  whole('Cumprod', 'a = i32[] 1\ny = Cumprod(x, a)', [0.5, -0.5, -1, -3]),
  whole('Cumprod', 'a = i32[] 1\ny = Cumprod(x, a) exclusive:true', [1, 0.5, -0.5, -1], { about: 'exclusive' }),
  whole('Sum', 'a = i32[] 1\ny = Sum(x, a)', [4.5]),
  whole('Sum', 'a = i32[1] -1\ny = Sum(x, a) keep_dims:true', [4.5], { about: 'keeping the axis' }),
  whole('Mean', 'a = i32[] 1\ny = Mean(x, a)', [1.125]),
  whole('Mean', 'i = i32[] 1\nm = Mean(x, i) keep_dims:true\ny = Mul(m, x)', [0.5625, -1.125, 2.25, 3.375], {
    about: 'times the row',
  }),
  whole('Max', 'a = i32[] 1\ny = Max(x, a)', [3]),
  whole('Min', 'a = i32[] 1\ny = Min(x, a)', [-1]),
  whole('Prod', 'a = i32[] 1\ny = Prod(x, a)', [-3]),
  ofMatrix('Sum', 'a = i32[2] 1 2\ny = Sum(x, a)', [21], { about: 'over two axes' }),
  whole('EuclideanNorm', 'a = i32[] 1\ny = EuclideanNorm(x, a)', [Math.sqrt(14.25)]),
  whole('All', 'z = f64[] 0\nt = Less(x, z)\na = i32[] 1\ny = All(t, a)', [0], { steps: true }),
  whole('Any', 'z = f64[] 0\nt = Less(x, z)\na = i32[] 1\ny = Any(t, a)', [1], { steps: true }),
];

/** Operators on shapes, and those that give what they take. */
export const shapeCases: readonly GraphCase[] = [
  ...[
    'Identity',
    'Snapshot',
    'StopGradient',
    'PreventGradient',
    'CheckNumerics',
    'CheckNumericsV2',
    'DeepCopy',
    'EnsureShape',
    'Print',
    'PlaceholderWithDefault',
    'IdentityN',
  ].map((op) => whole(op, `y = ${op}(x)`, row)),
  whole('Cast', 'y = Cast(x) DstT:DT_DOUBLE', row),
  whole('Cast', 'y = Cast(x) DstT:DT_INT32', [0, -1, 2, 3], {
    x: [0.5, -1.5, 2.7, 3.1],
    steps: true,
    about: 'to whole numbers',
  }),
  whole('Cast', 'y = Cast(x) DstT:DT_BOOL', [1, 1, 1, 0], {
    x: [0.5, -1, 2, 0],
    steps: true,
    about: 'to truth values',
  }),
  ofMatrix('Reshape', 's = i32[2] -1 6\nr = Reshape(x, s)\nt = i64[3] -1 3 2\ny = Reshape(r, t)', block),
  ofMatrix('Transpose', 'p = i32[3] 0 2 1\ny = Transpose(x, p)', [1, 4, 2, 5, 3, 6]),
  whole(
    'ExpandDims',
    'a = i32[] -1\ne = ExpandDims(x, a)\nc = f64[1,2] 1 2\ny = Mul(e, c)',
    [0.5, 1, -1, -2, 2, 4, 3, 6],
  ),
  whole('Squeeze', 'a = i32[] 1\ne = ExpandDims(x, a)\ny = Squeeze(e) squeeze_dims:[1]', row),
  whole('Squeeze', 'a = i32[] 1\ne = ExpandDims(x, a)\nq = Squeeze(e)\ny = Neg(q)', [-0.5, 1, -2, -3], {
    about: 'of all axes',
  }),
  whole(
    'Shape',
    's = Shape(x)\nz = i32[1] 1\ne = i32[1] 2\no = i32[1] 1\nn = StridedSlice(s, z, e, o) shrink_axis_mask:1\nf = Cast(n) DstT:DT_FLOAT\ny = Mul(x, f)',
    [2, -4, 8, 12],
  ),
  whole('ShapeN', 's = ShapeN(x, x)\ny = Reshape(x, s:1)', row),
  whole('Rank', 'r = Rank(x)\nf = Cast(r) DstT:DT_FLOAT\ny = Mul(x, f)', [1, -2, 4, 6]),
  whole('Size', 'c = f64[2,3] 1\ns = Size(c)\nf = Cast(s) DstT:DT_FLOAT\ny = Mul(x, f)', [3, -6, 12, 18]),
  whole('Fill', 's = i32[1] 4\nv = f64[] 2\nf = Fill(s, v)\ny = Mul(x, f)', [1, -2, 4, 6]),
  whole('ZerosLike', 'z = ZerosLike(x)\ny = Maximum(x, z)', [0.5, 0, 2, 3]),
  whole('OnesLike', 'z = OnesLike(x)\ny = Sub(z, x)', [0.5, 2, -1, -2]),
  whole(
    'Range',
    'a = i32[] 0\nb = i32[] 4\nc = i32[] 1\nr = Range(a, b, c)\nf = Cast(r) DstT:DT_FLOAT\ny = Mul(x, f)',
    [0, -1, 4, 9],
  ),
  whole('LinSpace', 'a = f64[] 0\nb = f64[] 3\nc = i32[] 4\nr = LinSpace(a, b, c)\ny = Mul(x, r)', [0, -1, 4, 9]),
  whole(
    'InvertPermutation',
    'p = i32[2] 1 0\nq = InvertPermutation(p)\nt = Transpose(x, q)\nr = i32[2] 1 0\ny = Transpose(t, r)',
    row,
  ),
  whole('BroadcastTo', 'c = f64[1] 2\ns = Shape(x)\nb = BroadcastTo(c, s)\ny = Mul(x, b)', [1, -2, 4, 6]),
  whole(
    'BroadcastTo',
    's = i32[3] 2 1 4\na = i32[] 0\ni = i32[] 1\ne = ExpandDims(x, i)\nsh = Shape(e)\nm = i32[3] 1 2 1\nt = Mul(sh, m)\ny = BroadcastTo(e, t)',
    [...row, ...row],
    { about: 'of the data' },
  ),
  whole('BroadcastArgs', 'a = i32[2] 1 4\ns = Shape(x)\nb = BroadcastArgs(a, s)\ny = BroadcastTo(x, b)', row),
];

/** Operators that join, repeat and pad. */
export const joiningCases: readonly GraphCase[] = [
  whole('ConcatV2', 'c = f64[1,2] 8 9\na = i32[] 1\ns = Shape(x)\nn = Neg(x)\ny = ConcatV2(x, n, a)', [
    ...row,
    -0.5,
    1,
    -2,
    -3,
  ]),
  whole('Concat', 'a = i32[] 1\nn = Neg(x)\ny = Concat(a, n, x)', [-0.5, 1, -2, -3, ...row]),
  whole('Pack', 'n = Neg(x)\ny = Pack(x, n) axis:2', [0.5, -0.5, -1, 1, 2, -2, 3, -3]),
  whole('Pack', 'n = Neg(x)\ny = Pack(x, n) axis:1', [...row, -0.5, 1, -2, -3], { about: 'before the last axis' }),
  whole('Tile', 'm = i32[2] 1 2\ny = Tile(x, m)', [...row, ...row]),
  whole('Pad', 'p = i32[2,2] 0 0 1 2\ny = Pad(x, p)', [0, ...row, 0, 0]),
  whole('PadV2', 'p = i32[2,2] 0 0 1 2\nv = f64[] 7\ny = PadV2(x, p, v)', [7, ...row, 7, 7]),
  whole('MirrorPad', 'p = i32[2,2] 0 0 2 1\ny = MirrorPad(x, p) mode:REFLECT', [2, -1, ...row, 2]),
  whole('MirrorPad', 'p = i32[2,2] 0 0 2 1\ny = MirrorPad(x, p) mode:SYMMETRIC', [-1, 0.5, ...row, 3], {
    about: 'with the edge twice',
  }),
  whole('ReverseV2', 'a = i32[1] 1\ny = ReverseV2(x, a)', [3, 2, -1, 0.5]),
  whole('Reverse', 'a = bool[2] false true\ny = Reverse(x, a)', [3, 2, -1, 0.5]),
  whole('Roll', 's = i32[1] 1\na = i32[1] 1\ny = Roll(x, s, a)', [3, 0.5, -1, 2]),
  ofMatrix('MatrixBandPart', 'a = i32[] 0\nb = i32[] -1\ny = MatrixBandPart(x, a, b)', [1, 2, 3, 0, 5, 6]),
  {
    op: 'DepthToSpace',
    nodes: 'y = DepthToSpace(x) block_size:2',
    shape: [1, 2, 4],
    x: [1, 2, 3, 4, 5, 6, 7, 8],
    y: [1, 2, 5, 6, 3, 4, 7, 8],
  },
  {
    op: 'SpaceToDepth',
    nodes: 'y = SpaceToDepth(x) block_size:2',
    shape: [2, 4, 1],
    x: [1, 2, 5, 6, 3, 4, 7, 8],
    y: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  whole('ParallelConcat', 'a = i32[] 1\ny = ParallelConcat(a, x, x)', [...row, ...row]),
];

const slice = (begin: string, end: string, stride: string, masks: string) =>
  `b = i32[${begin.split(' ').length}] ${begin}\ne = i32[${end.split(' ').length}] ${end}\ns = i32[${stride.split(' ').length}] ${stride}\ny = StridedSlice(x, b, e, s) ${masks}`;

/** Operators that take parts. */
export const selectingCases: readonly GraphCase[] = [
  whole('StridedSlice', slice('0 1', '0 3', '1 1', 'begin_mask:1 end_mask:1'), [-1, 2]),
  whole('StridedSlice', slice('0 1', '0 2', '1 1', 'begin_mask:1 end_mask:1 shrink_axis_mask:2'), [-1], {
    about: 'of one position',
  }),
  whole('StridedSlice', slice('0 -1', '0 0', '1 -1', 'begin_mask:1 end_mask:3'), [3, 2, -1, 0.5], {
    about: 'backwards',
  }),
  whole('StridedSlice', slice('0 1', '0 2', '1 1', 'ellipsis_mask:1'), [-1], { about: 'after an ellipsis' }),
  ofMatrix('StridedSlice', slice('0 0 1', '0 0 2', '1 1 1', 'begin_mask:1 end_mask:1 ellipsis_mask:2'), [2, 5], {
    about: 'around an ellipsis',
  }),
  whole('StridedSlice', slice('0 0 0', '0 0 4', '1 1 2', 'begin_mask:1 end_mask:1 new_axis_mask:2'), [0.5, 2], {
    about: 'with a new axis',
  }),
  whole('Slice', 'b = i32[2] 0 1\ns = i32[2] -1 2\ny = Slice(x, b, s)', [-1, 2]),
  whole('Split', 'a = i32[] 1\ns = Split(a, x) num_split:2\ny = Identity(s:1)', [2, 3]),
  whole('SplitV', 'n = i32[2] 1 -1\na = i32[] 1\ns = SplitV(x, n, a) num_split:2\ny = Identity(s:1)', [-1, 2, 3]),
  whole('Unpack', 'u = Unpack(x) num:4 axis:1\ny = Sub(u:2, u:1)', [3]),
  whole('GatherV2', 'i = i32[3] 3 0 3\na = i32[] 1\ny = GatherV2(x, i, a)', [3, 0.5, 3]),
  whole('GatherV2', 'i = i32[] 2\na = i32[] -1\ny = GatherV2(x, i, a)', [2], { about: 'of one position' }),
  {
    op: 'Gather',
    about: 'as an embedding',
    nodes: 't = f64[3,2] 1 2 3 4 5 6\ni = Cast(x) DstT:DT_INT32\ny = Gather(t, i)',
    x: [2, 0],
    y: [5, 6, 1, 2],
    steps: true,
  },
  whole(
    'GatherNd',
    't = i32[2] 1 0\nx2 = Transpose(x, t)\ni = i32[2,1] 3 1\ng = GatherNd(x2, i)\ny = Transpose(g, t)',
    [3, -1],
  ),
  {
    op: 'OneHot',
    nodes: 'i = Cast(x) DstT:DT_INT32\nd = i32[] 3\non = f64[] 5\noff = f64[] -1\ny = OneHot(i, d, on, off)',
    x: [2, 0],
    y: [-1, -1, 5, 5, -1, -1],
    steps: true,
  },
  {
    op: 'OneHot',
    about: 'along the first axis of the row',
    nodes: 'i = Cast(x) DstT:DT_INT32\nd = i32[] 3\non = f64[] 1\noff = f64[] 0\ny = OneHot(i, d, on, off) axis:1',
    x: [2, 0],
    y: [0, 1, 0, 0, 1, 0],
    steps: true,
  },
  {
    op: 'DenseBincount',
    nodes: 'i = Cast(x) DstT:DT_INT32\nd = i32[] 3\nw = f64[0]\ny = DenseBincount(i, d, w)',
    x: [2, 0, 2],
    y: [1, 0, 2],
    steps: true,
  },
  {
    op: 'DenseBincount',
    about: 'whether it occurs',
    nodes: 'i = Cast(x) DstT:DT_INT32\nd = i32[] 3\nw = f64[0]\ny = DenseBincount(i, d, w) binary_output:true',
    x: [2, 0, 2],
    y: [1, 0, 1],
    steps: true,
  },
];

const exps = row.map(Math.exp);
const total = exps.reduce((sum, e) => sum + e, 0);
const norm = (x: number, mean: number, variance: number, scale: number, offset: number) =>
  ((x - mean) / Math.sqrt(variance + 0.5)) * scale + offset;

/** Operators that set elements in relation. */
export const normalisingCases: readonly GraphCase[] = [
  whole(
    'Softmax',
    'y = Softmax(x)',
    exps.map((e) => e / total),
  ),
  whole(
    'LogSoftmax',
    'y = LogSoftmax(x)',
    row.map((x) => x - Math.log(total)),
  ),
  ...['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3', '_FusedBatchNormEx'].map((op): GraphCase => ({
    op,
    nodes: `s = f64[2] 2 3\no = f64[2] 1 -1\nm = f64[2] 0.5 0.25\nv = f64[2] 1 4\ny = ${op}(x, s, o, m, v) epsilon:0.5 is_training:false`,
    shape: [1, 2, 2],
    x: [1, 2, 3, 4],
    y: [norm(1, 0.5, 1, 2, 1), norm(2, 0.25, 4, 3, -1), norm(3, 0.5, 1, 2, 1), norm(4, 0.25, 4, 3, -1)],
  })),
  {
    op: 'FusedBatchNormV3',
    about: 'channels first',
    nodes:
      's = f64[2] 2 3\no = f64[2] 1 -1\nm = f64[2] 0.5 0.25\nv = f64[2] 1 4\ny = FusedBatchNormV3(x, s, o, m, v) epsilon:0.5 is_training:false data_format:NCHW',
    shape: [2, 1, 2],
    x: [1, 2, 3, 4],
    y: [norm(1, 0.5, 1, 2, 1), norm(2, 0.5, 1, 2, 1), norm(3, 0.25, 4, 3, -1), norm(4, 0.25, 4, 3, -1)],
  },
  {
    op: 'BatchNormWithGlobalNormalization',
    nodes:
      'm = f64[2] 0.5 0.25\nv = f64[2] 1 4\no = f64[2] 1 -1\ns = f64[2] 2 3\ny = BatchNormWithGlobalNormalization(x, m, v, o, s) variance_epsilon:0.5 scale_after_normalization:true',
    shape: [1, 1, 2],
    x: [1, 2],
    y: [norm(1, 0.5, 1, 2, 1), norm(2, 0.25, 4, 3, -1)],
  },
  {
    op: 'LRN',
    nodes: 'y = LRN(x) depth_radius:1 bias:1.0 alpha:0.5 beta:0.5',
    shape: [1, 1, 3],
    x: [1, 2, 3],
    y: [1 / Math.sqrt(3.5), 2 / Math.sqrt(8), 3 / Math.sqrt(7.5)],
  },
];

/** Operators that put values into their order. */
export const rankingCases: readonly GraphCase[] = [
  whole('TopKV2', 'k = i32[] 3\ny = TopKV2(x, k)', [3, 2, 0.5]),
  whole('TopKV2', 'k = i32[] 3\nt = TopKV2(x, k)\ny = Cast(t:1) DstT:DT_DOUBLE', [3, 2, 0], { about: 'positions' }),
  ofMatrix('TopK', 'y = TopK(x) k:2', [3, 2, 6, 5]),
  ofMatrix('ArgMax', 'a = i32[] 1\nt = ArgMax(x, a)\ny = Cast(t) DstT:DT_DOUBLE', [1, 1, 1]),
  ofMatrix('ArgMin', 'a = i32[] -1\nt = ArgMin(x, a)\ny = Cast(t) DstT:DT_DOUBLE', [0, 0]),
];
