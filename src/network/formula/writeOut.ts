import { forward } from '../forward';
import { loweredActivation } from './lowered';
import { flatInputs, flatOutputs } from '../features';
import type { Activation, Comparison, InputPort, Network, Node, Op } from '../network';
import { constant, type Expression, type Formula, type Step, sum } from './expression';

/** How the numbers a network takes and gives follow from those of the data: model = (original − centre) / spread, per flat input and output. */
export interface FoldedScaling {
  readonly centre: number;
  readonly spread: number;
  /** The same after log(original + logShift). */
  readonly logShift?: number;
}

/** A straight piece that an activation's element never leaves on the rows at hand: factor · x + offset. */
export interface StraightPiece {
  readonly factor: number;
  readonly offset: number;
}

/** What a formula is written with. */
export interface WriteOptions {
  /** Names of the flat inputs and outputs as the user knows them. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Scalings to fold in, so that the formula takes and gives original units; absent: model units. */
  readonly inputScaling?: readonly FoldedScaling[];
  readonly outputScaling?: readonly FoldedScaling[];
  /** Elements of activations that stay on one piece, by the activation's value number: written as that piece. */
  readonly pieces?: ReadonlyMap<number, readonly (StraightPiece | undefined)[]>;
}

/** The most scalar operations that are written out; beyond it a formula is no reading for people. */
const mostTerms = 20_000;

/**
 * Writes a network out as scalar expressions, exactly: scalings are folded into the first and last sums, elements that
 * nothing depends on are left out. Undefined for networks with a sparsemax (it has no closed form), with a black box
 * or with too many terms.
 */
export function writeOut(network: Network, options: WriteOptions): Formula | undefined {
  const closed = network.nodes.every(
    ({ op }) => op.kind !== 'blackBox' && (op.kind !== 'softmax' || op.how !== 'sparsemax'),
  );
  if (!closed || termCount(network) > mostTerms) return undefined;
  const writer = new Writer(network, options);
  return writer.write();
}

class Writer {
  private readonly network: Network;
  private readonly options: WriteOptions;
  private readonly steps: Step[] = [];
  private layer = 0;

  constructor(network: Network, options: WriteOptions) {
    this.network = network;
    this.options = options;
  }

  write(): Formula {
    const values: (readonly Expression[])[] = this.portValues();
    for (const node of this.network.nodes) {
      const taken = node.inputs.map((input) => values[input]!);
      const pieces = this.options.pieces?.get(values.length);
      values.push(this.named(node, this.node(node, this.prepared(node, taken), pieces)));
    }
    const outputs = this.network.outputs.flatMap((port) => values[port.value]!);
    const names = this.options.outputs;
    const written = outputs.map((expression, index): Step => {
      const scaling = this.options.outputScaling?.[index];
      const unscaled = scaling ? unscaledOutput(scaling, expression) : expression;
      return { name: names[index] ?? flatOutputs(this.network)[index]!.name, expression: unscaled };
    });
    return { inputs: this.options.inputs, steps: usedSteps(this.steps, written), outputs: written, notes: [] };
  }

  private portValues(): Expression[][] {
    const flat = flatInputs(this.network);
    return this.network.inputs.map((_, port) =>
      flat.flatMap((input, index): Expression[] => {
        if (input.port !== port) return [];
        if (input.kind === 'text') return levelElements(this.network.inputs[port]!, index);
        const bare: Expression = { kind: 'input', index };
        const scaling = this.options.inputScaling?.[index];
        return [scaling ? scaledInput(scaling, bare) : bare];
      }),
    );
  }

  /** What an operation takes more than once gets names first, so that nothing is written twice. */
  private prepared(node: Node, taken: readonly (readonly Expression[])[]): readonly (readonly Expression[])[] {
    const { op } = node;
    const repeats =
      op.kind === 'softmax' || (op.kind === 'activation' && usesRepeatedly(op.activation)) || op.kind === 'select';
    return repeats ? taken.map((expressions) => this.stepsFor(expressions, 'z')) : taken;
  }

  private stepsFor(expressions: readonly Expression[], letter: string): readonly Expression[] {
    const layer = this.layer + 1;
    return expressions.map((expression, element): Expression => {
      if (isShort(expression)) return expression;
      const name = `${letter}${layer}_${element + 1}`;
      if (!this.steps.some((step) => step.name === name)) {
        this.steps.push({ name, expression });
        return { kind: 'step', name };
      }
      return expression;
    });
  }

  /** Units get a name of their own (h1_3: third unit of the first layer); everything simpler stays an expression. */
  private named(node: Node, expressions: readonly Expression[]): readonly Expression[] {
    if (!['activation', 'softmax', 'combine', 'reduce'].includes(node.op.kind)) return expressions;
    this.layer++;
    return expressions.map((expression, element): Expression => {
      if (isShort(expression) || isStraight(expression)) return expression;
      const name = `h${this.layer}_${element + 1}`;
      this.steps.push({ name, expression });
      return { kind: 'step', name };
    });
  }

  private node(
    node: Node,
    taken: readonly (readonly Expression[])[],
    pieces: readonly (StraightPiece | undefined)[] | undefined,
  ): readonly Expression[] {
    const { op } = node;
    const first = taken[0] ?? [];
    switch (op.kind) {
      case 'constant':
        return Array.from(op.values, constant);
      case 'dense':
        return Array.from({ length: node.size }, (_, row) =>
          sum(
            op.bias[row]!,
            first.map((of, i) => ({ factor: op.weights[row * first.length + i]!, of })),
          ),
        );
      case 'scale':
        return first.map((of, i) => sum(op.offset[i]!, [{ factor: op.factor[i]!, of }]));
      case 'activation':
        return first.map((of, element) => {
          const piece = pieces?.[element];
          return piece ? sum(piece.offset, [{ factor: piece.factor, of }]) : activated(op.activation, of, element);
        });
      case 'combine':
        return first.map((left, i) => combined(op.how, left, taken[1]![i]!));
      case 'gather':
        return Array.from(op.indices, (index) => first[index]!);
      case 'concat':
        return taken.flat();
      case 'reduce':
        return eachGroup(op.groups, (members) =>
          reduced(
            op.how,
            members.map((member) => first[member]!),
          ),
        );
      case 'softmax':
        return normalised(op, first);
      case 'blackBox':
        throw new RangeError('A black box has no formula.');
      case 'compare':
        return first.map((left, i) => compared(op.how, left, taken[1]![i]!));
      case 'select':
        return first.map((left, i) => ({
          kind: 'choice',
          how: 'notEqual',
          left,
          right: constant(0),
          then: taken[1]![i]!,
          otherwise: taken[2]![i]!,
        }));
    }
  }
}

/** The elements of a text input: 1 for its level, 0 for the others; texts outside the levels where the port has a place for them. */
function levelElements({ levels = [], unknown }: InputPort, index: number): Expression[] {
  const known = levels.map((level): Expression => ({ kind: 'level', index, level }));
  const other = sum(
    1,
    known.map((of) => ({ factor: -1, of })),
  );
  if (unknown === 'first') return [other, ...known];
  return unknown === 'last' ? [...known, other] : known;
}

function scaledInput({ centre, spread, logShift }: FoldedScaling, bare: Expression): Expression {
  const of: Expression =
    logShift === undefined ? bare : { kind: 'logarithm', of: sum(logShift, [{ factor: 1, of: bare }]) };
  return sum(-centre / spread, [{ factor: 1 / spread, of }]);
}

function unscaledOutput({ centre, spread, logShift }: FoldedScaling, expression: Expression): Expression {
  const straight = sum(centre, [{ factor: spread, of: expression }]);
  return logShift === undefined ? straight : sum(-logShift, [{ factor: 1, of: { kind: 'exponential', of: straight } }]);
}

function isShort(expression: Expression): boolean {
  return ['number', 'input', 'step', 'level'].includes(expression.kind);
}

/** A sum of inputs alone: it is worth more joined into the next sum than with a name of its own. */
function isStraight(expression: Expression): boolean {
  return expression.kind === 'sum' && expression.terms.every(({ of }) => of.kind === 'input' || of.kind === 'level');
}

/** Whether an activation's formula names its argument more than once. */
function usesRepeatedly(activation: Activation): boolean {
  const counted = (expression: Expression): number =>
    expression.kind === 'step' ? 1 : partsOf(expression).reduce((total, part) => total + counted(part), 0);
  return counted(loweredActivation(activation, { kind: 'step', name: 'x' }, 0)) > 1;
}

function activated(activation: Activation, of: Expression, element: number): Expression {
  if (of.kind !== 'number') return { kind: 'activation', activation, of, element };
  const padded = new Float64Array(element + 1).fill(of.value);
  return constant(forward({ kind: 'activation', activation }, [padded], padded.length)[element]!);
}

function compared(how: Comparison, left: Expression, right: Expression): Expression {
  return { kind: 'choice', how, left, right, then: constant(1), otherwise: constant(0) };
}

function combined(how: Extract<Op, { kind: 'combine' }>['how'], left: Expression, right: Expression): Expression {
  switch (how) {
    case 'add':
      return sum(0, [
        { factor: 1, of: left },
        { factor: 1, of: right },
      ]);
    case 'subtract':
      return sum(0, [
        { factor: 1, of: left },
        { factor: -1, of: right },
      ]);
    case 'multiply':
      return { kind: 'product', factors: [left, right] };
    case 'divide':
      return { kind: 'quotient', over: left, under: right };
    case 'pow':
      return { kind: 'power', base: left, exponent: right };
    case 'max':
    case 'min':
      return { kind: 'extreme', how, of: [left, right] };
  }
}

function reduced(how: Extract<Op, { kind: 'reduce' }>['how'], members: readonly Expression[]): Expression {
  switch (how) {
    case 'sum':
      return sum(
        0,
        members.map((of) => ({ factor: 1, of })),
      );
    case 'mean':
      return sum(
        0,
        members.map((of) => ({ factor: 1 / members.length, of })),
      );
    case 'product':
      return { kind: 'product', factors: members };
    case 'max':
    case 'min':
      return { kind: 'extreme', how, of: members };
  }
}

/** Softmax as exp(x_i − top) ÷ Σ exp(x − top); sparsemax has no closed form and is left to the caller's limits. */
function normalised(op: Extract<Op, { kind: 'softmax' }>, of: readonly Expression[]): readonly Expression[] {
  const result: Expression[] = [...of];
  eachGroup(op.groups, (members) => {
    const inside = members.map((member) => of[member]!);
    const top: Expression = { kind: 'extreme', how: 'max', of: inside };
    const shifted = inside.map((x): Expression => ({
      kind: 'sum',
      constant: 0,
      terms: [
        { factor: 1, of: x },
        { factor: -1, of: top },
      ],
    }));
    const total: Expression = {
      kind: 'sum',
      constant: 0,
      terms: shifted.map((x) => ({ factor: 1, of: { kind: 'exponential', of: x } })),
    };
    members.forEach((member, k) => {
      result[member] =
        op.how === 'logSoftmax'
          ? {
              kind: 'sum',
              constant: 0,
              terms: [
                { factor: 1, of: shifted[k]! },
                { factor: -1, of: { kind: 'logarithm', of: total } },
              ],
            }
          : { kind: 'quotient', over: { kind: 'exponential', of: shifted[k]! }, under: total };
    });
    return constant(0);
  });
  return result;
}

function eachGroup(
  groups: { readonly starts: Int32Array; readonly indices: Int32Array },
  give: (members: readonly number[]) => Expression,
): Expression[] {
  return Array.from({ length: groups.starts.length - 1 }, (_, group) =>
    give([...groups.indices.subarray(groups.starts[group], groups.starts[group + 1])]),
  );
}

/** Steps that the outputs depend on, in order. */
function usedSteps(steps: readonly Step[], outputs: readonly Step[]): Step[] {
  const used = new Set<string>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'step') used.add(expression.name);
    for (const part of partsOf(expression)) visit(part);
  };
  for (const output of outputs) visit(output.expression);
  return [...steps]
    .reverse()
    .filter((step) => {
      if (!used.has(step.name)) return false;
      visit(step.expression);
      return true;
    })
    .reverse();
}

/** The expressions an expression is made of. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'input':
    case 'step':
    case 'level':
      return [];
    case 'sum':
      return expression.terms.map((term) => term.of);
    case 'product':
      return expression.factors;
    case 'quotient':
      return [expression.over, expression.under];
    case 'power':
      return [expression.base, expression.exponent];
    case 'extreme':
      return expression.of;
    case 'activation':
    case 'exponential':
    case 'logarithm':
    case 'function':
      return [expression.of];
    case 'choice':
      return [expression.left, expression.right, expression.then, expression.otherwise];
  }
}

function termCount(network: Network): number {
  return network.nodes.reduce(
    (count, node) => count + (node.op.kind === 'dense' ? node.op.weights.length : node.size),
    0,
  );
}
