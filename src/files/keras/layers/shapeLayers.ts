import type { Tensor } from '../../../network/builder';
import { pad } from '../../../network/layers';
import { elements } from '../../../network/tensor';
import type { LayerCall, LayerKind } from '../layerCall';
import { inputOf, limitSize, unsupported } from '../layerCall';

/** Layers that move, repeat or cut numbers, and the wrapper that applies a layer at every step. */
export const shapeLayers: Readonly<Record<string, LayerKind>> = {
  Flatten: { lower: lowerFlatten },
  Reshape: {
    lower: (call) => {
      const shape = call.config.numbers('target_shape');
      return shape ? call.builder.reshape(inputOf(call), shape) : call.config.wrong('target_shape', 'a shape');
    },
  },
  Permute: {
    lower: (call) => {
      const x = inputOf(call);
      const dims = call.config.numbers('dims') ?? [];
      if ([...dims].sort((a, b) => a - b).some((axis, k) => axis !== k + 1) || dims.length !== x.shape.length)
        return call.config.wrong('dims', `the axes 1 to ${x.shape.length} in some order`);
      return call.builder.transpose(
        x,
        dims.map((axis) => axis - 1),
      );
    },
  },
  RepeatVector: {
    lower: (call) => {
      const x = inputOf(call);
      const copies = call.config.count('n');
      limitSize(call, copies * elements(x.shape));
      return call.builder.broadcastTo(call.builder.reshape(x, [1, ...x.shape]), [copies, ...x.shape]);
    },
  },
  Cropping1D: { lower: lowerCropping },
  ZeroPadding1D: { lower: lowerZeroPadding },
  UpSampling1D: {
    lower: (call) => {
      const x = steps(call);
      const size = call.config.firstNumber('size', 2);
      limitSize(call, size * elements(x.shape));
      return call.builder.take(
        x,
        0,
        range(x.shape[0]! * size).map((step) => Math.floor(step / size)),
      );
    },
  },
  TimeDistributed: { lower: lowerTimeDistributed },
};

/** The elements in Keras's order, channels last. */
function lowerFlatten(call: LayerCall): Tensor {
  const x = inputOf(call);
  const moved =
    call.config.text('data_format', 'channels_last') === 'channels_first' && x.shape.length > 1
      ? call.builder.transpose(x, [...range(x.shape.length).slice(1), 0])
      : x;
  return call.builder.reshape(moved, [elements(x.shape)]);
}

function lowerCropping(call: LayerCall): Tensor {
  const x = steps(call);
  const [before, after] = pair(call, 'cropping');
  return call.builder.take(x, 0, range(x.shape[0]!).slice(before, x.shape[0]! - after));
}

function lowerZeroPadding(call: LayerCall): Tensor {
  const x = inputOf(call);
  const [before, after] = pair(call, 'padding');
  const axis = call.config.text('data_format', 'channels_last') === 'channels_first' ? 1 : 0;
  if (x.shape.length !== 2) return unsupported(call, `needs steps × channels, but is given [${x.shape.join(', ')}]`);
  limitSize(call, (before + after + x.shape[axis]!) * x.shape[1 - axis]!);
  const along = (count: number): number[] => (axis === 0 ? [count, 0] : [0, count]);
  return pad(call.builder, x, along(before), along(after));
}

/** Steps a TimeDistributed may repeat its layer for: each adds operations of its own. */
const maxSteps = 4096;

/** The inner layer at each step of the first axis by itself. */
function lowerTimeDistributed(call: LayerCall): Tensor {
  const x = inputOf(call);
  const [length, ...rest] = x.shape;
  if (length === undefined || length === 0) return unsupported(call, 'is given no steps');
  limitSize(call, length, maxSteps);
  const results = range(length).map((step) => {
    const y = call.part('layer', call.builder.reshape(call.builder.take(x, 0, [step]), rest));
    return call.builder.reshape(y, [1, ...y.shape]);
  });
  return call.builder.concat(results, 0);
}

function steps(call: LayerCall): Tensor {
  const x = inputOf(call);
  if (x.shape.length !== 2) return unsupported(call, `needs steps × channels, but is given [${x.shape.join(', ')}]`);
  if (call.config.text('data_format', 'channels_last') !== 'channels_last')
    return unsupported(call, 'has its channels first');
  return x;
}

function pair(call: LayerCall, key: string): [number, number] {
  const [before = 1, after = before] = call.config.numbers(key) ?? [];
  return [before, after];
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
