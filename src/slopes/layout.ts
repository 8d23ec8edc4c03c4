import type { Network, Op, Port } from '../network/network';
import { valueSize } from '../network/network';
import { isStep } from './activationSlopes';
import { hasPattern } from './patternTable';

/** Where the values of a network live in a panel while a plan runs; slots are units, −1 stands for "none". */
export interface Layout {
  /** Whether any chosen output depends on the value. */
  readonly needed: readonly boolean[];
  /** Whether the value depends on any input: only these have slopes. */
  readonly varying: readonly boolean[];
  /** First slot of each value. */
  readonly values: readonly number[];
  /** First slot of the local slopes of a smooth activation. */
  readonly slopes: readonly number[];
  /** First slot of each value's adjoint or tangent. */
  readonly moves: readonly number[];
  /** Slots before this one hold values and local slopes, those from here on adjoints or tangents. */
  readonly firstMove: number;
  /** First of the slots that hold intermediate numbers. */
  readonly scratch: number;
  /** Slots of a panel in all. */
  readonly slots: number;
}

/**
 * Gives each value that the outputs need its place. Elementwise operations overwrite what nothing else reads, but
 * `kept` tells of operations whose input must stay.
 */
export function layOut(network: Network, outputs: readonly number[], kept: (op: Op) => boolean = never): Layout {
  const ports = network.inputs.length;
  const total = ports + network.nodes.length;
  const needed = ancestors(network, outputs);
  const varying = Array.from({ length: total }, (_, value) => value < ports);
  network.nodes.forEach((node, index) => {
    varying[ports + index] = !isFlat(node.op) && node.inputs.some((input) => varying[input]!);
  });
  const over = overwritten(network, needed, kept);
  let next = 0;
  const take = (count: number): number => (next += count) - count;
  const place = (wanted: (value: number) => boolean): number[] => {
    const slots = new Array<number>(total).fill(-1);
    for (let value = 0; value < total; value++) {
      if (!wanted(value)) continue;
      const shared = over[value];
      slots[value] = shared === undefined ? take(valueSize(network, value)) : slots[shared]!;
    }
    return slots;
  };
  const values = place((value) => needed[value]! || value < ports);
  const slopes = new Array<number>(total).fill(-1);
  network.nodes.forEach((node, index) => {
    const value = ports + index;
    const smooth = node.op.kind === 'activation' && node.op.activation.kind !== 'relu';
    if (smooth && needed[value]! && varying[value]!) slopes[value] = take(node.size);
  });
  const firstMove = next;
  const moves = place((value) => varying[value]! && (needed[value]! || value < ports));
  const scratch = take(scratchSize(network));
  return { needed, varying, values, slopes, moves, firstMove, scratch, slots: next };
}

/** An element of a value. */
export interface Place {
  readonly value: number;
  readonly element: number;
}

/** Where an output element stands; elements are counted over all output ports joined. */
export function locateOutput(network: Pick<Network, 'outputs'>, output: number): Place {
  const { port, element } = locate(network.outputs, output, 'output');
  return { value: network.outputs[port]!.value, element };
}

/** Where an input element stands; elements are counted over all input ports joined. */
export function locateInput(network: Pick<Network, 'inputs'>, input: number): Place {
  const { port, element } = locate(network.inputs, input, 'input');
  return { value: port, element };
}

function locate(
  ports: readonly Port[],
  number: number,
  what: string,
): { readonly port: number; readonly element: number } {
  let element = number;
  for (const [port, { size }] of ports.entries()) {
    if (element < size) return { port, element };
    element -= size;
  }
  throw new RangeError(`The network has no ${what} element ${number}.`);
}

/** For each value, whether one of the outputs depends on it. */
export function ancestors(network: Network, outputs: readonly number[]): boolean[] {
  const ports = network.inputs.length;
  const found = new Array<boolean>(ports + network.nodes.length).fill(false);
  for (const output of outputs) found[output] = true;
  for (let index = network.nodes.length - 1; index >= 0; index--) {
    if (found[ports + index]) for (const input of network.nodes[index]!.inputs) found[input] = true;
  }
  return found;
}

const never = (): boolean => false;

/** For each value that may be written over its input: the number of that input. */
function overwritten(network: Network, needed: readonly boolean[], kept: (op: Op) => boolean): (number | undefined)[] {
  const ports = network.inputs.length;
  const readers = new Array<number>(needed.length).fill(0);
  network.nodes.forEach((node, index) => {
    if (needed[ports + index]) for (const input of node.inputs) readers[input]!++;
  });
  for (const output of network.outputs) readers[output.value]!++;
  const over = new Array<number | undefined>(needed.length).fill(undefined);
  network.nodes.forEach((node, index) => {
    const input = node.inputs[0];
    if (input === undefined || input < ports || readers[input] !== 1 || kept(node.op)) return;
    const forgets = ['dense', 'scale', 'combine', 'gather', 'concat'].includes(network.nodes[input - ports]!.op.kind);
    if (forgets && (node.op.kind === 'activation' || node.op.kind === 'scale')) over[ports + index] = input;
  });
  return over;
}

/** Whether an operation's slope is 0 wherever it exists. */
function isFlat(op: Op): boolean {
  return op.kind === 'compare' || (op.kind === 'activation' && isStep(op.activation));
}

/** Two units at least, for the bits of active ones; products take one per member of their largest group, patterns one per group of four units. */
function scratchSize(network: Network): number {
  let size = 2;
  for (const { op, size: units } of network.nodes) {
    if (op.kind === 'activation' && hasPattern(op.activation)) size = Math.max(size, Math.ceil(units / 4));
    if (op.kind !== 'reduce' || op.how !== 'product') continue;
    op.groups.starts.forEach((start, group) => (size = Math.max(size, (op.groups.starts[group + 1] ?? start) - start)));
  }
  return size;
}
