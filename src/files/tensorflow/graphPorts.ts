import { Attributes } from './attributes';
import { elementType } from './dataType';
import type { NodeDef } from './graphDef';
import type { DeclaredInput } from './graphInputs';
import { compareNames, type DeclaredOutput } from './graphNetwork';
import { isControl, referenceOf, type Body } from './references';
import { openShape } from './tensorProto';

/** Operators whose result is no forecast: labels, checks, and what runs for its effect. */
const noForecast =
  /^(NoOp|Assert|Print\w*|ArgMax|ArgMin|Const|.*Summary\w*|Save\w*|Restore\w*|Assign\w*|VarHandleOp|Variable\w*|Shape|Size|Rank)$/;

/** The inputs and outputs of a graph without a signature. */
export interface GraphPorts {
  readonly inputs: readonly DeclaredInput[];
  readonly outputs: readonly DeclaredOutput[];
}

/** Inputs are the placeholders; outputs the nodes that depend on one and that no other node takes a value from. */
export function graphPorts(body: Body): GraphPorts {
  const users = new Map<string, NodeDef[]>();
  for (const node of body.nodes.values())
    for (const input of node.inputs) {
      if (isControl(input)) continue;
      const { node: name } = referenceOf(input, body);
      users.set(name, [...(users.get(name) ?? []), node]);
    }
  const placeholders = [...body.nodes.values()].filter(({ operator }) => /^Placeholder(V2)?$/.test(operator));
  const reached = new Set<NodeDef>();
  const stack = [...placeholders];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    stack.push(...(users.get(node.name) ?? []));
  }
  const ends = [...reached].filter((node) => !users.has(node.name) && !noForecast.test(node.operator));
  const outputs = ends.map(({ name }) => ({ name, reference: { node: name, output: 0 } }));
  return {
    inputs: placeholders.map(declaredInput).filter(({ type }) => elementType(type) !== undefined),
    outputs: outputs.sort((a, b) => compareNames(a.name, b.name)),
  };
}

function declaredInput(node: NodeDef): DeclaredInput {
  const attributes = new Attributes(node.attributes);
  return {
    name: node.name,
    reference: { node: node.name, output: 0 },
    type: attributes.type('dtype') ?? 1,
    shape: attributes.has('shape') ? attributes.shape('shape') : undefined,
  };
}

/** First lengths of the constant matrices of a graph: the widths an input may have. */
export function constantWidths(body: Body): number[] {
  return [...body.nodes.values()].flatMap((node) => {
    if (node.operator !== 'Const') return [];
    const message = new Attributes(node.attributes).tensor('value');
    const shape = message && openShape(message);
    return shape?.length === 2 && shape[0] ? [shape[0]] : [];
  });
}
