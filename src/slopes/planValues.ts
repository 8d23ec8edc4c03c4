import type { Node } from '../network/network';
import { valueSize } from '../network/network';
import { kinksOf } from './activationSlopes';
import * as code from './instructions';
import type { Program } from './program';
import {
  activationParameters,
  activations,
  combinations,
  comparisons,
  normalisations,
  oneWeight,
  reductions,
} from './program';

/** Where margins of a value are lowered: `count` per-unit errors from `first` on. */
export interface MarginSite {
  readonly value: number;
  readonly first: number;
  readonly count: number;
}

/** Writes the instructions that bring the inputs in, compute every value that is needed, and measure margins and peaks. */
export function planValues(program: Program): MarginSite[] {
  const { network, layout } = program;
  const sites: MarginSite[] = [];
  let line = 0;
  network.inputs.forEach((port, value) => {
    program.emit(code.opLoad, layout.values[value]!, port.size, line);
    line += port.size;
  });
  network.nodes.forEach((node, index) => {
    const value = network.inputs.length + index;
    if (!layout.needed[value]) return;
    const first = program.errors;
    if (node.inputs.some((input) => layout.varying[input]!)) margin(program, node);
    if (program.errors > first) sites.push({ value, first, count: program.errors - first });
    valueOf(program, node, value);
  });
  program.emit(code.opPeak, 0, layout.firstMove, 0);
  return sites;
}

/** The value of one node. */
function valueOf(program: Program, node: Node, value: number): void {
  const { values, slopes } = program.layout;
  const to = values[value]!;
  const [a = -1, b = -1, c = -1] = node.inputs.map((input) => values[input]!);
  const { op } = node;
  switch (op.kind) {
    case 'constant':
      program.emit(code.opFill, to, node.size, program.data.weights(op.values));
      break;
    case 'dense':
      program.dense(value, 'forward', a, to, true, false, program.isMasked(node.inputs[0]!));
      break;
    case 'scale': {
      const [factor, offset] = [program.data.weights(op.factor), program.data.weights(op.offset)];
      program.emit(code.opScale, a, to, node.size, factor, offset, 0);
      break;
    }
    case 'activation': {
      const parameters = program.data.weights(activationParameters(op.activation));
      const perUnit = op.activation.kind === 'prelu' ? 1 : 0;
      const kind = activations[op.activation.kind];
      program.emit(code.opActivate, kind, a, to, slopes[value]!, node.size, parameters, perUnit);
      break;
    }
    case 'combine':
      program.emit(code.opCombine, combinations[op.how], a, b, to, node.size);
      break;
    case 'gather':
      program.emit(code.opGather, a, to, node.size, program.data.indices(op.indices));
      break;
    case 'concat':
      concatenate(program, node, to);
      break;
    case 'reduce':
      program.emit(code.opReduce, reductions[op.how], a, to, node.size, program.data.groups(op.groups));
      break;
    case 'softmax': {
      const groups = op.groups.starts.length - 1;
      if (op.groups.indices.length < node.size) program.emit(code.opFill, to, node.size, -1);
      program.emit(code.opSoftmax, normalisations[op.how], a, to, groups, program.data.groups(op.groups));
      break;
    }
    case 'compare':
      program.emit(code.opCompare, comparisons[op.how], a, b, to, node.size);
      break;
    case 'blackBox':
      // Such a network has an engine of its own; its plan only says which outputs are wanted.
      break;
    case 'select':
      program.emit(code.opSelect, a, b, c, to, node.size);
      break;
  }
}

function concatenate(program: Program, node: Node, to: number): void {
  let offset = to;
  for (const input of node.inputs) {
    const size = valueSize(program.network, input);
    program.emit(code.opCopy, program.layout.values[input]!, offset, size, 0);
    offset += size;
  }
}

/** How near a row comes to a place where the node's slope jumps. */
function margin(program: Program, node: Node): void {
  const { values } = program.layout;
  const [a = -1, b = -1] = node.inputs.map((input) => values[input]!);
  const { op } = node;
  if (op.kind === 'activation') {
    const kinks = kinksOf(op.activation);
    if (kinks.length === 0) return;
    const places = program.data.weights(Float64Array.from(kinks));
    program.emit(code.opMarginKink, a, node.size, places, kinks.length, takeErrors(program, node.size));
  } else if ((op.kind === 'combine' && (op.how === 'max' || op.how === 'min')) || op.kind === 'compare') {
    program.emit(code.opMarginPair, a, b, node.size, takeErrors(program, node.size));
  } else if (op.kind === 'reduce' && (op.how === 'max' || op.how === 'min')) {
    const table = program.data.groups(op.groups);
    program.emit(code.opMarginReduce, reductions[op.how], a, node.size, table, takeErrors(program, node.size));
  }
}

function takeErrors(program: Program, count: number): number {
  const first = program.errors;
  program.errors += count;
  return first;
}

/** Writes 1 into one unit. */
export function emitOne(program: Program, slot: number): void {
  program.emit(code.opFill, slot, 1, program.data.weights(oneWeight));
}
