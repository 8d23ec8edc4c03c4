import { forward } from './forward';
import type {
  Activation,
  BlackBoxOp,
  Combination,
  Comparison,
  Groups,
  InputPort,
  Network,
  Node,
  Normalisation,
  Op,
  OutputPort,
  Reduction,
  Source,
} from './network';
import {
  axisGroups,
  blockDiagonal,
  broadcastIndices,
  broadcastShape,
  elements,
  joinedOrder,
  mapIndices,
  strides,
  transposed,
} from './tensor';

/**
 * A tensor of one row while a reader lowers a format's graph. `value` is its number in the builder; a tensor whose
 * content does not depend on the inputs carries it in `constant` and takes no node until something needs it.
 */
export interface Tensor {
  readonly value: number;
  /** Without the batch axis; row-major. */
  readonly shape: readonly number[];
  readonly constant?: Float64Array;
}

/** A tensor operation asked for with shapes that do not fit; the reader turns it into a problem with its layer's name. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

type Draft = { readonly kind: 'port'; readonly port: InputPort } | { readonly kind: 'node'; readonly node: Node };

/** Limit for the numbers one operation may hold: 64 Mi weights are 512 MB. */
export const maxOperationSize = 2 ** 26;

/**
 * Builds a `Network` from tensor operations as the formats know them: numpy broadcasting, axes, transposition. Each
 * method adds the vector operations it takes, folds constants, and gives the resulting tensor. Convolution, pooling
 * and normalisation are in `layers.ts`.
 */
export class NetworkBuilder {
  private readonly drafts: Draft[] = [];
  private readonly outputs: {
    readonly name: string;
    readonly tensor: Tensor;
    readonly features?: readonly string[];
  }[] = [];
  private readonly folded = new Map<Float64Array, number>();
  private origin = '';

  /** Names the layer or node that the operations added from now on came from. */
  at(origin: string): this {
    this.origin = origin;
    return this;
  }

  /** A numeric input of the given shape; `features` name its elements in row-major order. */
  input(name: string, shape: readonly number[], features?: readonly string[]): Tensor {
    return this.addPort({ name, size: elements(shape), ...(features ? { features } : {}) }, shape);
  }

  /**
   * An input that takes one text per row and gives its one-hot vector over `levels` (and the unknown, if it has a place);
   * without `unknown` the model has no answer for other texts.
   */
  textInput(name: string, levels: readonly string[], unknown?: 'first' | 'last' | 'zeros'): Tensor {
    const size = levels.length + (unknown === 'first' || unknown === 'last' ? 1 : 0);
    return this.addPort({ name, size, levels, ...(unknown ? { unknown } : {}) }, [size]);
  }

  /** A tensor that is the same in every row. */
  constant(values: Float64Array, shape: readonly number[]): Tensor {
    if (values.length !== elements(shape))
      throw new ShapeError(`${values.length} numbers do not fill [${shape.join(', ')}]`);
    return { value: -1, shape, constant: values };
  }

  /** y = W x + b along the last axis; `weights` is [out][in], row-major. Leading axes are kept. */
  dense(x: Tensor, weights: Float64Array, bias?: Float64Array): Tensor {
    const width = x.shape.at(-1) ?? 1;
    const lead = x.shape.slice(0, -1);
    const out = weights.length / Math.max(width, 1);
    if (!Number.isInteger(out)) throw new ShapeError(`weights of ${weights.length} numbers do not fit ${width} values`);
    const copies = elements(lead);
    if (copies === 1)
      return this.add({ kind: 'dense', weights, bias: bias ?? new Float64Array(out) }, [x], [...lead, out]);
    if (out * width * copies * copies > maxOperationSize)
      throw new ShapeError(`applying ${out} × ${width} weights at ${copies} places is too large`);
    const block = blockDiagonal(weights, out, width, copies);
    const repeated = new Float64Array(out * copies);
    if (bias) for (let copy = 0; copy < copies; copy++) repeated.set(bias, copy * out);
    return this.add({ kind: 'dense', weights: block, bias: repeated }, [x], [...lead, out]);
  }

  /** A linear map given as a full matrix [elements of `shape`][elements of x]. */
  linear(x: Tensor, weights: Float64Array, bias: Float64Array, shape: readonly number[]): Tensor {
    if (weights.length !== elements(shape) * elements(x.shape))
      throw new ShapeError(
        `a matrix of ${weights.length} numbers does not map [${x.shape.join(', ')}] to [${shape.join(', ')}]`,
      );
    return this.add({ kind: 'dense', weights, bias }, [x], shape);
  }

  /** numpy.matmul of two row tensors (vectors, matrices or stacks of them); either side may be constant. */
  matMul(a: Tensor, b: Tensor): Tensor {
    const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
    const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
    const inner = left.at(-1)!;
    const lead = broadcastShape(left.slice(0, -2), right.slice(0, -2));
    if (left.length < 2 || right.length < 2 || inner !== right.at(-2) || !lead)
      throw new ShapeError(`[${a.shape.join(', ')}] and [${b.shape.join(', ')}] cannot be multiplied as matrices`);
    const rows = left.at(-2)!;
    const columns = right.at(-1)!;
    const shape = [...lead, ...(a.shape.length === 1 ? [] : [rows]), ...(b.shape.length === 1 ? [] : [columns])];
    if (b.constant && right.length === 2 && !a.constant)
      return this.reshape(this.dense(this.reshape(a, left), transposed(b.constant, inner, columns)), shape);
    // General form: products of all pairs [lead, rows, columns, inner], summed over the last axis.
    const pairs = [...lead, rows, columns, inner];
    const spreadLeft = this.broadcastTo(this.reshape(a, [...left.slice(0, -1), 1, inner]), pairs);
    const swapped = this.swapLast(this.reshape(b, right));
    const spreadRight = this.broadcastTo(this.reshape(swapped, [...right.slice(0, -2), 1, columns, inner]), pairs);
    return this.reshape(
      this.reduce('sum', this.combine('multiply', spreadLeft, spreadRight), [pairs.length - 1], false),
      shape,
    );
  }

  /** An elementwise function. Per-element parameters (`prelu`) must have one number per element of x. */
  activation(x: Tensor, activation: Activation): Tensor {
    if (activation.kind === 'linear') return x;
    if (activation.kind === 'negative') return this.scale(x, fill(x, -1), fill(x, 0));
    return this.add({ kind: 'activation', activation }, [x], x.shape);
  }

  /** factor · x + offset, one number per element of x. */
  scale(x: Tensor, factor: Float64Array, offset: Float64Array): Tensor {
    if (factor.length !== elements(x.shape) || offset.length !== factor.length)
      throw new ShapeError(`${factor.length} factors do not fit [${x.shape.join(', ')}]`);
    const biased = factor.every((f) => f === 1) ? this.withBias(x, offset) : undefined;
    return biased ?? this.add({ kind: 'scale', factor, offset }, [x], x.shape);
  }

  /** Two tensors, broadcast to each other, element by element; with a constant side it becomes a `scale` or a power. */
  combine(how: Combination, a: Tensor, b: Tensor): Tensor {
    const [left, right] = this.alike(a, b);
    const folded =
      right.constant && !left.constant
        ? this.withConstant(how, left, right.constant)
        : left.constant && !right.constant
          ? this.constantWith(how, left.constant, right)
          : undefined;
    return folded ?? this.add({ kind: 'combine', how }, [left, right], left.shape);
  }

  /** 1 where the comparison holds, else 0. */
  compare(how: Comparison, a: Tensor, b: Tensor): Tensor {
    const [left, right] = this.alike(a, b);
    return this.add({ kind: 'compare', how }, [left, right], left.shape);
  }

  /** `then` where the condition is not 0, else `otherwise`; all three are broadcast to each other. */
  select(condition: Tensor, then: Tensor, otherwise: Tensor): Tensor {
    const [first, second] = this.alike(then, otherwise);
    const [test, yes] = this.alike(condition, first);
    const [no] = this.alike(second, yes);
    return this.add({ kind: 'select' }, [test, yes, no], yes.shape);
  }

  /** The same elements in another shape; one length may be −1. */
  reshape(x: Tensor, shape: readonly number[]): Tensor {
    const known = elements(shape.filter((length) => length !== -1));
    const whole = shape.map((length) => (length === -1 ? elements(x.shape) / known : length));
    if (elements(whole) !== elements(x.shape) || whole.some((length) => !Number.isInteger(length)))
      throw new ShapeError(`[${x.shape.join(', ')}] cannot be reshaped to [${shape.join(', ')}]`);
    return { ...x, shape: whole };
  }

  /** Axes in another order; without `axes` they are reversed. */
  transpose(x: Tensor, axes: readonly number[] = x.shape.map((_, axis) => x.shape.length - 1 - axis)): Tensor {
    const shape = axes.map((axis) => x.shape[axis]!);
    const steps = strides(x.shape);
    return this.gather(
      x,
      mapIndices(shape, (index) => axes.reduce((sum, axis, k) => sum + index[k]! * steps[axis]!, 0)),
      shape,
    );
  }

  /** Chosen positions along one axis, in the given order; positions may repeat. */
  take(x: Tensor, axis: number, positions: readonly number[]): Tensor {
    const shape = x.shape.map((length, k) => (k === axis ? positions.length : length));
    const steps = strides(x.shape);
    if (positions.some((position) => !(position >= 0 && position < x.shape[axis]!)))
      throw new ShapeError(`a position lies outside axis ${axis} of [${x.shape.join(', ')}]`);
    const indices = mapIndices(shape, (index) =>
      index.reduce((sum, at, k) => sum + (k === axis ? positions[at]! : at) * steps[k]!, 0),
    );
    return this.gather(x, indices, shape);
  }

  /** Elements by their row-major numbers, in a new shape: slices, repeats, rolls, any fixed rearrangement. */
  gather(x: Tensor, indices: Int32Array, shape: readonly number[]): Tensor {
    if (indices.length === elements(x.shape) && indices.every((index, position) => index === position))
      return { ...x, shape };
    return this.add({ kind: 'gather', indices }, [x], shape);
  }

  /** numpy.broadcast_to. */
  broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
    const common = broadcastShape(x.shape, shape);
    if (!common || elements(common) !== elements(shape))
      throw new ShapeError(`[${x.shape.join(', ')}] cannot be spread to [${shape.join(', ')}]`);
    return this.gather(x, broadcastIndices(x.shape, shape), shape);
  }

  /** Tensors joined along one axis. */
  concat(parts: readonly Tensor[], axis: number): Tensor {
    const first = parts[0];
    if (!first) throw new ShapeError('nothing to join');
    if (
      parts.some(
        (part) =>
          part.shape.length !== first.shape.length ||
          part.shape.some((length, k) => k !== axis && length !== first.shape[k]),
      )
    )
      throw new ShapeError(
        `[${parts.map((part) => part.shape.join(', ')).join('] and [')}] cannot be joined along axis ${axis}`,
      );
    const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    const shape = first.shape.map((length, k) => (k === axis ? total : length));
    const size = elements(shape);
    const joined = parts.length === 1 ? first : this.add({ kind: 'concat' }, parts, [size]);
    return this.gather(
      joined,
      joinedOrder(
        parts.map((part) => part.shape),
        axis,
        shape,
      ),
      shape,
    );
  }

  /** Reduction over axes (already normalised); `keepDims` leaves them with length 1. */
  reduce(how: Reduction, x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
    const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const shape = keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
    if (axes.every((axis) => x.shape[axis] === 1)) return { ...x, shape };
    return this.add({ kind: 'reduce', how, groups: axisGroups(x.shape, axes) }, [x], shape);
  }

  /** Reduction of listed elements: one result per group, in the given shape. */
  reduceGroups(how: Reduction, x: Tensor, groups: Groups, shape: readonly number[]): Tensor {
    return this.add({ kind: 'reduce', how, groups }, [x], shape);
  }

  /** Softmax, log-softmax or sparsemax over the given axes together. */
  softmax(how: Normalisation, x: Tensor, axes: readonly number[]): Tensor {
    return this.add({ kind: 'softmax', how, groups: axisGroups(x.shape, axes) }, [x], x.shape);
  }

  /** A network that somebody else computes, over one vector; `size` numbers come out. */
  blackBox(op: BlackBoxOp, x: Tensor, size: number): Tensor {
    return this.add(op, [x], [size]);
  }

  /** Declares an output. Several may name the same tensor. */
  output(name: string, tensor: Tensor, features?: readonly string[]): void {
    this.outputs.push({ name, tensor, ...(features ? { features } : {}) });
  }

  /** The network: nodes no output needs are dropped, values renumbered with the ports first. */
  finish(name: string, source: Source): Network {
    const results = this.outputs.map((output) => ({ ...output, value: this.materialise(output.tensor) }));
    const needed = this.reachable(results.map((output) => output.value));
    const numbers = new Map<number, number>();
    const inputs: InputPort[] = [];
    this.drafts.forEach((draft, value) => {
      if (draft.kind === 'port') numbers.set(value, inputs.push(draft.port) - 1);
    });
    const nodes: Node[] = [];
    this.drafts.forEach((draft, value) => {
      if (draft.kind !== 'node' || !needed.has(value)) return;
      numbers.set(value, inputs.length + nodes.length);
      nodes.push({ ...draft.node, inputs: draft.node.inputs.map((input) => numbers.get(input)!) });
    });
    const outputs = results.map((output): OutputPort => ({
      name: output.name,
      size: elements(output.tensor.shape),
      value: numbers.get(output.value)!,
      ...(output.features ? { features: output.features } : {}),
    }));
    return { name, inputs, outputs, nodes, source };
  }

  private addPort(port: InputPort, shape: readonly number[]): Tensor {
    return { value: this.drafts.push({ kind: 'port', port }) - 1, shape };
  }

  private add(op: Op, inputs: readonly Tensor[], shape: readonly number[]): Tensor {
    const size = elements(shape);
    if (size > maxOperationSize) throw new ShapeError(`a tensor of shape [${shape.join(', ')}] is too large`);
    if (inputs.every((input) => input.constant)) {
      const values = forward(
        op,
        inputs.flatMap((input) => input.constant ?? []),
        size,
      );
      return { value: -1, shape, constant: values };
    }
    const node: Node = { op, inputs: inputs.map((input) => this.materialise(input)), size, origin: this.origin };
    return { value: this.drafts.push({ kind: 'node', node }) - 1, shape };
  }

  private materialise(tensor: Tensor): number {
    const { constant } = tensor;
    if (!constant) return tensor.value;
    const known = this.folded.get(constant);
    if (known !== undefined) return known;
    const node: Node = {
      op: { kind: 'constant', values: constant },
      inputs: [],
      size: constant.length,
      origin: this.origin,
    };
    const value = this.drafts.push({ kind: 'node', node }) - 1;
    this.folded.set(constant, value);
    return value;
  }

  private reachable(values: readonly number[]): Set<number> {
    const needed = new Set(values);
    for (let value = this.drafts.length - 1; value >= 0; value--) {
      const draft = this.drafts[value]!;
      if (draft.kind === 'node' && needed.has(value)) draft.node.inputs.forEach((input) => needed.add(input));
    }
    return needed;
  }

  private alike(a: Tensor, b: Tensor): [Tensor, Tensor] {
    const shape = broadcastShape(a.shape, b.shape);
    if (!shape) throw new ShapeError(`[${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit each other`);
    return [this.broadcastTo(a, shape), this.broadcastTo(b, shape)];
  }

  /** x how c, by an operation of x alone; undefined where there is none. */
  private withConstant(how: Combination, x: Tensor, c: Float64Array): Tensor | undefined {
    if (how === 'subtract') return this.withConstant('add', x, negated(c));
    if (how === 'divide' && isNowhereZero(c)) return this.withConstant('multiply', x, inverse(c));
    if (how === 'pow' && c.length > 0 && c.every((v) => v === c[0])) return this.power(x, c[0]!);
    if (how === 'add') return this.scale(x, fill(x, 1), c);
    return how === 'multiply' ? this.scale(x, c, fill(x, 0)) : undefined;
  }

  /** c how x, likewise. */
  private constantWith(how: Combination, c: Float64Array, x: Tensor): Tensor | undefined {
    if (how === 'subtract') return this.scale(x, fill(x, -1), c);
    if (how === 'divide' && isNowhereZero(c)) return this.scale(this.power(x, -1), c, fill(x, 0));
    return how === 'add' || how === 'multiply' ? this.withConstant(how, x, c) : undefined;
  }

  private power(x: Tensor, exponent: number): Tensor {
    if (exponent === 1) return x;
    if (exponent === 2) return this.activation(x, { kind: 'square' });
    if (exponent === 0.5) return this.activation(x, { kind: 'sqrt' });
    if (exponent === -1) return this.activation(x, { kind: 'reciprocal' });
    return this.activation(x, { kind: 'power', exponent });
  }

  /** x W and then + b is one dense operation; the product without its bias is dropped unless something else needs it. */
  private withBias(x: Tensor, bias: Float64Array): Tensor | undefined {
    const draft = x.constant ? undefined : this.drafts[x.value];
    if (draft?.kind !== 'node' || draft.node.op.kind !== 'dense' || draft.node.op.bias.some((b) => b !== 0))
      return undefined;
    const node: Node = { ...draft.node, op: { ...draft.node.op, bias } };
    return { value: this.drafts.push({ kind: 'node', node }) - 1, shape: x.shape };
  }

  private swapLast(x: Tensor): Tensor {
    const axes = x.shape.map((_, axis) => axis);
    const last = axes.length - 1;
    return this.transpose(x, [...axes.slice(0, -2), last, last - 1]);
  }
}

function fill(x: Tensor, number: number): Float64Array {
  return new Float64Array(elements(x.shape)).fill(number);
}

const negated = (values: Float64Array): Float64Array => values.map((value) => -value);
const inverse = (values: Float64Array): Float64Array => values.map((value) => 1 / value);
const isNowhereZero = (values: Float64Array): boolean => values.every((value) => value !== 0);
