import type { Network } from './network';

/**
 * One input as a person counts them: an element of a numeric port, or a whole text port. A column of the table (or a
 * fixed value) feeds each.
 */
export interface FlatInput {
  readonly name: string;
  /** Number of the port. */
  readonly port: number;
  /** Number of its first element when all ports are joined; a text port takes `size` elements from here. */
  readonly element: number;
  readonly kind: 'number' | 'text';
}

/** One output element. */
export interface FlatOutput {
  readonly name: string;
  readonly port: number;
  /** Number of the element when all output ports are joined. */
  readonly element: number;
}

/** All inputs of a network in the order of its ports. */
export function flatInputs(network: Pick<Network, 'inputs'>): FlatInput[] {
  let element = 0;
  return network.inputs.flatMap((port, number): FlatInput[] => {
    const first = element;
    element += port.size;
    if (port.levels) return [{ name: port.name, port: number, element: first, kind: 'text' }];
    return elementNames(port).map((name, i) => ({ name, port: number, element: first + i, kind: 'number' }));
  });
}

/** All output elements of a network in the order of its ports. */
export function flatOutputs(network: Pick<Network, 'outputs'>): FlatOutput[] {
  let element = 0;
  return network.outputs.flatMap((port, number) =>
    elementNames(port).map((name) => ({ name, port: number, element: element++ })),
  );
}

function elementNames(port: Network['inputs'][number] | Network['outputs'][number]): string[] {
  return Array.from(
    { length: port.size },
    (_, i) => port.features?.[i] ?? (port.size === 1 ? port.name : `${port.name}[${i}]`),
  );
}
