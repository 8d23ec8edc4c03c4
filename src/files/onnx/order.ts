import { refuse } from '../refuse';
import type { NodeProto } from './modelProto';

/** What `neededNodes` looks for and where. */
export interface Search {
  readonly nodes: readonly NodeProto[];
  /** Names of the values that must be there in the end. */
  readonly wanted: readonly string[];
  /** Whether a name needs no node: an input or a stored tensor. */
  readonly given: (name: string) => boolean;
  readonly file: string;
}

/** The nodes that lead to the wanted values, each after the nodes it takes values from. */
export function neededNodes({ nodes, wanted, given, file }: Search): NodeProto[] {
  const producers = producersOf(nodes, given, file);
  const ordered: NodeProto[] = [];
  const done = new Set<NodeProto>();
  const open = new Set<NodeProto>();
  // A stack of its own instead of recursion: graphs may be thousands of nodes deep.
  const stack = wanted.map((name): Step => ({ kind: 'find', name, user: undefined })).reverse();
  for (let step = stack.pop(); step; step = stack.pop()) {
    if (step.kind === 'finish') {
      open.delete(step.node);
      done.add(step.node);
      ordered.push(step.node);
      continue;
    }
    if (step.name === '' || given(step.name)) continue;
    const node = producers.get(step.name) ?? missing(step, file);
    if (done.has(node)) continue;
    if (open.has(node)) cycle(node, file);
    open.add(node);
    stack.push({ kind: 'finish', node });
    for (const name of [...node.inputs, ...node.captured].reverse()) stack.push({ kind: 'find', name, user: node });
  }
  return ordered;
}

/** The name people know a node by: its own, or that of its first output. */
export function nodeName(node: NodeProto): string {
  return node.name || (node.outputs.find((output) => output !== '') ?? node.operator);
}

type Step =
  | { readonly kind: 'find'; readonly name: string; readonly user: NodeProto | undefined }
  | { readonly kind: 'finish'; readonly node: NodeProto };

function producersOf(nodes: readonly NodeProto[], given: Search['given'], file: string): Map<string, NodeProto> {
  const producers = new Map<string, NodeProto>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (producers.has(output) || given(output)) {
        refuse(file, {
          code: 'onnx-duplicate-name',
          message: `The value "${output}" in ${file} is made twice, once by node "${nodeName(node)}".`,
          remedy: 'Save the model again with the tool that made it.',
          part: nodeName(node),
        });
      }
      producers.set(output, node);
    }
  }
  return producers;
}

function missing({ name, user }: Extract<Step, { kind: 'find' }>, file: string): never {
  const who = user ? `Node "${nodeName(user)}"` : 'The graph';
  return refuse(file, {
    code: 'onnx-value-missing',
    message: `${who} in ${file} needs the value "${name}", which is neither an input, nor stored, nor made by a node.`,
    remedy: 'Save the model again, with its weights.',
    part: user ? nodeName(user) : name,
  });
}

function cycle(node: NodeProto, file: string): never {
  return refuse(file, {
    code: 'onnx-cycle',
    message: `The graph in ${file} runs in a circle: node "${nodeName(node)}" needs its own result.`,
    remedy: 'Save the model again with the tool that made it.',
    part: nodeName(node),
  });
}
