import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { Held } from '../held';
import { holdsElements, holdsTexts, readTensor, type StoredTensor } from '../tensorProto';

/** Operators that give stored numbers, or what they take. */
export const constants: Readonly<Record<string, Operator>> = {
  CheckNumerics: same,
  CheckNumericsV2: same,
  Const,
  DeepCopy: same,
  Identity: same,
  IdentityN: all,
  Placeholder,
  PlaceholderV2: Placeholder,
  PlaceholderWithDefault: same,
  PreventGradient: same,
  Print: same,
  ReadVariableOp: same,
  Snapshot: same,
  StopGradient,
  VariableShape,
};

function same(call: Call): Value {
  return call.value(0);
}

function all(call: Call): readonly Value[] {
  return call.values();
}

/** Elements in the graph itself, or in the weights files beside it. */
function Const(call: Call): Value {
  const { weights, file } = call.around;
  const message = call.attributes.tensor('value');
  if (weights && !(message && holdsElements(message))) return call.stored(weightsBeside(call, weights));
  if (!message) return call.refuse('tensorflow-constant-damaged', 'has no value', 'Save the model again.');
  return call.stored(readTensor(message, call.name, file));
}

/** The texts of a constant, if it holds some. */
export function constantTexts(call: Call): Held | undefined {
  const message = call.attributes.tensor('value');
  if (!message || !holdsTexts(message)) return undefined;
  return { kind: 'texts', texts: readTensor(message, call.name, call.around.file).texts ?? [] };
}

function weightsBeside(call: Call, weights: ReadonlyMap<string, () => StoredTensor>): StoredTensor {
  const read = weights.get(call.node.name);
  if (read) return read();
  return call.refuse(
    'tfjs-weight-missing',
    'has no value: it is not among the weights that the file lists (weightsManifest)',
    'Convert the model again with the TensorFlow.js converter.',
  );
}

/** An input that neither the signature nor the caller feeds. */
function Placeholder(call: Call): Value {
  return call.refuse(
    'tensorflow-input-not-fed',
    'is an input that the signature does not name, so nothing feeds it',
    'Save the network with all its inputs in the signature.',
  );
}

/**
 * The value passes. In training no gradient would flow back through it; a slope says how the forecast changes, and it
 * does change, so here it counts as the value that it is.
 */
function StopGradient(call: Call): Value {
  const x = call.value(0);
  if (!x.tensor.constant)
    call.remark(
      'tensorflow-stop-gradient',
      'stops the gradient in training; the slopes here are those of the forecast itself, as if it were not there',
      'Nothing needs to be done; gradients of TensorFlow itself can differ from these slopes.',
    );
  return x;
}

function VariableShape(call: Call): Value {
  const { shape } = call.value(0).tensor;
  return call.constant(Float64Array.from(shape), [shape.length], 'whole');
}
