import type { Network, Node, Op } from '../network/network';
import { valueSize } from '../network/network';
import { bends } from './interactions';
import * as code from './instructions';
import { layOut, locateInput, locateOutput } from './layout';
import { pairCount, type Plan } from './plan';
import { AdjointWriter } from './planAdjoints';
import { TangentWriter } from './planTangents';
import { planValues } from './planValues';
import { withoutProducts } from './products';
import { activationParameters, activations, combinations, normalisations, Program } from './program';

/**
 * Compiles the Hessian of one output element over some input elements (all ports joined; all of them if not said
 * otherwise): H = Σ_l T_lᵀ diag(s_l) T_l over the operations that bend, with the tangents T of what they take and their
 * second derivatives s weighted with the adjoint. The one section gives a line per pair j ≤ i (number i (i + 1) / 2 + j),
 * then the slope along each element. Memory of a panel grows with elements × units.
 */
export function compileHessianPlan(
  given: Network,
  output: number,
  elements: readonly number[] = allElements(given),
): Plan {
  const network = withoutProducts(given);
  const place = locateOutput(network, output);
  const layout = layOut(network, [place.value], isCurvedActivation);
  const program = new Program(network, layout, 1);
  const margins = planValues(program);
  program.emit(code.opStoreValue, layout.values[place.value]! + place.element, 1, 0);
  const sections = [0, program.length];
  const slots = new HessianWriter(program, elements).write(place.value, place.element);
  sections.push(program.length);
  return {
    network: given,
    outputs: [output],
    inputs: network.inputs.reduce((sum, port) => sum + port.size, 0),
    mode: 'hessian',
    elements,
    lines: pairCount({ elements }) + elements.length,
    slots,
    instructions: program.instructions(),
    sections: Int32Array.from(sections),
    weights: program.data.joinedWeights(),
    tables: program.data.joinedTables(),
    margins,
    valueSlots: layout.values,
  };
}

/** Where the weights of one kind of products stand, and the two values whose tangents they multiply. */
interface Term {
  readonly weights: number;
  readonly left: number;
  readonly right: number;
  /** The value of the softmax within which tangents are centred. */
  readonly centred?: number;
}

/** Writes the one section of a plan for second derivatives. */
class HessianWriter {
  readonly elements: readonly number[];
  private readonly program: Program;
  private readonly terms: Term[] = [];
  private slots: number;

  constructor(program: Program, elements: readonly number[]) {
    this.program = program;
    this.elements = elements;
    this.slots = program.layout.slots;
  }

  /** Writes all instructions; gives the number of slots that a panel needs. */
  write(output: number, element: number): number {
    const { network, layout } = this.program;
    const visits = new Map<number, (adjoint: number) => void>();
    network.nodes.forEach((node, index) => {
      const value = network.inputs.length + index;
      if (layout.needed[value] && layout.varying[value] && bends(node.op))
        visits.set(value, (adjoint) => this.weigh(value, node, adjoint));
    });
    new AdjointWriter(this.program, { value: output, element }, visits).write();
    const pairs = pairCount(this);
    const first = this.take(pairs);
    this.program.emit(code.opFill, first, pairs, -1);
    this.addTerms(first);
    this.program.emit(code.opStoreSlope, first, pairs, 0);
    this.elements.forEach((at, line) => {
      const { value, element: unit } = locateInput(network, at);
      this.program.emit(code.opStoreSlope, layout.moves[value]! + unit, 1, pairs + line);
    });
    return this.slots;
  }

  /** The second derivatives of one operation, weighted with its adjoint. */
  private weigh(value: number, node: Node, adjoint: number): void {
    const { values, slopes } = this.program.layout;
    const [a = -1, b = -1] = node.inputs;
    const { op } = node;
    if (op.kind === 'activation') {
      const weights = this.take(node.size);
      const parameters = this.program.data.weights(activationParameters(op.activation));
      const operands = [values[a]!, values[value]!, slopes[value]!, adjoint, weights, node.size, parameters];
      this.program.emit(code.opCurve, activations[op.activation.kind], ...operands);
      this.terms.push({ weights, left: a, right: a });
    } else if (op.kind === 'softmax') {
      const weights = this.take(node.size);
      const groups = op.groups.starts.length - 1;
      const table = this.program.data.groups(op.groups);
      if (op.groups.indices.length < node.size) this.program.emit(code.opFill, weights, node.size, -1);
      this.program.emit(code.opSoftmaxCurve, normalisations[op.how], values[value]!, adjoint, weights, groups, table);
      this.terms.push({ weights, left: a, right: a, centred: value });
    } else if (op.kind === 'combine') {
      const parts = op.how === 'multiply' ? [1] : op.how === 'divide' ? [1, 2] : [0, 1, 2];
      for (const part of parts) this.weighPart(node, op.how, part, adjoint, [a, b]);
    }
  }

  /** ∂²z/∂a² (part 0), ∂²z/∂a∂b (1) or ∂²z/∂b² (2) of z = a ∘ b; a mixed one counts for (a, b) and for (b, a). */
  private weighPart(
    node: Node,
    how: keyof typeof combinations,
    part: number,
    adjoint: number,
    [a, b]: readonly [number, number],
  ): void {
    const { values, varying } = this.program.layout;
    const [left, right] = [part === 2 ? b : a, part === 0 ? a : b];
    if (!varying[left]! || !varying[right]!) return;
    const weights = this.take(node.size);
    if (how === 'multiply') this.program.emit(code.opCopy, adjoint, weights, node.size, 0);
    else {
      const operands = [combinations[how], part, values[a]!, values[b]!, adjoint, weights, node.size];
      this.program.emit(code.opCombineCurve, ...operands);
    }
    this.terms.push({ weights, left, right });
    if (part === 1) this.terms.push({ weights, left: right, right: left });
  }

  /** The tangents of every direction, each in slots of its own, and the sums of their products. */
  private addTerms(pairs: number): void {
    if (this.terms.length === 0) return;
    const { layout, network } = this.program;
    const stride = layout.scratch - layout.firstMove;
    const firstShift = this.take(stride * this.elements.length) - layout.firstMove;
    const writers = this.elements.map((at, direction) => {
      const { value: port, element } = locateInput(network, at);
      const writer = new TangentWriter(this.program, port, element, firstShift + direction * stride);
      writer.write();
      for (const { left, right } of this.terms) for (const value of [left, right]) writer.whole(value);
      return writer;
    });
    const scratch = this.take(Math.max(...this.terms.map(({ left }) => valueSize(network, left))));
    for (const term of this.terms) {
      const { weights, left, right, centred } = term;
      const count = valueSize(network, left);
      const tangents =
        centred !== undefined
          ? { slot: this.centre(centred, writers), stride: count }
          : { slot: layout.moves[left]! + firstShift, stride };
      const other = centred !== undefined ? tangents : { slot: layout.moves[right]! + firstShift, stride };
      const operands = [tangents.slot, tangents.stride, other.slot, other.stride, count];
      this.program.emit(code.opPairs, weights, ...operands, this.elements.length, pairs, scratch);
    }
  }

  /** The tangents of a softmax's input less their weighted means, one direction after the other; gives their first slot. */
  private centre(value: number, writers: readonly TangentWriter[]): number {
    const { op, size, inputs } = this.program.node(value);
    if (op.kind !== 'softmax') throw new TypeError('Only a softmax centres tangents.');
    const first = this.take(size * writers.length);
    const groups = op.groups.starts.length - 1;
    const table = this.program.data.groups(op.groups);
    if (op.groups.indices.length < size) this.program.emit(code.opFill, first, size * writers.length, -1);
    writers.forEach((writer, direction) => {
      const operands = [this.program.layout.values[value]!, writer.whole(inputs[0]!), first + direction * size];
      this.program.emit(code.opCentre, normalisations[op.how], ...operands, groups, table);
    });
    return first;
  }

  private take(count: number): number {
    return (this.slots += count) - count;
  }
}

function isCurvedActivation(op: Op): boolean {
  return op.kind === 'activation' && bends(op);
}

function allElements(network: Network): number[] {
  return Array.from({ length: network.inputs.reduce((sum, port) => sum + port.size, 0) }, (_, element) => element);
}
