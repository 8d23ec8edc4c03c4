import { refuse } from '../refuse';
import { Attributes } from './attributes';
import type { FunctionDef, NodeDef } from './graphDef';

/** A value that a node or a signature names. */
export interface Reference {
  readonly node: string;
  /** Number of the node's output. */
  readonly output: number;
}

/** Nodes by name: the main graph, or the body of a function. */
export interface Body {
  readonly nodes: ReadonlyMap<string, NodeDef>;
  /** Functions that nodes may call. */
  readonly functions: ReadonlyMap<string, FunctionDef>;
}

/**
 * Operators whose outputs have several names, each with the number of its first output. With all others the index
 * within the named output is the number already.
 */
const outputNames: ReadonlyMap<string, readonly string[]> = new Map([
  ...['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3', '_FusedBatchNormEx'].map((operator) =>
    named(operator, ['y', 'batch_mean', 'batch_variance', 'reserve_space_1', 'reserve_space_2', 'reserve_space_3']),
  ),
  ...['Switch', 'RefSwitch'].map((operator) => named(operator, ['output_false', 'output_true'])),
  ...['Merge', 'RefMerge'].map((operator) => named(operator, ['output', 'value_index'])),
  ...['TopK', 'TopKV2'].map((operator) => named(operator, ['values', 'indices'])),
  ...['Unique', 'UniqueV2'].map((operator) => named(operator, ['y', 'idx'])),
  named('BroadcastGradientArgs', ['r0', 'r1']),
  named('MaxPoolWithArgmax', ['output', 'argmax']),
]);

/** Gives a body, refusing nodes of one name. */
export function bodyOf(nodes: readonly NodeDef[], functions: Body['functions'], file: string): Body {
  const named = new Map<string, NodeDef>();
  for (const node of nodes) {
    if (named.has(node.name)) {
      refuse(file, {
        code: 'tensorflow-duplicate-name',
        message: `The graph in ${file} has two nodes with the name "${node.name}".`,
        remedy: 'Save the model again with the tool that made it.',
        part: node.name,
      });
    }
    named.set(node.name, node);
  }
  return { nodes: named, functions };
}

/** Whether an input only says what must run before. */
export function isControl(input: string): boolean {
  return input.startsWith('^');
}

/** What an input refers to: `node`, `node:2`, and within functions also `node:output:2`. */
export function referenceOf(input: string, body: Body): Reference {
  const [node = '', second = '0', third] = input.replace('^', '').split(':');
  if (third === undefined) return { node, output: /^\d+$/.test(second) ? Number(second) : 0 };
  return { node, output: firstOutput(body, body.nodes.get(node), second) + Number(third) };
}

/** A reference as a key for maps. */
export function referenceKey({ node, output }: Reference): string {
  return `${node}:${output}`;
}

function named(operator: string, names: readonly string[]): [string, readonly string[]] {
  return [operator, names];
}

function firstOutput(body: Body, node: NodeDef | undefined, name: string): number {
  if (!node) return 0;
  if (node.operator.startsWith('ParseExample')) return firstOfExamples(node, name);
  const names = body.functions.get(node.operator)?.outputs ?? outputNames.get(node.operator);
  return Math.max(names?.indexOf(name) ?? 0, 0);
}

/** Sparse columns have three outputs each, of which all of one kind stand together; the dense ones come behind them. */
function firstOfExamples({ attributes }: NodeDef, name: string): number {
  const kind = ['sparse_indices', 'sparse_values', 'sparse_shapes', 'dense_values'].indexOf(name);
  return Math.max(kind, 0) * sparseColumns(new Attributes(attributes));
}

/** How many sparse columns a node takes out of serialized records. */
export function sparseColumns(attributes: Attributes): number {
  return attributes.types('sparse_types').length;
}
