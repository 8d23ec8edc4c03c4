import type { Network, Node } from '../network/network';
import { valueSize } from '../network/network';
import { isLinearNode } from './interactions';

/**
 * A network in two parts: a front that is straight in every input, and the rest, which takes what the front gives. Where
 * inputs are many and few of them change, what the front gives changes by a sum of few columns, and only the rest is computed.
 */
export interface SplitNetwork {
  /** Takes the inputs; one output port for each value that the rest takes. */
  readonly front: Network;
  /** The front without its constants: it takes a change of the inputs and gives the change of its outputs. */
  readonly changes: Network;
  /** Takes the front's outputs, one port each, and gives those of the network. */
  readonly rest: Network;
}

/** Splits a network behind the last values that are straight in its inputs. */
export function splitStraight(network: Network): SplitNetwork {
  const ports = network.inputs.length;
  const varying = network.inputs.map(() => true);
  const straight = network.inputs.map(() => true);
  for (const node of network.nodes) {
    varying.push(node.inputs.some((value) => varying[value]));
    straight.push(
      varying.at(-1)! && isLinearNode(node) && !node.inputs.some((value) => varying[value] && !straight[value]),
    );
  }
  const taken = new Set(network.outputs.map(({ value }) => value));
  network.nodes.forEach((node, index) => {
    if (!straight[ports + index]) for (const value of node.inputs) taken.add(value);
  });
  const cut = [...taken].filter((value) => straight[value]).sort((a, b) => a - b);
  const outputs = cut.map((value) => ({ name: String(value), size: valueSize(network, value), value }));
  return {
    front: part(network, network.inputs, (value) => straight[value]! || !varying[value]!, identity, outputs),
    changes: part(
      network,
      network.inputs,
      (value) => straight[value]! || !varying[value]!,
      (node, value) => (varying[value] ? withoutConstants(node) : nothing(node.size)),
      outputs,
    ),
    rest: part(network, outputs, (value) => !straight[value]!, identity, network.outputs, cut),
  };
}

/** The nodes kept, in order, with their values numbered anew; `given` are the values that its input ports stand for. */
function part(
  network: Network,
  inputs: Network['inputs'],
  isKept: (value: number) => boolean,
  changed: (node: Node, value: number) => Node,
  outputs: Network['outputs'],
  given: readonly number[] = network.inputs.map((_, port) => port),
): Network {
  const places = new Map(given.map((value, place) => [value, place]));
  const nodes: Node[] = [];
  network.nodes.forEach((node, index) => {
    const value = network.inputs.length + index;
    if (!isKept(value)) return;
    const own = changed(node, value);
    nodes.push({ ...own, inputs: own.inputs.map((input) => places.get(input)!) });
    places.set(value, given.length + nodes.length - 1);
  });
  return {
    ...network,
    inputs: inputs.map(({ name, size }) => ({ name, size })),
    outputs: outputs.map((output) => ({ ...output, value: places.get(output.value)! })),
    nodes,
  };
}

function identity(node: Node): Node {
  return node;
}

function withoutConstants(node: Node): Node {
  if (node.op.kind === 'dense') return { ...node, op: { ...node.op, bias: new Float64Array(node.op.bias.length) } };
  if (node.op.kind === 'scale') return { ...node, op: { ...node.op, offset: new Float64Array(node.op.offset.length) } };
  return node;
}

function nothing(size: number): Node {
  return { op: { kind: 'constant', values: new Float64Array(size) }, inputs: [], size, origin: '' };
}
