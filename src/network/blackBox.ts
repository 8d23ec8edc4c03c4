import type { BlackBoxOp, Network } from './network';

/** Steps of central differences are this share of the input, at least of 1: near the cube root of float32's precision. */
export const differenceStep = 2 ** -8;

/** How the slopes of a black box are found, as it is said wherever they are shown. */
export const differenceWords = 'by central differences, step 1/256 of max(1, |x|), or 1 for whole numbers';

/** The operation of a network that somebody else computes; undefined for one whose operations are known. */
export function blackBoxOf(network: Pick<Network, 'nodes'>): BlackBoxOp | undefined {
  const op = network.nodes.find((node) => node.op.kind === 'blackBox')?.op;
  return op?.kind === 'blackBox' ? op : undefined;
}
