import { isObject, parseJson, quietObject, type Json, type JsonObject } from '../json';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { readWeightShards } from '../tfjs/weightShards';
import { Attributes } from './attributes';
import { elementType } from './dataType';
import { requirePorts } from './frozenGraph';
import { readGraph, type NodeDef } from './graphDef';
import { readGraphNetwork } from './graphNetwork';
import { constantWidths, graphPorts, type GraphPorts } from './graphPorts';
import { readSignature } from './metaGraph';
import { bodyOf, type Body } from './references';
import { signatureInputs, signatureOutputs } from './signatures';
import { JsonMessage } from './syntax/jsonMessage';
import type { StoredTensor } from './tensorProto';

/** Graph models of TensorFlow.js: a TensorFlow graph in `model.json`, its constants in shards beside it. */
export const tfjsGraph: Format = {
  name: 'tfjs-graph',
  matches: ({ bytes }) => {
    const json = quietObject(bytes);
    return json !== undefined && isGraphModel(json);
  },
  read: readTfjsGraph,
};

/** Without a `format` a list of nodes says that it is a graph. */
function isGraphModel({ format, modelTopology, ...rest }: JsonObject): boolean {
  if (modelTopology === undefined) return false;
  return format === 'graph-model' || (isObject(modelTopology) && 'node' in modelTopology) || 'node' in rest;
}

async function readTfjsGraph({ name, bytes }: NamedBytes, options: ReadOptions): Promise<Reading> {
  const json = parseJson(bytes, name);
  const topology = isObject(json) ? json.modelTopology : undefined;
  if (!isObject(json) || !isObject(topology)) {
    return refuse(name, {
      code: 'tfjs-topology-missing',
      message: `${name} has no modelTopology, so it does not describe a network.`,
      remedy: 'Convert the model again with the TensorFlow.js converter.',
    });
  }
  const graph = readGraph(new JsonMessage(topology, name));
  const body = bodyOf(graph.nodes, graph.functions, name);
  return readGraphNetwork({
    file: name,
    format: tfjsGraph.name,
    framework: typeof json.convertedBy === 'string' ? json.convertedBy : 'TensorFlow.js',
    body,
    ...portsOf(json, body, name),
    weights: await readWeights(json.weightsManifest, graph.nodes, options, name),
    variable: (node) => noVariables(node, name),
    widths: constantWidths(body),
    describe: (layers) => layers,
  });
}

/** Older converters put the signature into the user's metadata, the oldest wrote none. */
function portsOf(json: JsonObject, body: Body, file: string): GraphPorts {
  const metadata = isObject(json.userDefinedMetadata) ? json.userDefinedMetadata.signature : undefined;
  const stored = [json.signature, metadata].find((value) => isObject(value) && isObject(value.outputs));
  if (!isObject(stored)) return requirePorts(graphPorts(body), file);
  const signature = readSignature(new JsonMessage(stored, file));
  if (signature.inputs.size === 0) return requirePorts(graphPorts(body), file);
  return { inputs: signatureInputs(signature, body, file), outputs: signatureOutputs(signature, body, file) };
}

/** Constants by node name; what their numbers are the nodes say. */
async function readWeights(
  manifest: Json | undefined,
  nodes: readonly NodeDef[],
  options: ReadOptions,
  file: string,
): Promise<Map<string, () => StoredTensor>> {
  const types = new Map(nodes.map((node) => [node.name, new Attributes(node.attributes).type('dtype')]));
  const weights = await readWeightShards(manifest, options.folder, file);
  return new Map(
    weights.map((weight) => {
      const { path, shape } = weight;
      const type = elementType(types.get(path) ?? 1) ?? 'real';
      return [path, () => ({ shape, type, numbers: weight.read() })];
    }),
  );
}

function noVariables(node: string, file: string): never {
  return refuse(file, {
    code: 'tensorflow-variable-missing',
    message: `The variable "${node}" of ${file} has no value: a graph model keeps its weights as constants.`,
    remedy: 'Convert the model again with the TensorFlow.js converter.',
    part: node,
  });
}
