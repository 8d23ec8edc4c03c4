import type { Node } from '../network/network';
import { valueSize } from '../network/network';
import * as code from './instructions';
import { completeUnit } from './planAdjoints';
import { emitOne } from './planValues';
import type { Program } from './program';
import { combinations, normalisations, reductions } from './program';

/** What is known of a value's tangent: it does not move, all units may, or a single one does (slot −1: by the number 1). */
type State = undefined | 'all' | { readonly unit: number; readonly slot: number };

/** Forward mode: the instructions that carry the movement of one input element to the outputs. */
export class TangentWriter {
  private readonly program: Program;
  private readonly states: State[];
  /** Slots between the layout's tangents and this direction's own. */
  private readonly shift: number;

  constructor(program: Program, port: number, element: number, shift = 0) {
    this.program = program;
    this.shift = shift;
    this.states = new Array<State>(program.layout.needed.length).fill(undefined);
    this.states[port] = { unit: element, slot: -1 };
  }

  /** Writes the instructions for all values that the outputs need. */
  write(): void {
    const { network, layout } = this.program;
    network.nodes.forEach((node, index) => {
      const value = network.inputs.length + index;
      if (!layout.needed[value] || !layout.varying[value]) return;
      if (node.inputs.some((input) => this.states[input] !== undefined)) this.push(value, node);
    });
  }

  /** Slot of one unit of an output's tangent, completed; a unit that cannot move is cleared in the scratch unit. */
  unit(value: number, element: number): number {
    if (this.states[value] === undefined) {
      this.program.emit(code.opFill, this.program.layout.scratch, 1, -1);
      return this.program.layout.scratch;
    }
    return this.all(value) + element;
  }

  /** First slot of a value's tangent, all of its units written even where they cannot move. */
  whole(value: number): number {
    if (this.states[value] !== undefined) return this.all(value);
    this.program.emit(code.opFill, this.slot(value), valueSize(this.program.network, value), -1);
    this.states[value] = 'all';
    return this.slot(value);
  }

  private push(value: number, node: Node): void {
    const { op } = node;
    const first = this.states[node.inputs[0]!];
    if (typeof first === 'object' && this.pushUnit(value, node, first.unit, first.slot)) return;
    const tangents = node.inputs.map((input) => (this.states[input] === undefined ? -1 : this.all(input)));
    const [a = -1, b = -1, c = -1] = tangents;
    const { values } = this.program.layout;
    const [left = -1, right = -1] = node.inputs.map((input) => values[input]!);
    const to = this.slot(value);
    this.states[value] = 'all';
    switch (op.kind) {
      case 'dense':
        this.program.dense(value, 'forward', a, to, false, false, this.program.isMasked(node.inputs[0]!));
        break;
      case 'scale':
        this.program.emit(code.opScale, a, to, node.size, this.program.data.weights(op.factor), -1, 0);
        break;
      case 'activation':
        this.program.slope(value, a, to, 0, node.size, false);
        break;
      case 'combine':
        this.program.emit(code.opCombinePush, combinations[op.how], left, right, a, b, to, node.size);
        break;
      case 'gather':
        this.program.emit(code.opGather, a, to, node.size, this.program.data.indices(op.indices));
        break;
      case 'concat':
        this.join(node, tangents, to);
        break;
      case 'reduce':
      case 'softmax':
        this.pushGroups(value, node, a, to);
        break;
      case 'select':
        this.select(value, node, left, b, c);
        break;
      case 'constant':
      case 'compare':
      case 'blackBox':
        break;
    }
  }

  private select(value: number, node: Node, condition: number, then: number, otherwise: number): void {
    if (then < 0 && otherwise < 0) this.states[value] = undefined;
    else this.program.emit(code.opSelect, condition, then, otherwise, this.slot(value), node.size);
  }

  private pushGroups(value: number, node: Node, tangent: number, to: number): void {
    const { values } = this.program.layout;
    const [x, y] = [values[node.inputs[0]!]!, values[value]!];
    const { op } = node;
    if (op.kind === 'reduce') {
      const table = this.program.data.groups(op.groups);
      const how = reductions[op.how];
      if (op.how === 'sum' || op.how === 'mean') this.program.emit(code.opReduce, how, tangent, to, node.size, table);
      else this.program.emit(code.opReducePush, how, x, y, tangent, to, node.size, table);
    } else if (op.kind === 'softmax') {
      const table = this.program.data.groups(op.groups);
      const groups = op.groups.starts.length - 1;
      if (op.groups.indices.length < node.size) this.program.emit(code.opFill, to, node.size, -1);
      this.program.emit(code.opSoftmaxPush, normalisations[op.how], y, tangent, to, groups, table);
    }
  }

  /** The step on from a single unit, where the operation has a short one. */
  private pushUnit(value: number, node: Node, unit: number, slot: number): boolean {
    const { op } = node;
    const input = node.inputs[0]!;
    if (op.kind === 'dense') {
      const width = valueSize(this.program.network, input);
      const column = this.program.data.weights(op.weights) + unit;
      this.program.emit(code.opSpread, this.slot(value), node.size, column, width, slot, 0);
      this.states[value] = 'all';
      return true;
    }
    if (op.kind !== 'scale' && op.kind !== 'activation') return false;
    const [from, to] = [this.slot(input), this.slot(value)];
    if (slot < 0) emitOne(this.program, from + unit);
    this.states[input] = { unit, slot: from + unit };
    if (op.kind === 'scale') {
      const factor = this.program.data.weights(op.factor) + unit;
      this.program.emit(code.opScale, from + unit, to + unit, 1, factor, -1, 0);
    } else this.program.slope(value, from, to, unit, 1, false);
    this.states[value] = { unit, slot: to + unit };
    return true;
  }

  private join(node: Node, tangents: readonly number[], to: number): void {
    let offset = to;
    node.inputs.forEach((input, position) => {
      const size = valueSize(this.program.network, input);
      const from = tangents[position]!;
      if (from < 0) this.program.emit(code.opFill, offset, size, -1);
      else this.program.emit(code.opCopy, from, offset, size, 0);
      offset += size;
    });
  }

  /** First slot of a value's tangent with all units written. */
  private all(value: number): number {
    const state = this.states[value];
    if (typeof state === 'object') {
      completeUnit(this.program, this.slot(value), valueSize(this.program.network, value), state);
      this.states[value] = 'all';
    }
    return this.slot(value);
  }

  private slot(value: number): number {
    return this.program.layout.moves[value]! + this.shift;
  }
}
