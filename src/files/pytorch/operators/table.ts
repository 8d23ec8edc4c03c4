import { ShapeError } from '../../../network/builder';
import { compositeOperators } from './composite';
import { convolutionOperators } from './convolution';
import { creationOperators } from './creation';
import { elementwiseOperators } from './elementwise';
import { linearOperators } from './linear';
import { lookupOperators } from './lookups';
import { normalisationOperators } from './normalisation';
import { reductionOperators } from './reductions';
import { shapeOperators } from './shapes';
import { slicingOperators } from './slicing';
import { failCall, type LoweringContext, type Operator, type OperatorCall, type TorchValue } from './values';

/** Every operation of PyTorch (ATen) that Slopescope can follow, by its name without `aten::` and overload. */
const torchOperators: ReadonlyMap<string, Operator> = new Map([
  ...creationOperators,
  ...elementwiseOperators,
  ...linearOperators,
  ...lookupOperators,
  ...reductionOperators,
  ...shapeOperators,
  ...slicingOperators,
  ...normalisationOperators,
  ...convolutionOperators,
  ...compositeOperators,
]);

const recurrent = /^(quantized_)?(lstm|gru|rnn_tanh|rnn_relu)(_cell|_layer)?$/;

/** Lowers one operation. Names that end in `_` work in place and give the same values. */
export function lowerOperator(
  context: LoweringContext,
  name: string,
  positional: readonly TorchValue[],
  named: Iterable<readonly [string, TorchValue]> = [],
): TorchValue {
  const found = torchOperators.get(name) ?? torchOperators.get(name.replace(/_$/, ''));
  const values = new Map<string, TorchValue>();
  const call: OperatorCall = { ...context, operator: `aten::${name}`, arguments: values };
  if (!found && recurrent.test(name))
    failCall(call, 'it is recurrent; Slopescope reads networks that turn one row into outputs step by step');
  if (!found) failCall(call, 'it is not among the operations Slopescope knows', 'torch-operator-unknown');
  positional.forEach((value, at) => {
    const parameter = found.parameters[at];
    if (parameter !== undefined) values.set(parameter, value);
  });
  for (const [parameter, value] of named) values.set(ownName(found, parameter), value);
  try {
    return found.lower(call);
  } catch (error) {
    if (error instanceof ShapeError) failCall(call, error.message, 'torch-shapes');
    throw error;
  }
}

/** The same argument under the name another operation or overload has for it. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['shape', 'size'],
  ['split_sizes', 'split_size'],
  ['indices', 'sections'],
  ['dims', 'repeats'],
  ['mat', 'mat1'],
  ['vec', 'mat2'],
  ['batch1', 'mat1'],
  ['batch2', 'mat2'],
  ['group', 'num_groups'],
  ['axis0', 'dim0'],
  ['axis1', 'dim1'],
  ['ord', 'p'],
  ['tensors', 'operands'],
]);

function ownName({ parameters }: Operator, name: string): string {
  const other = otherNames.get(name);
  return other !== undefined && !parameters.includes(name) && parameters.includes(other) ? other : name;
}
