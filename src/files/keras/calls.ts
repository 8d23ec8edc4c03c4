import type { Json, JsonObject } from '../json';
import { isList, isObject } from '../json';
import { maxNesting } from '../limits';
import { refuse } from '../refuse';

/** A tensor of the graph: output `tensor` of call number `call` of a layer. */
export interface TensorReference {
  readonly layer: string;
  readonly call: number;
  readonly tensor: number;
}

/** One argument of a layer's call. */
export type Argument =
  | { readonly kind: 'tensor'; readonly tensor: TensorReference }
  /** With `keys` it was a dictionary. */
  | { readonly kind: 'list'; readonly items: readonly Argument[]; readonly keys?: readonly string[] }
  | {
      readonly kind: 'slice';
      readonly start?: number | undefined;
      readonly stop?: number | undefined;
      readonly step?: number | undefined;
    }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: number | boolean | string };

/** One use of a layer: what it is called with. */
export interface Call {
  readonly positional: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
}

/** All tensors an argument mentions, in order. */
function tensorsIn(argument: Argument): TensorReference[] {
  if (argument.kind === 'tensor') return [argument.tensor];
  return argument.kind === 'list' ? argument.items.flatMap(tensorsIn) : [];
}

/** All tensors a call takes, in order. */
export function tensorsOf(call: Call): TensorReference[] {
  return [...call.positional, ...call.named.values()].flatMap(tensorsIn);
}

/**
 * The calls of a layer from its `inbound_nodes`: in Keras 3 objects with `args` and `kwargs`, in Keras 2 nested lists
 * `[[["layer", node, tensor, {kwargs}], …], …]`, one level less for TensorFlow operators.
 */
export function readCalls(nodes: Json | undefined, file: string, layer: string): Call[] {
  if (nodes === undefined || nodes === null) return [];
  if (!isList(nodes)) return malformed(file, layer);
  return nodes.map((node) =>
    isObject(node) && isList(node.args) ? callOfKeras3(node, file, layer) : callOfKeras2(node, file, layer),
  );
}

/** `["layer", node, tensor]`, the way both generations name a tensor; undefined when it is something else. */
export function readReference(value: Json | undefined): TensorReference | undefined {
  if (!isList(value) || value.length < 3) return undefined;
  const [layer, call, tensor] = value;
  if (typeof layer !== 'string' || typeof call !== 'number' || typeof tensor !== 'number') return undefined;
  return { layer, call, tensor };
}

function callOfKeras3(node: JsonObject, file: string, layer: string): Call {
  const positional = isList(node.args) ? node.args : [];
  const named = isObject(node.kwargs) ? node.kwargs : {};
  return {
    positional: positional.map((argument) => readArgument(argument, file, layer, 0)),
    named: new Map(
      Object.entries(named).map(([name, argument]) => [name, readArgument(argument ?? null, file, layer, 0)]),
    ),
  };
}

function callOfKeras2(node: Json, file: string, layer: string): Call {
  const single = readReference(node) ?? readConstant(node);
  const entries = single ? [node] : isObject(node) ? Object.values(node) : isList(node) ? node : malformed(file, layer);
  const tensors = entries.map((entry) => readEntry(entry ?? null, file, layer));
  const first = entries[0] ?? null;
  const settings = isList(first) && isObject(first[3]) ? first[3] : {};
  const named = new Map(
    Object.entries(settings).map(([name, value]) => [name, readArgument(value ?? null, file, layer, 0)]),
  );
  return { positional: single ? tensors : [{ kind: 'list', items: tensors }], named };
}

function readEntry(entry: Json, file: string, layer: string): Argument {
  const given = readConstant(entry);
  if (given) return given;
  const tensor = readReference(entry);
  return tensor ? { kind: 'tensor', tensor } : malformed(file, layer);
}

/** Keras 2 writes a constant first argument as `["_CONSTANT_VALUE", -1, value, …]`. */
function readConstant(entry: Json): Argument | undefined {
  if (!isList(entry) || entry[0] !== '_CONSTANT_VALUE') return undefined;
  return constant(entry[2] ?? null, 0);
}

function readArgument(value: Json, file: string, layer: string, depth: number): Argument {
  if (depth > maxNesting) return malformed(file, layer);
  if (isList(value)) {
    const tensor = readReference(value);
    if (tensor) return { kind: 'tensor', tensor };
    return { kind: 'list', items: value.map((item) => readArgument(item, file, layer, depth + 1)) };
  }
  if (!isObject(value)) return constant(value, depth);
  return readObject(value, file, layer, depth);
}

/** The objects Keras writes for what JSON has no word for; any other object is a dictionary. */
function readObject(value: JsonObject, file: string, layer: string, depth: number): Argument {
  const config = isObject(value.config) ? value.config : {};
  const kind = value.class_name;
  if (kind === '__keras_tensor__') {
    const tensor = readReference(config.keras_history);
    return tensor ? { kind: 'tensor', tensor } : malformed(file, layer);
  }
  if (kind === '__ellipsis__') return { kind: 'ellipsis' };
  if (kind === '__slice__') return slice(config);
  if (kind === '__tuple__') return readArgument(value.items ?? [], file, layer, depth + 1);
  if (kind === '__tensor__' || kind === '__numpy__') return constant(config.value ?? null, depth);
  if ('start' in value || 'stop' in value) return slice(value);
  if (typeof config.value === 'number') return constant(config.value, depth);
  const items = Object.values(value).map((item) => readArgument(item ?? null, file, layer, depth + 1));
  return { kind: 'list', items, keys: Object.keys(value) };
}

function slice(bounds: JsonObject): Argument {
  const bound = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);
  return { kind: 'slice', start: bound(bounds.start), stop: bound(bounds.stop), step: bound(bounds.step) };
}

function constant(value: Json, depth: number): Argument {
  if (value === null) return { kind: 'none' };
  if (isList(value) && depth <= maxNesting)
    return { kind: 'list', items: value.map((item) => constant(item, depth + 1)) };
  return typeof value === 'object' ? { kind: 'none' } : { kind: 'value', value };
}

function malformed(file: string, layer: string): never {
  refuse(file, {
    code: 'keras-connections-invalid',
    message: `${file} does not say in a readable way where the layer ${layer} takes its input from.`,
    remedy: 'Save the model again with Keras.',
    part: layer,
  });
}
