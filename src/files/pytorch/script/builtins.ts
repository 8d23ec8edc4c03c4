import { elements } from '../../../network/tensor';
import { isValue, listValue, numberIn, rowsValue, type ObjectValue, type TorchValue } from '../operators/values';
import { plainBinary, truth } from './numbers';
import type { Statement } from './syntax';

/** Who calls a built-in function: it looks up attributes of modules. */
interface Caller {
  attribute(object: ObjectValue, name: string, statement: Statement | undefined): TorchValue;
}

/** A function of TorchScript itself: undefined when the arguments are not for it. */
type Builtin = (
  args: readonly TorchValue[],
  caller: Caller,
  statement: Statement | undefined,
) => TorchValue | undefined;

/** The last argument as it is: casts and annotations only say a type. */
const lastArgument: Builtin = (args) => args.at(-1) ?? null;
const firstArgument: Builtin = (args) => args[0] ?? null;

const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['annotate', lastArgument],
  ['unchecked_cast', lastArgument],
  ['uninitialized', () => null],
  ['unchecked_unwrap_optional', firstArgument],
  ['NumToTensor', firstArgument],
  ['__is__', ([a = null, b = null]) => plainBinary('is', a, b)],
  ['__isnot__', ([a = null, b = null]) => plainBinary('is not', a, b)],
  ['slice', sliceOfList],
  ['ScalarImplicit', scalar],
  ['IntImplicit', scalar],
  ['FloatImplicit', scalar],
  ['int', wholeNumber],
  ['Int', wholeNumber],
  ['float', ([value]) => (value === undefined || isTensor(value) ? undefined : (number(value) ?? value))],
  ['Float', ([value]) => (value === undefined ? undefined : number(value))],
  ['bool', boolean],
  ['Bool', boolean],
  ['str', ([value]) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')],
  ['__not__', ([value]) => negated(value)],
  ['len', length],
  ['range', ([first = 0, second]) => range(number(first) ?? 0, second === undefined ? undefined : number(second))],
  ['__derive_index', ([at, start, step]) => derivedIndex(at, start, step)],
  ['__range_length', ([first, second, step]) => rangeLength(first, second, step)],
  [
    'getattr',
    ([object, name], caller, statement) =>
      isValue(object, 'object') && typeof name === 'string' ? caller.attribute(object, name, statement) : undefined,
  ],
  ['hasattr', ([object, name]) => isValue(object, 'object') && typeof name === 'string' && object.attributes.has(name)],
  ['isinstance', ([value, type]) => isInstance(value, type)],
  ['__getitem__', ([holder, at]) => getItem(holder, at)],
  ['append', ([list, value]) => append(list, value)],
  ['list', ([list]) => (isValue(list, 'list') ? listValue(list.items) : undefined)],
  ['tuple', ([list]) => (isValue(list, 'list') ? listValue(list.items) : undefined)],
  ['zip', ([first, second]) => zipped(first, second)],
  [
    '__contains__',
    ([holder, value]) => (isValue(holder, 'list') && value !== undefined ? holder.items.includes(value) : undefined),
  ],
  ['format', () => ''],
  ['warn', () => null],
  ['print', () => null],
  ['device', () => ({ kind: 'name', name: 'device' })],
  ['dtype', () => ({ kind: 'name', name: 'dtype' })],
  ['layout', () => ({ kind: 'name', name: 'layout' })],
  ['requires_grad', () => false],
  ['is_quantized', () => false],
  ['is_cuda', () => false],
  ['is_grad_enabled', () => false],
  ['is_autocast_enabled', () => false],
  ['is_scripting', () => true],
  ['is_tracing', () => false],
  ['is_floating_point', () => true],
  ['has_torch_function', () => false],
]);

/** Calls one of TorchScript's own functions; undefined when it is none of them. */
export function callBuiltin(
  caller: Caller,
  name: string,
  args: readonly TorchValue[],
  statement: Statement | undefined,
): TorchValue | undefined {
  return builtins.get(name)?.(args, caller, statement);
}

function isTensor(value: TorchValue): boolean {
  return isValue(value, 'tensor');
}

function number(value: TorchValue): number | undefined {
  return numberIn(value);
}

function scalar([value]: readonly TorchValue[]): TorchValue | undefined {
  return value === undefined ? undefined : (numberIn(value) ?? value);
}

/** The number of rows stays what it is. */
function wholeNumber([value]: readonly TorchValue[]): TorchValue | undefined {
  if (value === undefined || isValue(value, 'rows')) return value;
  const known = numberIn(value);
  return known === undefined ? undefined : Math.trunc(known);
}

function boolean([value]: readonly TorchValue[]): TorchValue | undefined {
  return value === undefined ? undefined : (truth(value) ?? value);
}

function negated(value: TorchValue | undefined): boolean | undefined {
  const known = value === undefined ? undefined : truth(value);
  return known === undefined ? undefined : !known;
}

function length([value]: readonly TorchValue[]): TorchValue | undefined {
  if (isValue(value, 'list')) return value.items.length;
  if (typeof value === 'string') return value.length;
  if (!isValue(value, 'tensor')) return undefined;
  return value.batched ? rowsValue : (value.tensor.shape[0] ?? elements(value.tensor.shape));
}

function range(first: number, second: number | undefined): TorchValue {
  const [start, end] = second === undefined ? [0, first] : [first, second];
  return listValue(Array.from({ length: Math.min(Math.max(0, end - start), 2 ** 16) }, (_, at) => start + at));
}

function rangeLength(
  first: TorchValue | undefined,
  second: TorchValue | undefined,
  step: TorchValue | undefined,
): number | undefined {
  const [start, end, width] = [first, second, step].map((value) => (value === undefined ? undefined : numberIn(value)));
  if (start === undefined || end === undefined || !width) return undefined;
  return Math.max(0, Math.ceil((end - start) / width));
}

/** The number that a loop over a range stands at. */
function derivedIndex(
  at: TorchValue | undefined,
  start: TorchValue | undefined,
  step: TorchValue | undefined,
): number | undefined {
  const [index, first, width] = [at, start, step].map((value) => (value === undefined ? undefined : numberIn(value)));
  return index === undefined || first === undefined || width === undefined ? undefined : first + index * width;
}

function getItem(holder: TorchValue | undefined, at: TorchValue | undefined): TorchValue | undefined {
  if (isValue(holder, 'list') && typeof at === 'number') return holder.items.at(at);
  return isValue(holder, 'object') && typeof at === 'string' ? holder.attributes.get(at) : undefined;
}

/** list[start:end:step]; tensors are sliced by the operation of that name. */
function sliceOfList([list, start, end, step]: readonly TorchValue[]): TorchValue | undefined {
  if (!isValue(list, 'list')) return undefined;
  const bound = (value: TorchValue | undefined, otherwise: number): number =>
    value === undefined || value === null ? otherwise : (numberIn(value) ?? otherwise);
  const width = bound(step, 1);
  const cut = list.items.slice(bound(start, 0), bound(end, list.items.length));
  return width < 1 ? undefined : listValue(cut.filter((_, at) => at % width === 0));
}

function append(list: TorchValue | undefined, value: TorchValue | undefined): TorchValue | undefined {
  if (!isValue(list, 'list') || value === undefined) return undefined;
  list.items.push(value);
  return list;
}

function zipped(first: TorchValue | undefined, second: TorchValue | undefined): TorchValue | undefined {
  if (!isValue(first, 'list') || !isValue(second, 'list')) return undefined;
  const count = Math.min(first.items.length, second.items.length);
  return listValue(Array.from({ length: count }, (_, at) => listValue([first.items[at]!, second.items[at]!])));
}

/** Types that a value can be told by; a type nobody knows is not the value's. */
function isInstance(value: TorchValue | undefined, type: TorchValue | undefined): boolean {
  const name = isValue(type, 'name') ? type.name : '';
  if (name === 'Tensor' || name === 'torch.Tensor') return isValue(value, 'tensor');
  if (name === 'int') return typeof value === 'number' && Number.isInteger(value);
  if (name === 'float') return typeof value === 'number';
  if (name === 'bool') return typeof value === 'boolean';
  if (name === 'str') return typeof value === 'string';
  return /^(List|Tuple)/.test(name) && isValue(value, 'list');
}
