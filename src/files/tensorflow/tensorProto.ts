import { elements } from '../../network/tensor';
import { maxArrayAxes, maxRepeatedNumbers, maxTensorNumbers } from '../limits';
import { refuse } from '../refuse';
import type { ElementType } from '../rows/value';
import { halfToNumber } from '../containers/hdf5/datatype';
import { bfloatToNumber, dataTypeName, dataTypeNames, elementType, storedType, type StoredType } from './dataType';
import { readShape, type OpenShape } from './shapeProto';
import { field, type Message } from './syntax/message';

/** A stored tensor: its numbers, row-major, or its texts. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly numbers: Float64Array;
  readonly texts?: readonly string[];
}

const dtypeField = field(1, 'dtype');
const shapeField = field(2, 'tensor_shape');

/** Where elements may stand: all as bytes, or as lists by type. */
const elementFields = {
  tensorContent: field(4, 'tensor_content'),
  floatVal: field(5, 'float_val'),
  doubleVal: field(6, 'double_val'),
  intVal: field(7, 'int_val'),
  stringVal: field(8, 'string_val'),
  int64Val: field(10, 'int64_val'),
  boolVal: field(11, 'bool_val'),
  halfVal: field(13, 'half_val'),
  uint32Val: field(16, 'uint32_val'),
  uint64Val: field(17, 'uint64_val'),
};

/** Whether a TensorProto holds its elements itself (in TensorFlow.js they lie in the weights files). */
export function holdsElements(message: Message): boolean {
  return Object.values(elementFields).some((values) => message.has(values));
}

/** Whether the elements of a TensorProto are texts. */
export function holdsTexts(message: Message): boolean {
  return elementType(message.choice(dtypeField, dataTypeNames) ?? 0) === 'text';
}

/** The shape of a TensorProto alone, as it is written. */
export function openShape(message: Message): OpenShape {
  return readShape(message.message(shapeField));
}

function tensorShape(message: Message, name: string, file: string): readonly number[] {
  const shape = openShape(message) ?? [];
  return shape.length <= maxArrayAxes && shape.every((length) => length !== undefined)
    ? shape
    : damaged(name, file, 'has no proper shape');
}

/**
 * Reads a TensorProto (tensor.proto): its bytes as a whole, or a list of values of which the last one is repeated to
 * fill the shape. `name` is that of the node, for problems.
 */
export function readTensor(message: Message, name: string, file: string): StoredTensor {
  const dtype = message.choice(dtypeField, dataTypeNames) ?? 0;
  const shape = tensorShape(message, name, file);
  const count = elements(shape);
  if (count > maxTensorNumbers) return damaged(name, file, `claims to have ${count} elements`);
  if (dataTypeName(dtype) === 'DT_STRING')
    return { shape, type: 'text', numbers: new Float64Array(), texts: texts(message) };
  const stored = storedType(dtype);
  if (!stored) {
    return refuse(file, {
      code: 'tensorflow-data-type',
      message: `The constant "${name}" in ${file} is of the type ${dataTypeName(dtype)}, which Slopescope does not compute with.`,
      remedy: 'Save the network in float32 or float64, without quantisation.',
      part: name,
    });
  }
  const content = message.content(elementFields.tensorContent);
  const numbers =
    content && content.length > 0
      ? (decodeElements(content, stored, count) ?? damaged(name, file, 'has fewer or more bytes than its shape needs'))
      : (repeated(listedValues(message, stored), count) ??
        damaged(name, file, 'has more values than its shape, or far fewer'));
  return { shape, type: stored.element, numbers };
}

/** Elements as they lie in memory; undefined if the bytes are not as many as the elements need. */
export function decodeElements(bytes: Uint8Array, stored: StoredType, count: number): Float64Array | undefined {
  if (bytes.length !== count * stored.size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) => stored.read(view, i * stored.size));
}

function texts(message: Message): string[] {
  const decoder = new TextDecoder();
  return message.contents(elementFields.stringVal).map((bytes) => decoder.decode(bytes));
}

function listedValues(message: Message, { name }: StoredType): Float64Array {
  switch (name) {
    case 'DT_FLOAT':
      return message.floats(elementFields.floatVal);
    case 'DT_DOUBLE':
      return message.doubles(elementFields.doubleVal);
    case 'DT_HALF':
      return Float64Array.from(message.integers(elementFields.halfVal), halfToNumber);
    case 'DT_BFLOAT16':
      return Float64Array.from(message.integers(elementFields.halfVal), bfloatToNumber);
    case 'DT_BOOL':
      return Float64Array.from(message.truths(elementFields.boolVal), Number);
    case 'DT_INT64':
      return Float64Array.from(message.integers(elementFields.int64Val));
    case 'DT_UINT32':
      return Float64Array.from(message.integers(elementFields.uint32Val));
    case 'DT_UINT64':
      return Float64Array.from(message.integers(elementFields.uint64Val));
    default:
      return Float64Array.from(message.integers(elementFields.intVal));
  }
}

/** The last value stands for all that are left out; without any, all are 0. */
function repeated(values: Float64Array, count: number): Float64Array | undefined {
  if (values.length > count) return undefined;
  if (values.length === count) return values;
  if (count > maxRepeatedNumbers) return undefined;
  const filled = new Float64Array(count).fill(values.at(-1) ?? 0);
  filled.set(values);
  return filled;
}

function damaged(name: string, file: string, because: string): never {
  return refuse(file, {
    code: 'tensorflow-constant-damaged',
    message: `The constant "${name}" in ${file} ${because}.`,
    remedy: 'Check that the download or copy was complete, or save the model again.',
    part: name,
  });
}
