import type { KnownConstructor } from '../containers/pickleConstructors';
import { isKind, itemsOf, numberOf, type PickleValue } from '../containers/pickleValues';
import { numbersOf } from '../containers/arrayNumbers';
import { isStorage, scalarTypes, tensorIn, type ScalarType, type TorchStorage, type TorchTensor } from './tensors';

/** The callables of PyTorch's pickles that only make data: tensors from storages, lists of TorchScript. */
export const torchConstructors: ReadonlyMap<string, KnownConstructor> = new Map<string, KnownConstructor>([
  ['torch._utils._rebuild_tensor', tensor],
  ['torch._utils._rebuild_tensor_v2', tensor],
  ['torch._utils._rebuild_tensor_v3', tensor],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch._utils._rebuild_device_tensor_from_numpy', fromArray],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', first],
  ['torch._tensor._rebuild_from_type_v2', fromType],
  ['torch._tensor._rebuild_from_type', fromType],
  ['torch.Size', ([lengths]) => ({ kind: 'tuple', items: [...(itemsOf(lengths) ?? [])] })],
  ['torch.nn.parameter.Parameter', first],
  ['torch.jit._pickle.build_intlist', first],
  ['torch.jit._pickle.build_doublelist', first],
  ['torch.jit._pickle.build_boollist', first],
  ['torch.jit._pickle.build_tensorlist', first],
  ['torch.jit._pickle.restore_type_tag', first],
]);

function first([value]: readonly PickleValue[]): PickleValue | undefined {
  return value;
}

/** (storage, offset, size, stride, requires_grad, hooks[, dtype of version 3]). */
function tensor([held, offset, size, stride, , , dtype]: readonly PickleValue[]): PickleValue | undefined {
  const storage = storageIn(held);
  const [start, shape, strides] = [numberOf(offset), wholeNumbers(size), wholeNumbers(stride)];
  if (!storage || start === undefined || !shape || strides?.length !== shape.length) return undefined;
  const type = isKind(dtype, 'global') ? scalarTypes.get(dtype.name) : storage.type;
  return type && foreign({ torch: 'tensor', storage, type, offset: start, shape, strides });
}

/** (function, type, arguments, state): a subclass of Tensor around what the function makes. */
function fromType([callable, , args]: readonly PickleValue[]): PickleValue | undefined {
  if (!isKind(callable, 'global')) return undefined;
  const make = torchConstructors.get(`${callable.module}.${callable.name}`);
  return make === fromType ? undefined : make?.(itemsOf(args) ?? []);
}

function fromArray([array]: readonly PickleValue[]): PickleValue | undefined {
  const numbers = numbersOf(array);
  const type = scalarTypes.get('float64');
  if (!numbers || !type) return undefined;
  const { values, shape } = numbers;
  return foreign(tensorOfNumbers(values, shape, type));
}

/** A tensor that holds the given float64 numbers. */
function tensorOfNumbers(values: Float64Array, shape: readonly number[], type: ScalarType): TorchTensor {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setFloat64(at * 8, value, true));
  const load = (): Uint8Array => bytes;
  const storage: TorchStorage = { torch: 'storage', key: '', type, count: values.length, littleEndian: true, load };
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  return { torch: 'tensor', storage, type, offset: 0, shape, strides };
}

function foreign(content: TorchTensor): PickleValue {
  return { kind: 'foreign', content };
}

function storageIn(value: PickleValue | undefined): TorchStorage | undefined {
  if (!isKind(value, 'foreign')) return tensorIn(value)?.storage;
  return isStorage(value.content) ? value.content : undefined;
}

function wholeNumbers(value: PickleValue | undefined): number[] | undefined {
  const numbers = itemsOf(value)?.map((item) => numberOf(item) ?? NaN);
  return numbers && numbers.length <= 64 && numbers.every(Number.isSafeInteger) ? numbers : undefined;
}
