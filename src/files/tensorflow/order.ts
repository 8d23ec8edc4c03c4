import { refuse } from '../refuse';
import type { NodeDef } from './graphDef';
import { isControl, referenceKey, referenceOf, type Body, type Reference } from './references';

/** What `neededNodes` looks for and where. */
export interface Search {
  readonly body: Body;
  /** The values that must be there in the end. */
  readonly wanted: readonly Reference[];
  /** Whether a value is there already: an input, an argument, or a node lowered before. */
  readonly given: (reference: Reference) => boolean;
  /** The inputs of a node that count; may refuse the node. */
  readonly inputsOf: (node: NodeDef) => readonly string[];
  readonly file: string;
}

/** Nodes in the order they can be lowered in, and which of their outputs are used. */
export interface NeededNodes {
  readonly nodes: readonly NodeDef[];
  readonly usedOutputs: ReadonlyMap<string, ReadonlySet<number>>;
}

type Step =
  | { readonly kind: 'find'; readonly reference: Reference; readonly user: NodeDef | undefined }
  | { readonly kind: 'finish'; readonly node: NodeDef };

/** The nodes that lead to the wanted values, each after the nodes it takes values from. */
export function neededNodes({ body, wanted, given, inputsOf, file }: Search): NeededNodes {
  const nodes: NodeDef[] = [];
  const usedOutputs = new Map<string, Set<number>>();
  const done = new Set<NodeDef>();
  const open = new Set<NodeDef>();
  // A stack of its own instead of recursion: graphs may be thousands of nodes deep.
  const stack = wanted.map((reference): Step => ({ kind: 'find', reference, user: undefined })).reverse();
  for (let step = stack.pop(); step; step = stack.pop()) {
    if (step.kind === 'finish') {
      open.delete(step.node);
      done.add(step.node);
      nodes.push(step.node);
      continue;
    }
    const { reference } = step;
    if (given(reference)) continue;
    const node = body.nodes.get(reference.node) ?? missing(reference, step.user, file);
    usedOutputs.set(node.name, (usedOutputs.get(node.name) ?? new Set()).add(reference.output));
    if (done.has(node)) continue;
    const inputs = inputsOf(node);
    if (open.has(node)) cycle(node, file);
    open.add(node);
    stack.push({ kind: 'finish', node });
    for (const input of [...inputs].reverse())
      if (!isControl(input)) stack.push({ kind: 'find', reference: referenceOf(input, body), user: node });
  }
  return { nodes, usedOutputs };
}

function missing(reference: Reference, user: NodeDef | undefined, file: string): never {
  const who = user ? `Node "${user.name}"` : 'The graph';
  return refuse(file, {
    code: 'tensorflow-value-missing',
    message: `${who} in ${file} needs the value "${referenceKey(reference)}", which no node makes.`,
    remedy: 'Save the model again with the tool that made it.',
    part: user?.name ?? reference.node,
  });
}

function cycle(node: NodeDef, file: string): never {
  return refuse(file, {
    code: 'tensorflow-cycle',
    message: `The graph in ${file} runs in a circle: node "${node.name}" needs its own result.`,
    remedy: 'Save the model again with the tool that made it.',
    part: node.name,
  });
}
