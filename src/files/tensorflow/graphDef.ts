import { field, type Message } from './syntax/message';

/** A graph (graph.proto): nodes that name the nodes they take values from, and functions that nodes can call. */
export interface GraphDef {
  readonly nodes: readonly NodeDef[];
  readonly functions: ReadonlyMap<string, FunctionDef>;
}

/** One operation (node_def.proto). */
export interface NodeDef {
  readonly name: string;
  readonly operator: string;
  /** `node`, `node:index`, in functions `argument` or `node:output:index`; `^node` is a control input. */
  readonly inputs: readonly string[];
  /** Attribute values; `attributes.ts` reads them. */
  readonly attributes: ReadonlyMap<string, Message>;
}

/** A function of the graph's library (function.proto). */
export interface FunctionDef {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeDef[];
  /** For each output the value of the body that it is. */
  readonly results: ReadonlyMap<string, string>;
}

const graphFields = { node: field(1, 'node'), library: field(2, 'library') };
const libraryFields = { function: field(1, 'function') };
const nodeFields = {
  name: field(1, 'name'),
  op: field(2, 'op'),
  input: field(3, 'input'),
  attr: field(5, 'attr'),
};
const functionFields = { signature: field(1, 'signature'), nodeDef: field(3, 'node_def'), ret: field(4, 'ret') };
const signatureFields = { name: field(1, 'name'), inputArg: field(2, 'input_arg'), outputArg: field(3, 'output_arg') };
const argumentName = field(1, 'name');

/** Reads a GraphDef. */
export function readGraph(message: Message): GraphDef {
  const library = message.message(graphFields.library);
  const functions = library?.messages(libraryFields.function).map(readFunction) ?? [];
  return {
    nodes: message.messages(graphFields.node).map(readNode),
    functions: new Map(functions.map((body) => [body.name, body])),
  };
}

function readNode(message: Message): NodeDef {
  return {
    name: message.text(nodeFields.name) ?? '',
    operator: message.text(nodeFields.op) ?? '',
    inputs: message.texts(nodeFields.input),
    attributes: message.map(nodeFields.attr),
  };
}

function readFunction(message: Message): FunctionDef {
  const signature = message.message(functionFields.signature);
  const names = (list: Message[] | undefined) => list?.map((argument) => argument.text(argumentName) ?? '') ?? [];
  return {
    name: signature?.text(signatureFields.name) ?? '',
    inputs: names(signature?.messages(signatureFields.inputArg)),
    outputs: names(signature?.messages(signatureFields.outputArg)),
    nodes: message.messages(functionFields.nodeDef).map(readNode),
    results: message.textMap(functionFields.ret),
  };
}
