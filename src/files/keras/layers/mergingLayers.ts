import type { Tensor } from '../../../network/builder';
import type { Combination } from '../../../network/network';
import { elements } from '../../../network/tensor';
import type { LayerCall, LayerKind } from '../layerCall';
import { rowAxis, unsupported } from '../layerCall';
import { unitVectors } from './normalisationLayers';

/** The merging layers: several tensors to one. */
export const mergingLayers: Readonly<Record<string, LayerKind>> = {
  Add: { lower: (call) => fold(call, 'add') },
  Subtract: { lower: (call) => fold(call, 'subtract', 2) },
  Multiply: { lower: (call) => fold(call, 'multiply') },
  Maximum: { lower: (call) => fold(call, 'max') },
  Minimum: { lower: (call) => fold(call, 'min') },
  Average: { lower: lowerAverage },
  Concatenate: { lower: lowerConcatenate },
  Dot: { lower: lowerDot },
};

/** Tensors with fewer axes get axes of length 1 in front, as Keras does behind the batch. */
function fold(call: LayerCall, how: Combination, most = Infinity): Tensor {
  const { builder, inputs } = call;
  if (inputs.length === 0 || inputs.length > most) return unsupported(call, `is given ${inputs.length} tensors`);
  return inputs.reduce((left, right) => builder.combine(how, left, right));
}

function lowerAverage(call: LayerCall): Tensor {
  const sum = fold(call, 'add');
  const size = elements(sum.shape);
  return call.builder.scale(sum, new Float64Array(size).fill(1 / call.inputs.length), new Float64Array(size));
}

function lowerConcatenate(call: LayerCall): Tensor {
  const [first] = call.inputs;
  if (!first) return unsupported(call, 'is given no tensors');
  return call.builder.concat(call.inputs, rowAxis(call, call.config.number('axis', -1), first.shape.length));
}

/** The product along one axis of each of two tensors: of vectors a number, of matrices a matrix. */
function lowerDot(call: LayerCall): Tensor {
  const { builder, config, inputs } = call;
  const [a, b] = inputs;
  if (!a || !b || inputs.length !== 2) return unsupported(call, `is given ${inputs.length} tensors, but takes two`);
  const axes = config.numbers('axes') ?? [];
  const [axisA, axisB] = [
    rowAxis(call, axes[0] ?? -1, a.shape.length),
    rowAxis(call, axes[1] ?? axes[0] ?? -1, b.shape.length),
  ];
  const unit = config.flag('normalize', false);
  const left = moveAxis(call, unit ? unitVectors(builder, a, [axisA]) : a, axisA, a.shape.length - 1);
  const right = moveAxis(call, unit ? unitVectors(builder, b, [axisB]) : b, axisB, 0);
  const rest = right.shape.slice(1);
  const width = right.shape[0]!;
  const product = builder.matMul(left, builder.reshape(right, [width, elements(rest)]));
  const shape = [...left.shape.slice(0, -1), ...rest];
  return builder.reshape(product, shape.length === 0 ? [1] : shape);
}

function moveAxis(call: LayerCall, x: Tensor, from: number, to: number): Tensor {
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return call.builder.transpose(x, order);
}
