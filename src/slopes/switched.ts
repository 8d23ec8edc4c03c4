import type { Network, Op } from '../network/network';
import { flatInputs } from '../network/features';
import { isStep } from './activationSlopes';

/**
 * Which flat inputs are switched, not differentiated: texts, and numbers that reach the outputs only through steps
 * (category codes, bins), whose slope is 0 wherever it exists. An input no output depends on at all is not switched:
 * its slope is truly 0.
 */
export function switchedInputs(network: Network): boolean[] {
  const ports = network.inputs.length;
  const size = network.inputs.reduce((sum, port) => sum + port.size, 0);
  const smooth = reachedElements(network, (op) => !isStepOp(op));
  const any = reachedElements(network, () => true);
  const offsets = network.inputs.map((_, port) =>
    network.inputs.slice(0, port).reduce((sum, earlier) => sum + earlier.size, 0),
  );
  const touched = (reached: readonly Uint8Array[], element: number): boolean => {
    const port = offsets.findLastIndex((offset) => offset <= element);
    return port >= 0 && port < ports && element < size && reached[port]![element - offsets[port]!] === 1;
  };
  return flatInputs(network).map(
    (input) => input.kind === 'text' || (touched(any, input.element) && !touched(smooth, input.element)),
  );
}

/** Marks, from the outputs backwards, the elements of every value that some output depends on through operations that pass `allowed`. */
function reachedElements(network: Network, allowed: (op: Op) => boolean): Uint8Array[] {
  const ports = network.inputs.length;
  const reached = [...network.inputs, ...network.nodes].map((value) => new Uint8Array(value.size));
  for (const output of network.outputs) reached[output.value]!.fill(1);
  for (let index = network.nodes.length - 1; index >= 0; index--) {
    const node = network.nodes[index]!;
    const marks = reached[ports + index]!;
    if (!allowed(node.op) || !marks.includes(1)) continue;
    markInputs(
      node.op,
      marks,
      node.inputs.map((input) => reached[input]!),
    );
  }
  return reached;
}

function isStepOp(op: Op): boolean {
  return op.kind === 'compare' || (op.kind === 'activation' && isStep(op.activation));
}

function markInputs(op: Op, marks: Uint8Array, inputs: readonly Uint8Array[]): void {
  const [first] = inputs;
  switch (op.kind) {
    case 'constant':
      return;
    case 'gather':
      op.indices.forEach((index, i) => {
        if (marks[i]) first![index] = 1;
      });
      return;
    case 'concat': {
      let offset = 0;
      for (const input of inputs) {
        for (let i = 0; i < input.length; i++) if (marks[offset + i]) input[i] = 1;
        offset += input.length;
      }
      return;
    }
    case 'dense':
      markDense(op.weights, marks, first!);
      return;
    case 'reduce':
    case 'softmax':
      markGroups(op, marks, first!);
      return;
    case 'scale':
      marks.forEach((mark, i) => {
        if (mark && op.factor[i] !== 0) first![i] = 1;
      });
      return;
    case 'blackBox':
      for (const input of inputs) input.fill(1);
      return;
    case 'activation':
    case 'combine':
    case 'compare':
    case 'select':
      for (const input of inputs) marks.forEach((mark, i) => mark && (input[i] = 1));
  }
}

function markDense(weights: Float64Array, marks: Uint8Array, input: Uint8Array): void {
  marks.forEach((mark, row) => {
    if (!mark) return;
    for (let i = 0; i < input.length; i++) if (weights[row * input.length + i] !== 0) input[i] = 1;
  });
}

function markGroups(op: Extract<Op, { kind: 'reduce' | 'softmax' }>, marks: Uint8Array, input: Uint8Array): void {
  const { starts, indices } = op.groups;
  for (let group = 0; group + 1 < starts.length; group++) {
    const members = indices.subarray(starts[group], starts[group + 1]);
    const needed = op.kind === 'reduce' ? marks[group] === 1 : members.some((member) => marks[member] === 1);
    if (needed) for (const member of members) input[member] = 1;
  }
}
