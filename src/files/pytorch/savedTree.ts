import { numbersOf, textsOf } from '../containers/arrayNumbers';
import {
  isKind,
  itemsOf,
  numberOf,
  qualifiedName,
  type PickleObject,
  type PickleValue,
} from '../containers/pickleValues';
import { maxNesting } from '../limits';
import { tensorIn, type TorchTensor } from './tensors';

/** A leaf of a saved object, by the keys that lead to it. */
export type Leaf = { readonly path: readonly string[] } & (
  | { readonly kind: 'tensor'; readonly tensor: TorchTensor }
  /** An array of numpy, or a list of numbers. */
  | {
      readonly kind: 'numbers';
      readonly values: Float64Array;
      readonly shape: readonly number[];
      readonly array: boolean;
    }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'module'; readonly module: PickleObject }
  /** A tensor stored in a way that is not read (`sparse tensor`, `meta tensor no storage`). */
  | { readonly kind: 'unread'; readonly how: string }
);

/**
 * All leaves of nested dictionaries and lists, in the order of the file: tensors, arrays and lists of numbers or texts,
 * and whole modules. A value that hangs in several places is met at the first; the state of an optimizer is passed
 * over, its moments have the shapes of weights and are none.
 */
export function leavesOf(saved: PickleValue): Leaf[] {
  const leaves: Leaf[] = [];
  const seen = new Set<PickleValue>();
  visit(saved, [], leaves, seen);
  return leaves;
}

function visit(value: PickleValue, path: readonly string[], leaves: Leaf[], seen: Set<PickleValue>): void {
  const tensor = tensorIn(value);
  if (tensor) {
    leaves.push({ kind: 'tensor', path, tensor });
    return;
  }
  if (typeof value === 'string') leaves.push({ kind: 'texts', path, values: [value] });
  if (typeof value !== 'object' || value === null || seen.has(value) || path.length > maxNesting) return;
  seen.add(value);
  if (isKind(value, 'object')) visitObject(value, path, leaves, seen);
  else if (isKind(value, 'dict')) {
    if (isOptimizer(value.entries)) return;
    value.entries.forEach((item, key) => visit(item, [...path, keyText(key)], leaves, seen));
  } else visitList(value, path, leaves, seen);
}

/** Every optimizer of PyTorch saves `state` and `param_groups`. */
function isOptimizer(entries: ReadonlyMap<PickleValue, PickleValue>): boolean {
  return entries.has('state') && entries.has('param_groups');
}

/** A module is a leaf; of any other object (a Namespace of settings) the attributes are looked at. */
function visitObject(object: PickleObject, path: readonly string[], leaves: Leaf[], seen: Set<PickleValue>): void {
  if (isModule(object)) {
    leaves.push({ kind: 'module', path, module: object });
    return;
  }
  if (object.how === 'call' && qualifiedName(object).startsWith('torch._utils._rebuild_')) {
    leaves.push({ kind: 'unread', path, how: object.name.replace(/^_rebuild_/, '').replaceAll('_', ' ') });
    return;
  }
  if (object.state !== undefined) visit(object.state, path, leaves, seen);
  object.entries?.forEach((item, key) => visit(item, [...path, keyText(key)], leaves, seen));
}

function visitList(value: PickleValue, path: readonly string[], leaves: Leaf[], seen: Set<PickleValue>): void {
  const texts = textsOf(value);
  const items = itemsOf(value) ?? [];
  const numbers = numbersOf(value);
  if (numbers && numbers.values.length > 0)
    leaves.push({ kind: 'numbers', path, ...numbers, array: isKind(value, 'array') });
  else if (texts && texts.length > 0) leaves.push({ kind: 'texts', path, values: texts });
  else items.forEach((item, at) => visit(item, [...path, String(at)], leaves, seen));
}

/** Values that are looked at for a tensor; a chain of more would be too deep to follow. */
const maxVisited = 5000;

/** Whether an object is a saved `torch.nn.Module`: those always keep their children and parameters so. */
function isModule(value: PickleObject): boolean {
  if (!isKind(value.state, 'dict')) return false;
  return isKind(value.state.entries.get('_modules'), 'dict') && value.state.entries.has('_parameters');
}

/** Whether a module or one of its children holds tensors. */
export function hasTensors(module: PickleObject): boolean {
  return module.state !== undefined && holdsTensor(module.state, new Set());
}

function holdsTensor(value: PickleValue, seen: Set<PickleValue>): boolean {
  if (tensorIn(value)) return true;
  if (typeof value !== 'object' || value === null || seen.has(value) || seen.size > maxVisited) return false;
  seen.add(value);
  if (isKind(value, 'object')) return value.state !== undefined && holdsTensor(value.state, seen);
  const inside = isKind(value, 'dict') ? [...value.entries.values()] : (itemsOf(value) ?? []);
  return inside.some((item) => holdsTensor(item, seen));
}

function keyText(key: PickleValue): string {
  if (typeof key === 'string') return key;
  const number = numberOf(key);
  return number === undefined ? '?' : String(number);
}
