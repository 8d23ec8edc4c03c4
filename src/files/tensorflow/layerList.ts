import type { Layer } from '../../network/network';
import { elements } from '../../network/tensor';
import type { Value } from '../rows/value';
import type { Call } from './call';

/** Operators whose constant inputs are trained numbers. */
const weighted =
  /^(MatMul|BatchMatMul\w*|Einsum|Conv\dD|Conv2DBackpropInput|_?Fused(Conv2D|MatMul|BatchMatMul\w*|DepthwiseConv2dNative|BatchNorm\w*)|DepthwiseConv2dNative|Gather\w*|ResourceGather\w*|Prelu)$/;

/** Operators people count as an activation layer of their own. */
const activations =
  /^(Elu|Erf|Erfc|Exp|LeakyRelu|LogSoftmax|Prelu|Relu6?|Selu|Sigmoid|Softmax|Softplus|Softsign|Tanh)$/;

/** Nodes after whose product a constant sum is the layer's bias. */
const products = /^(MatMul|BatchMatMul\w*|Einsum|Conv\dD|Conv2DBackpropInput|DepthwiseConv2dNative)$/;

const sums = /^(Add|AddV2|BiasAdd|BiasAddV1)$/;

/** The layers of a graph as its nodes tell them: one for each product with weights, one for each activation. */
export class LayerList {
  private readonly noted: Layer[] = [];
  /** Products, each with the number of its layer, for telling a bias from other constants. */
  private readonly layerOfProduct = new Map<number, number>();

  get layers(): readonly Layer[] {
    return this.noted;
  }

  /** Takes a node into account that has been lowered. */
  note(call: Call, outputs: readonly Value[]): void {
    const { operator } = call.node;
    const [output] = outputs;
    if (!output || output.tensor.constant) return;
    if (sums.test(operator)) this.noteBias(call);
    const parameters = weighted.test(operator) ? constantNumbers(call) : 0;
    if (parameters === 0 && !activations.test(operator)) return;
    if (parameters > 0) refuseInfinite(call);
    const size = elements(output.tensor.shape);
    this.noted.push({ name: call.name, kind: operator, size, parameters });
    if (products.test(operator)) this.layerOfProduct.set(output.tensor.value, this.noted.length - 1);
  }

  private noteBias(call: Call): void {
    const values = call.values();
    const number = values
      .map((value) => (value.tensor.constant ? undefined : this.layerOfProduct.get(value.tensor.value)))
      .find((layer) => layer !== undefined);
    const layer = number === undefined ? undefined : this.noted[number];
    if (!layer || number === undefined) return;
    refuseInfinite(call);
    this.noted[number] = { ...layer, parameters: layer.parameters + constantNumbers(call) };
  }
}

function constants(call: Call): Float64Array[] {
  return call.inputs.flatMap((held, index) => {
    if (held.kind !== 'value' && held.kind !== 'variable') return [];
    const { tensor, type } = call.value(index);
    return tensor.constant && type === 'real' ? [tensor.constant] : [];
  });
}

function constantNumbers(call: Call): number {
  return constants(call).reduce((sum, numbers) => sum + numbers.length, 0);
}

/** A network whose weights are not numbers gives no forecasts. */
function refuseInfinite(call: Call): void {
  if (constants(call).every((numbers) => numbers.every(Number.isFinite))) return;
  call.refuse(
    'weights-not-finite',
    'has weights that are infinite or not a number',
    'Train the network again: its training diverged.',
  );
}
