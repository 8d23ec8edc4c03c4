import { readGraph, type GraphDef } from './graphDef';
import { dataTypeNames } from './dataType';
import { readShape, type OpenShape } from './shapeProto';
import { field, type Message } from './syntax/message';

/** One graph of a SavedModel with what belongs to it (meta_graph.proto). */
export interface MetaGraph {
  readonly graph: GraphDef;
  readonly tags: readonly string[];
  /** Version of the TensorFlow that wrote it, if it says so. */
  readonly version: string | undefined;
  readonly signatures: ReadonlyMap<string, Signature>;
  /** The node that fills the variables from the checkpoint. */
  readonly restoreNode: string | undefined;
  readonly objects: SavedObjects | undefined;
}

/** What a graph can be asked for: inputs and outputs by name. */
export interface Signature {
  readonly inputs: ReadonlyMap<string, TensorInfo>;
  readonly outputs: ReadonlyMap<string, TensorInfo>;
}

/** A tensor of the graph that a signature names. */
export interface TensorInfo {
  /** `node:index`; undefined for sparse and composite tensors. */
  readonly tensor: string | undefined;
  readonly type: number;
  readonly shape: OpenShape;
}

/** The Python objects that were saved (saved_object_graph.proto), as far as functions and variables need them. */
export interface SavedObjects {
  /** For each function the objects it has captured, in the order of its last inputs. */
  readonly captures: ReadonlyMap<string, readonly number[]>;
  /** Metadata of objects that Keras before 2.5 put here, as JSON. */
  readonly metadata: readonly string[];
}

const savedModelFields = { metaGraphs: field(2, 'meta_graphs') };
const metaGraphFields = {
  info: field(1, 'meta_info_def'),
  graph: field(2, 'graph_def'),
  saver: field(3, 'saver_def'),
  signature: field(5, 'signature_def'),
  objects: field(7, 'object_graph_def'),
};
const infoFields = { tags: field(4, 'tags'), version: field(5, 'tensorflow_version') };
const restoreName = field(3, 'restore_op_name');
const signatureFields = { inputs: field(1, 'inputs'), outputs: field(2, 'outputs') };
const tensorInfoFields = { name: field(1, 'name'), dtype: field(2, 'dtype'), tensorShape: field(3, 'tensor_shape') };
const objectFields = { nodes: field(1, 'nodes'), functions: field(2, 'concrete_functions') };
const boundInputs = field(2, 'bound_inputs');
const userObject = field(4, 'user_object');
const objectMetadata = field(3, 'metadata');

/** Reads a SavedModel (saved_model.proto). */
export function readMetaGraphs(message: Message): MetaGraph[] {
  return message.messages(savedModelFields.metaGraphs).map(readMetaGraph);
}

/** Reads a SignatureDef. */
export function readSignature(message: Message): Signature {
  const infos = (name: keyof typeof signatureFields): Map<string, TensorInfo> =>
    new Map([...message.map(signatureFields[name])].map(([key, info]) => [key, readTensorInfo(info)]));
  return { inputs: infos('inputs'), outputs: infos('outputs') };
}

function readMetaGraph(message: Message): MetaGraph {
  const info = message.message(metaGraphFields.info);
  const graph = message.message(metaGraphFields.graph);
  const objects = message.message(metaGraphFields.objects);
  const signatures = [...message.map(metaGraphFields.signature)];
  return {
    graph: graph ? readGraph(graph) : { nodes: [], functions: new Map() },
    tags: info?.texts(infoFields.tags) ?? [],
    version: info?.text(infoFields.version),
    signatures: new Map(signatures.map(([name, signature]) => [name, readSignature(signature)])),
    restoreNode: message.message(metaGraphFields.saver)?.text(restoreName),
    objects: objects && readObjects(objects),
  };
}

function readTensorInfo(message: Message): TensorInfo {
  return {
    tensor: message.text(tensorInfoFields.name),
    type: message.choice(tensorInfoFields.dtype, dataTypeNames) ?? 0,
    shape: readShape(message.message(tensorInfoFields.tensorShape)),
  };
}

function readObjects(message: Message): SavedObjects {
  const functions = [...message.map(objectFields.functions)];
  return {
    captures: new Map(functions.map(([name, body]) => [name, body.integers(boundInputs)])),
    metadata: message.messages(objectFields.nodes).flatMap((node) => {
      const metadata = node.message(userObject)?.text(objectMetadata);
      return metadata ? [metadata] : [];
    }),
  };
}
