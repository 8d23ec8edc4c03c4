import { protobufFieldNumbers } from '../containers/protobuf';
import type { Format, NamedBytes, Reading } from '../reading';
import { refuse } from '../refuse';
import { readGraph } from './graphDef';
import { readGraphNetwork } from './graphNetwork';
import { constantWidths, graphPorts, type GraphPorts } from './graphPorts';
import { bodyOf } from './references';
import { openMessage } from './savedModel';

/** A graph of TensorFlow on its own (GraphDef), its variables frozen to constants: `.pb` or, in text form, `.pbtxt`. */
export const frozenGraph: Format = {
  name: 'tensorflow-graph',
  matches,
  read: (file) => Promise.resolve(readFrozen(file)),
};

const graphFields = new Set([1, 2, 3, 4]);
const nodeFields = new Set([1, 2, 3, 4, 5, 6, 7, 8]);

/** A list of nodes (field 1), of which each has a name and an operator. */
function matches({ bytes }: NamedBytes): boolean {
  if (bytes[0] !== 0x0a) {
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
    return /^\s*(#[^\n]*\n\s*)*(node\s*[:{<]|library\s*\{|versions\s*\{)/.test(head);
  }
  const length = bytes.subarray(1, 10).findIndex((byte) => byte < 128) + 1;
  const node = protobufFieldNumbers(bytes.subarray(1 + length, 1 + length + 4096), 2);
  return (
    node[0] === 1 &&
    node.every((number) => nodeFields.has(number)) &&
    protobufFieldNumbers(bytes, 4096).every((number) => graphFields.has(number)) &&
    hasOperator(bytes.subarray(1 + length))
  );
}

/** Behind a node's name comes its operator: a word that begins with a capital or an underscore. */
function hasOperator(node: Uint8Array): boolean {
  const name = node[1] ?? 0;
  if (node[0] !== 0x0a || name >= 128) return node[0] === 0x0a;
  const [tag, , first = 0] = node.subarray(2 + name);
  return tag === 0x12 && ((first >= 65 && first <= 90) || first === 95);
}

function readFrozen(file: NamedBytes): Reading {
  const { name } = file;
  const graph = readGraph(openMessage(file));
  const body = bodyOf(graph.nodes, graph.functions, name);
  return readGraphNetwork({
    file: name,
    format: frozenGraph.name,
    framework: 'TensorFlow',
    body,
    ...requirePorts(graphPorts(body), name),
    weights: undefined,
    variable: (node) => notFrozen(node, name),
    widths: constantWidths(body),
    describe: (layers) => layers,
  });
}

/** Refuses a graph that takes or gives nothing. */
export function requirePorts(ports: GraphPorts, file: string): GraphPorts {
  if (ports.inputs.length > 0 && ports.outputs.length > 0) return ports;
  return refuse(file, {
    code: 'tensorflow-no-ports',
    message: `The graph in ${file} has no ${ports.inputs.length === 0 ? 'input (no Placeholder)' : 'forecast that depends on an input'}.`,
    remedy: 'Save the network as a SavedModel, which names its inputs and outputs.',
  });
}

function notFrozen(node: string, file: string): never {
  return refuse(file, {
    code: 'tensorflow-not-frozen',
    message: `The variable "${node}" of ${file} has no value: the file holds the graph without its weights.`,
    remedy: 'Freeze the graph (its variables become constants), or save the network as a SavedModel.',
    part: node,
  });
}
