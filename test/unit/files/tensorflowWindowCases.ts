import type { GraphCase } from './tensorflowElementwiseCases';

const window = 'strides:[1,1,1,1]';

/** Operators that move windows over places: [rows, height, width, channels]. */
export const windowCases: readonly GraphCase[] = [
  {
    op: 'Conv2D',
    nodes: `k = f64[1,2,1,2] 1 10 2 20\ny = Conv2D(x, k) ${window} padding:VALID`,
    shape: [1, 3, 1],
    x: [1, 2, 3],
    y: [5, 50, 8, 80],
  },
  {
    op: 'Conv2D',
    about: 'with SAME, strides and two channels',
    nodes: 'k = f64[1,2,2,1] 1 2 3 4\ny = Conv2D(x, k) strides:[1,1,2,1] padding:SAME',
    shape: [1, 3, 2],
    x: [1, 2, 3, 4, 5, 6],
    y: [1 + 4 + 9 + 16, 5 + 12],
  },
  {
    op: 'Conv2D',
    about: 'dilated, channels first, with borders of its own',
    nodes:
      'k = f64[1,2,1,1] 1 2\ny = Conv2D(x, k) strides:[1,1,1,1] dilations:[1,1,1,2] padding:EXPLICIT explicit_paddings:[0,0,0,0,0,0,1,0] data_format:NCHW',
    shape: [1, 1, 3],
    x: [1, 2, 3],
    y: [4, 7],
  },
  {
    op: 'Conv1D',
    about: 'as Keras exports it',
    nodes:
      'a = i32[] 1\nk = f64[1,2,1,1] 1 2\ne = ExpandDims(x, a)\nc = Conv2D(e, k) strides:[1,1,1,1] padding:VALID\nq = Squeeze(c) squeeze_dims:[-3]\nb = f64[1] 1\ny = BiasAdd(q, b)',
    shape: [3, 1],
    x: [1, 2, 3],
    y: [6, 9],
  },
  {
    op: 'SpaceToBatchND',
    about: 'and back, around a dilated convolution',
    nodes: `size = i32[1] 2
      border = i32[1,2] 2 1
      dealt = SpaceToBatchND(x, size, border)
      a = i32[] 1
      e = ExpandDims(dealt, a)
      k = f64[1,2,1,1] 1 10
      c = Conv2D(e, k) strides:[1,1,1,1] padding:VALID
      q = Squeeze(c) squeeze_dims:[1]
      crop = i32[1,2] 0 1
      y = BatchToSpaceND(q, size, crop)`,
    shape: [5, 1],
    x: [1, 2, 3, 4, 5],
    y: [10, 20, 31, 42, 53],
  },
  {
    op: 'SpaceToBatchND',
    about: 'of two axes',
    nodes: `size = i32[2] 2 2
      none = i32[2,2] 0
      dealt = SpaceToBatchND(x, size, none)
      k = f64[1,1,1,1] 3
      c = Conv2D(dealt, k) strides:[1,1,1,1] padding:VALID
      y = BatchToSpaceND(c, size, none)`,
    shape: [2, 4, 1],
    x: [1, 2, 3, 4, 5, 6, 7, 8],
    y: [3, 6, 9, 12, 15, 18, 21, 24],
  },
  {
    op: 'Conv3D',
    nodes: 'k = f64[1,1,2,1,1] 1 2\ny = Conv3D(x, k) strides:[1,1,1,1,1] padding:VALID data_format:NDHWC',
    shape: [1, 1, 3, 1],
    x: [1, 2, 3],
    y: [5, 8],
  },
  {
    op: '_FusedConv2D',
    nodes: `k = f64[1,2,1,1] 1 2\nb = f64[1] -6\ny = _FusedConv2D(x, k, b) ${window} padding:VALID fused_ops:[BiasAdd,Relu]`,
    shape: [1, 3, 1],
    x: [1, 2, 3],
    y: [0, 2],
  },
  ...['DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative', '_FusedDepthwiseConv2dNative'].map((op): GraphCase => ({
    op,
    nodes: `k = f64[1,2,2,1] 1 10 2 20\ny = ${op}(x, k) ${window} padding:VALID`,
    shape: [1, 2, 2],
    x: [1, 2, 3, 4],
    y: [1 + 6, 20 + 80],
  })),
  {
    op: 'DepthwiseConv2dNative',
    about: 'with two filters per channel',
    nodes: `k = f64[1,1,2,2] 1 2 3 4\ny = DepthwiseConv2dNative(x, k) ${window} padding:VALID`,
    shape: [1, 1, 2],
    x: [5, 7],
    y: [5, 10, 21, 28],
  },
  {
    op: 'Conv2DBackpropInput',
    nodes:
      's = i32[4] -1 1 4 1\nk = f64[1,2,1,1] 1 2\ny = Conv2DBackpropInput(s, k, x) strides:[1,1,2,1] padding:VALID',
    shape: [1, 2, 1],
    x: [3, 5],
    y: [3, 6, 5, 10],
  },
  {
    op: 'MaxPool',
    nodes: 'y = MaxPool(x) ksize:[1,1,2,1] strides:[1,1,1,1] padding:VALID',
    shape: [1, 3, 1],
    x: [1, 5, 3],
    y: [5, 5],
  },
  {
    op: 'MaxPoolV2',
    nodes: 'k = i32[4] 1 1 2 1\ns = i32[4] 1 1 2 1\ny = MaxPoolV2(x, k, s) padding:SAME',
    shape: [1, 3, 1],
    x: [1, 5, 3],
    y: [5, 3],
  },
  {
    op: 'AvgPool',
    nodes: 'y = AvgPool(x) ksize:[1,1,2,1] strides:[1,1,2,1] padding:SAME',
    shape: [1, 3, 1],
    x: [1, 5, 3],
    y: [3, 3],
  },
  {
    op: 'MaxPool3D',
    nodes: 'y = MaxPool3D(x) ksize:[1,1,1,2,1] strides:[1,1,1,1,1] padding:VALID data_format:NDHWC',
    shape: [1, 1, 3, 1],
    x: [1, 5, 3],
    y: [5, 5],
  },
  {
    op: 'AvgPool3D',
    nodes: 'y = AvgPool3D(x) ksize:[1,1,1,2,1] strides:[1,1,1,1,1] padding:VALID data_format:NDHWC',
    shape: [1, 1, 3, 1],
    x: [1, 5, 3],
    y: [3, 4],
  },
];
