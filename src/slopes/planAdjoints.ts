import type { DenseOp, Node } from '../network/network';
import { valueSize } from '../network/network';
import * as code from './instructions';
import { ancestors, type Place } from './layout';
import { isSparse } from './packing';
import { hasPattern, patternBits, patternTable } from './patternTable';
import { emitOne } from './planValues';
import type { Program } from './program';
import { combinations, normalisations, reductions } from './program';

/**
 * What is known of a value's adjoint while the instructions of one output are written: nothing written yet, all units,
 * or a single unit other than 0 (its slot, or −1 where it is the number 1).
 */
type State = undefined | 'all' | { readonly unit: number; readonly slot: number };

/**
 * Reverse mode: the instructions that bring one output element's adjoint back to the inputs. An adjoint that is other
 * than 0 in one unit only, as at the output itself, costs one row of the next matrix instead of the whole.
 */
export class AdjointWriter {
  private readonly program: Program;
  private readonly states: State[];
  /** Readers of each value between it and the output whose slopes matter. */
  private readonly readers: number[];
  private readonly visits: ReadonlyMap<number, (adjoint: number) => void>;
  /** Values whose adjoints come through nothing but a relu: many of their units are 0. */
  private readonly masked = new Set<number>();

  /** @param visits what to write, by value, once its adjoint is whole; it is given the adjoint's first slot */
  constructor(
    program: Program,
    { value: output, element }: Place,
    visits: ReadonlyMap<number, (adjoint: number) => void> = new Map(),
  ) {
    this.program = program;
    this.visits = visits;
    const { network, layout } = program;
    const ports = network.inputs.length;
    const path = ancestors(network, [output]).map((found, value) => found && layout.varying[value]!);
    this.readers = new Array<number>(path.length).fill(0);
    network.nodes.forEach((node, index) => {
      if (path[ports + index]) for (const input of node.inputs) this.readers[input]!++;
    });
    this.states = new Array<State>(path.length).fill(undefined);
    if (path[output]) this.states[output] = { unit: element, slot: -1 };
  }

  /** Writes the instructions; afterwards the adjoint of every input port is in its slots. */
  write(): void {
    const { network } = this.program;
    const ports = network.inputs.length;
    for (let value = this.states.length - 1; value >= ports; value--) {
      if (this.states[value] !== undefined) this.pull(value, this.program.node(value));
    }
    network.inputs.forEach((_, port) => {
      if (this.states[port] === undefined) this.clear(port);
      else this.complete(port);
    });
  }

  private pull(value: number, node: Node): void {
    const { op } = node;
    const visit = this.visits.get(value);
    if (visit) {
      this.complete(value);
      visit(this.program.layout.moves[value]!);
    }
    const state = this.states[value];
    if (typeof state === 'object' && this.pullUnit(value, node, state.unit, state.slot)) return;
    this.complete(value);
    const { values, moves } = this.program.layout;
    const adjoint = moves[value]!;
    const [a = -1, b = -1] = node.inputs;
    switch (op.kind) {
      case 'dense':
        this.program.dense(value, 'backward', adjoint, moves[a]!, false, this.started(a), this.masked.has(value));
        break;
      case 'scale': {
        const factor = this.program.data.weights(op.factor);
        this.program.emit(code.opScale, adjoint, moves[a]!, node.size, factor, -1, Number(this.started(a)));
        break;
      }
      case 'activation':
        if (this.readers[a] === 1 && this.program.isMasked(value)) this.masked.add(a);
        this.program.slope(value, adjoint, moves[a]!, 0, node.size, this.started(a));
        break;
      case 'combine': {
        const [left, right] = [this.target(a), this.target(b)];
        const operands = [combinations[op.how], values[a]!, values[b]!, adjoint, ...left, ...right];
        this.program.emit(code.opCombinePull, ...operands, node.size);
        break;
      }
      case 'concat':
        this.cut(node, adjoint);
        break;
      case 'select': {
        const [then, otherwise] = [this.target(b), this.target(node.inputs[2]!)];
        this.program.emit(code.opSelectPull, values[a]!, adjoint, ...then, ...otherwise, node.size);
        break;
      }
      case 'gather':
      case 'reduce':
      case 'softmax':
        this.scatter(value, node, a);
        break;
      case 'constant':
      case 'compare':
      case 'blackBox':
        break;
    }
  }

  /** Operations that add to some units of their input's adjoint. */
  private scatter(value: number, node: Node, input: number): void {
    const { values, moves, scratch } = this.program.layout;
    if (!this.started(input)) this.clear(input);
    const [adjoint, to, x, y] = [moves[value]!, moves[input]!, values[input]!, values[value]!];
    const { op } = node;
    if (op.kind === 'gather') {
      this.program.emit(code.opScatter, adjoint, to, node.size, this.program.data.indices(op.indices));
    } else if (op.kind === 'reduce') {
      const table = this.program.data.groups(op.groups);
      this.program.emit(code.opReducePull, reductions[op.how], x, y, adjoint, to, node.size, table, scratch);
    } else if (op.kind === 'softmax') {
      const table = this.program.data.groups(op.groups);
      const groups = op.groups.starts.length - 1;
      this.program.emit(code.opSoftmaxPull, normalisations[op.how], y, adjoint, to, groups, table);
    }
  }

  /** The step back from a single unit, where the operation has a short one. */
  private pullUnit(value: number, node: Node, unit: number, slot: number): boolean {
    const { op } = node;
    const input = node.inputs[0] ?? -1;
    const { moves } = this.program.layout;
    if (op.kind === 'dense') {
      if (this.pullPattern(op, input, unit, slot)) return true;
      const width = valueSize(this.program.network, input);
      const row = this.program.data.weights(op.weights) + unit * width;
      const to = moves[input]!;
      this.program.emit(code.opSpread, to, width, row, 1, slot, Number(this.started(input)));
      return true;
    }
    const elementwise = op.kind === 'scale' || op.kind === 'activation';
    if (!elementwise || this.readers[input] !== 1 || this.states[input] !== undefined) return false;
    if (slot < 0) emitOne(this.program, moves[value]! + unit);
    if (op.kind === 'scale') {
      const factor = this.program.data.weights(op.factor) + unit;
      this.program.emit(code.opScale, moves[value]! + unit, moves[input]! + unit, 1, factor, -1, 0);
    } else this.program.slope(value, moves[value]!, moves[input]!, unit, 1, false);
    this.states[input] = { unit, slot: moves[input]! + unit };
    return true;
  }

  /**
   * From one output unit through its layer, a layer of units that are on or off, and that layer's matrix in one step;
   * `layer` gives the output from value `active`. False where the graph or the sizes do not allow it.
   */
  private pullPattern(layer: DenseOp, active: number, unit: number, slot: number): boolean {
    const { network, layout } = this.program;
    const ports = network.inputs.length;
    if (active < ports || this.readers[active] !== 1 || this.states[active] !== undefined) return false;
    const switched = this.program.node(active);
    const sum = switched.inputs[0] ?? -1;
    if (switched.op.kind !== 'activation' || !hasPattern(switched.op.activation)) return false;
    if (sum < ports || this.readers[sum] !== 1 || this.states[sum] !== undefined) return false;
    const below = this.program.node(sum);
    const input = below.inputs[0] ?? -1;
    if (below.op.kind !== 'dense') return false;
    const width = valueSize(network, input);
    const bits = patternBits(below.size, width, this.program.outputs);
    if (bits === 0 || isSparse(below.op)) return false;
    const weights = layer.weights.subarray(unit * below.size, (unit + 1) * below.size);
    const table = this.program.data.weights(patternTable(below.op, width, weights, switched.op.activation, bits));
    const add = Number(this.started(input));
    const [from, to] = [layout.values[active]!, layout.moves[input]!];
    this.program.emit(code.opPatternSum, from, to, below.size, width, table, bits, slot, add, layout.scratch);
    return true;
  }

  private cut(node: Node, adjoint: number): void {
    let offset = adjoint;
    for (const input of node.inputs) {
      const size = valueSize(this.program.network, input);
      const [to, add] = this.target(input);
      if (to >= 0) this.program.emit(code.opCopy, offset, to, size, add);
      offset += size;
    }
  }

  /** Slot of an input's adjoint and whether to add to it; no slot where the input does not vary. */
  private target(input: number): readonly [number, number] {
    if (!this.program.layout.varying[input]) return [-1, 0];
    return [this.program.layout.moves[input]!, Number(this.started(input))];
  }

  /** Whether a value's adjoint holds something already; from now on it does. */
  private started(value: number): boolean {
    this.complete(value);
    const before = this.states[value] !== undefined;
    this.states[value] = 'all';
    return before;
  }

  /** Fills up an adjoint of which only one unit was written. */
  private complete(value: number): void {
    const state = this.states[value];
    if (typeof state !== 'object') return;
    completeUnit(this.program, this.program.layout.moves[value]!, valueSize(this.program.network, value), state);
    this.states[value] = 'all';
  }

  private clear(value: number): void {
    this.program.emit(code.opFill, this.program.layout.moves[value]!, valueSize(this.program.network, value), -1);
  }
}

/** Writes zeros around a single one of `size` units, and the unit itself where it is the number 1 (slot −1). */
export function completeUnit(
  program: Program,
  first: number,
  size: number,
  { unit, slot }: { readonly unit: number; readonly slot: number },
): void {
  if (unit > 0) program.emit(code.opFill, first, unit, -1);
  if (unit + 1 < size) program.emit(code.opFill, first + unit + 1, size - unit - 1, -1);
  if (slot < 0) emitOne(program, first + unit);
}
