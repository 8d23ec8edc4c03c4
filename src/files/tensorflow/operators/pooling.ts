import type { Tensor } from '../../../network/builder';
import { pool } from '../../../network/layers';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import { perPlace, perRow, sweepOf, type Sweep } from './windows';

/** Operators that take windows of places to one number each, channel by channel. */
export const poolings: Readonly<Record<string, Operator>> = {
  AvgPool: pooling('mean'),
  AvgPool3D: pooling('mean'),
  MaxPool: pooling('max'),
  MaxPool3D: pooling('max'),
  MaxPoolV2,
};

/** Cells beside the edge never win a maximum and do not count in a mean. */
function pooling(how: 'max' | 'mean'): Operator {
  return (call) => {
    const size = perPlace(call, call.attributes.integers('ksize'), call.value(0).tensor.shape.length - 2, 1);
    return pooled(call, how, (row) => sweepOf(call, row.shape.slice(1), size));
  };
}

/** Window and strides are inputs here. */
function MaxPoolV2(call: Call): Value {
  const places = call.value(0).tensor.shape.length - 2;
  const size = perPlace(call, Array.from(call.numbers(1, 'window')), places, 1);
  const strides = perPlace(call, Array.from(call.numbers(2, 'strides')), places, 1);
  return pooled(call, 'max', (row) => sweepOf(call, row.shape.slice(1), size, strides));
}

function pooled(call: Call, how: 'max' | 'mean', sweep: (row: Tensor) => Sweep): Value {
  return perRow(call, call.value(0), (row) => {
    const window = sweep(row);
    call.expectRoom([row.shape[0]!, ...window.result, ...window.size]);
    return pool(call.builder, how, row, { ...window, countPadding: false });
  });
}
