import type { Groups, Network, Node, OutputPort } from '../network/network';
import { valueSize } from '../network/network';

/**
 * The same network with products over groups written as multiplications of two vectors each, one after the other: what
 * is known of the second derivatives of `combine` then holds for them too.
 */
export function withoutProducts(network: Network): Network {
  if (!network.nodes.some(({ op }) => op.kind === 'reduce' && op.how === 'product')) return network;
  const nodes: Node[] = [];
  const ports = network.inputs.length;
  const numbers = network.inputs.map((_, port) => port);
  const add = (node: Node): number => nodes.push(node) + ports - 1;
  network.nodes.forEach((node) => {
    const inputs = node.inputs.map((input) => numbers[input]!);
    const { op } = node;
    numbers.push(
      op.kind === 'reduce' && op.how === 'product'
        ? multiplied({ ...node, inputs }, op.groups, valueSize(network, node.inputs[0]!), add)
        : add({ ...node, inputs }),
    );
  });
  const outputs = network.outputs.map((port): OutputPort => ({ ...port, value: numbers[port.value]! }));
  return { ...network, nodes, outputs };
}

/** The groups' first members times their second ones, and so on; shorter groups are filled up with the number 1. */
function multiplied(
  { inputs, size, origin }: Node,
  groups: Groups,
  width: number,
  add: (node: Node) => number,
): number {
  const one = add({ op: { kind: 'constant', values: Float64Array.of(1) }, inputs: [], size: 1, origin });
  const members = add({ op: { kind: 'concat' }, inputs: [...inputs, one], size: width + 1, origin });
  const counts = Array.from({ length: size }, (_, group) => groups.starts[group + 1]! - groups.starts[group]!);
  const nth = (n: number): number => {
    const indices = Int32Array.from(counts, (count, group) =>
      n < count ? groups.indices[groups.starts[group]! + n]! : width,
    );
    return add({ op: { kind: 'gather', indices }, inputs: [members], size, origin });
  };
  let product = nth(0);
  for (let n = 1; n < Math.max(...counts); n++)
    product = add({ op: { kind: 'combine', how: 'multiply' }, inputs: [product, nth(n)], size, origin });
  return product;
}
