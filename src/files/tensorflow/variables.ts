import { protobufMessage } from '../containers/protobuf';
import type { TensorBundle } from './bundle/tensorBundle';
import { slicePlaces, sliceShape, type TensorSlice } from './bundle/tensorSlice';
import { Attributes } from './attributes';
import type { MetaGraph } from './metaGraph';
import { isControl, referenceOf, type Body } from './references';
import { restoredParts, type StoredPart } from './restoredVariables';
import type { StoredTensor } from './tensorProto';
import { refuse } from '../refuse';

/** The tensor of a checkpoint that describes the objects whose variables it holds (trackable_object_graph.proto). */
const objectGraphKey = '_CHECKPOINTABLE_OBJECT_GRAPH';

const objectGraphFields = { nodes: 1, attributes: 2, checkpointKey: 3 };

/**
 * Gives the stored numbers of the variables that nodes of the main graph stand for. The name of the tensor in the
 * checkpoint is found as the graph itself restores it, else by the objects its functions captured, else by the
 * variable's own name (TensorFlow 1). Names alone are not trusted first: they repeat and change on export.
 */
export function variableReader(
  meta: MetaGraph,
  main: Body,
  bundle: TensorBundle | undefined,
  file: string,
): (node: string) => StoredTensor {
  const known = new Map<string, StoredTensor>();
  const restored = once(() => restoredParts(main, file));
  const captured = once(() => capturedParts(meta, main, bundle, file));
  return (node) => {
    const before = known.get(node);
    if (before) return before;
    if (!bundle) return missingFolder(node, file);
    const stored = (part: StoredPart | undefined) => (part && bundle.has(part.key) ? part : undefined);
    const named = (key: string | undefined) => stored({ key: key ?? '', slice: undefined });
    const part =
      stored(restored().get(node)) ?? stored(captured().get(node)) ?? named(sharedName(node, main)) ?? named(node);
    const whole = part && bundle.tensor(part.key);
    const tensor = whole && (part.slice ? cut(whole, part.slice) : whole);
    if (!tensor) return missingVariable(node, file);
    known.set(node, tensor);
    return tensor;
  };
}

/** The objects a function has captured are its last arguments, in this order; the checkpoint knows objects by number. */
function capturedParts(
  meta: MetaGraph,
  main: Body,
  bundle: TensorBundle | undefined,
  file: string,
): Map<string, StoredPart> {
  const parts = new Map<string, StoredPart>();
  const graph = meta.objects && bundle?.text(objectGraphKey);
  if (!meta.objects || !graph) return parts;
  const objectKeys = protobufMessage(graph, file).messages(objectGraphFields.nodes, (object) =>
    object.messages(objectGraphFields.attributes, (attribute) => attribute.text(objectGraphFields.checkpointKey)).at(0),
  );
  for (const node of main.nodes.values()) {
    const name = new Attributes(node.attributes).function('f')?.name ?? node.operator;
    const captures = meta.objects.captures.get(name);
    if (!captures) continue;
    const data = node.inputs.filter((input) => !isControl(input)).slice(-captures.length);
    captures.forEach((object, k) => {
      const key = objectKeys[object];
      if (key !== undefined && data[k] !== undefined)
        parts.set(referenceOf(data[k], main).node, { key, slice: undefined });
    });
  }
  return parts;
}

/** Something that is made when it is first asked for. */
function once<Result>(make: () => Result): () => Result {
  let made: { readonly result: Result } | undefined;
  return () => (made ??= { result: make() }).result;
}

/** The part of a tensor that a variable is; undefined when it lies outside. */
function cut({ shape, type, numbers }: StoredTensor, slice: TensorSlice): StoredTensor | undefined {
  const places = slicePlaces(slice, shape);
  return places && { shape: sliceShape(slice, shape), type, numbers: Float64Array.from(places, (at) => numbers[at]!) };
}

function sharedName(node: string, main: Body): string | undefined {
  const found = main.nodes.get(node);
  return found && new Attributes(found.attributes).text('shared_name');
}

function missingFolder(node: string, file: string): never {
  return refuse(file, {
    code: 'tensorflow-variables-missing',
    message: `${file} keeps its weights (such as "${node}") in the folder variables beside it, which is missing or has no variables.index.`,
    remedy: 'Copy the whole folder of the SavedModel: saved_model.pb together with the folder variables.',
    part: 'variables/variables.index',
  });
}

function missingVariable(node: string, file: string): never {
  return refuse(file, {
    code: 'tensorflow-variable-missing',
    message: `The variable "${node}" of ${file} is not among the stored variables.`,
    remedy: 'Copy the whole folder of the SavedModel again, or save the model again.',
    part: node,
  });
}
