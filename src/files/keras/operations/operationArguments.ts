import type { NetworkBuilder, Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import type { LayerCall, Value } from '../layerCall';
import { limitSize, rowAxis, unsupported } from '../layerCall';

/** How an operator (of `keras.ops` or TensorFlow) becomes operations on vectors. */
export interface Operation {
  /** Names of the parameters of its call in order; everything else stands by name in the call or the configuration. */
  readonly takes: readonly string[];
  readonly lower: (given: OperationArguments) => Tensor | readonly Tensor[];
}

/** Other names under which TensorFlow and older versions pass the same parameter. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  x: ['features', 'input_tensor', 'input', 'logits', 'tensor', 'value', 't', 'params', 'a', 'values', 'inputs', 'x1'],
  xs: ['values', 'arrays', 'tensors', 'inputs', 'tensor', 'tup'],
  x1: ['x', 'a', 'input', 'value'],
  x2: ['y', 'b', 'other', 'bias'],
  axis: ['axes', 'dim'],
  axes: ['perm'],
  keepdims: ['keep_dims'],
  newshape: ['shape'],
  repeats: ['multiples', 'reps'],
  x_min: ['clip_value_min', 'min_value'],
  x_max: ['clip_value_max', 'max_value'],
  sections: ['indices_or_sections', 'num_or_size_splits'],
  pad_width: ['paddings'],
  negative_slope: ['alpha'],
  key: ['slice_spec'],
  subscripts: ['equation'],
  num_classes: ['depth'],
};

/** The arguments of one call of an operator, found by position, by name, or in the operator's configuration. */
export class OperationArguments {
  readonly call: LayerCall;
  private readonly takes: readonly string[];
  private readonly asked = new Set<string>(['name', 'trainable', 'function', 'dtype', 'out_dtype', 'out', 'sparse']);

  constructor(call: LayerCall, takes: readonly string[]) {
    this.call = call;
    this.takes = takes;
  }

  get builder(): NetworkBuilder {
    return this.call.builder;
  }

  /** An argument; undefined when it is not given or None. */
  value(name: string): Value | undefined {
    for (const key of [name, ...(aliases[name] ?? [])]) this.asked.add(key);
    const position = this.takes.indexOf(name);
    const given = position >= 0 ? this.call.positional[position] : undefined;
    const named = [name, ...(aliases[name] ?? [])].map((key) => this.call.named.get(key)).find((value) => value);
    const found = given ?? named;
    return found?.kind === 'none' ? undefined : found;
  }

  /** A tensor of the row. */
  tensor(name: string): Tensor {
    const value = this.value(name);
    return value?.kind === 'tensor' ? value.tensor : this.refuse('is not given a tensor where it needs one');
  }

  /** A list of tensors. */
  tensors(name: string): Tensor[] {
    const value = this.value(name);
    const items = value?.kind === 'list' ? value.items : value ? [value] : [];
    return items.map((item) =>
      item.kind === 'tensor' ? item.tensor : this.refuse('joins tensors with fixed numbers, which have no batch'),
    );
  }

  /**
   * Two operands, at least one a tensor of the row. Both must have as many axes; a fixed operand may have fewer, or one
   * of length 1 more in place of the batch.
   */
  operands(first: string, second: string): [Tensor, Tensor] {
    const values = [this.value(first), this.value(second)] as const;
    const rank = Math.max(...values.map((value) => (value?.kind === 'tensor' ? value.tensor.shape.length : -1)));
    const [left, right] = values.map((value) => this.operand(value, rank));
    return [left!, right!];
  }

  /** One operand beside tensors of `rank` axes. */
  operand(value: Value | undefined, rank: number): Tensor {
    if (value?.kind === 'tensor') {
      if (value.tensor.shape.length === rank) return value.tensor;
      return this.refuse('combines tensors with different numbers of axes, which mixes the rows of a batch');
    }
    const fixed = value && this.fixed(value);
    if (!fixed || rank < 0) return this.refuse('is not given a tensor where it needs one');
    if (fixed.shape.length <= rank) return fixed;
    if (fixed.shape.length === rank + 1 && fixed.shape[0] === 1)
      return this.builder.reshape(fixed, fixed.shape.slice(1));
    return this.refuse('combines a tensor with numbers that differ from row to row');
  }

  /** Fixed numbers given as an argument, with their shape; undefined when it holds anything else. */
  fixed(value: Value): Tensor | undefined {
    const numbers: number[] = [];
    const shape = collect(value, numbers);
    return shape && elements(shape) === numbers.length
      ? this.builder.constant(Float64Array.from(numbers), shape)
      : undefined;
  }

  /** Whole numbers from an argument or the configuration: axes, shapes, counts. Undefined when not given. */
  integers(name: string): number[] | undefined {
    const value = this.value(name);
    if (value) {
      const fixed = this.fixed(value);
      return fixed?.constant ? [...fixed.constant] : this.refuse(`has a setting "${name}" that is not fixed`);
    }
    for (const key of [name, ...(aliases[name] ?? [])]) {
      const found = this.call.config.numbers(key);
      if (found) return found;
    }
    return undefined;
  }

  /** A number, or the default. */
  number(name: string, fallback: number): number {
    return this.integers(name)?.[0] ?? fallback;
  }

  /** True or false, or the default. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.value(name);
    if (value?.kind === 'value') return Boolean(value.value);
    for (const key of [name, ...(aliases[name] ?? [])]) {
      const found = this.call.config.at(key);
      if (typeof found === 'boolean') return found;
    }
    return fallback;
  }

  /** A word, or the default. */
  text(name: string, fallback: string): string {
    const value = this.value(name);
    if (value?.kind === 'value' && typeof value.value === 'string') return value.value;
    return this.call.config.text(name, fallback);
  }

  /** One axis of the row; `fallback` counts with the batch as axis 0, like the argument. */
  axis(name: string, rank: number, fallback: number): number {
    return rowAxis(this.call, this.number(name, fallback), rank);
  }

  /** Axes to reduce over; all of them would be over the batch too. */
  axes(name: string, rank: number): number[] {
    const axes = this.integers(name);
    if (!axes) return this.refuse('reduces over all axes, so it mixes the rows of a batch');
    return [...new Set(axes.map((axis) => rowAxis(this.call, axis, rank)))];
  }

  /** Refuses an operator with a setting that nothing has asked for: it would compute something else. */
  refuseUnread(): void {
    const { config, named, positional } = this.call;
    const settings = Object.keys(config.values).filter((key) => config.at(key) !== undefined);
    const given = [...named].flatMap(([key, value]) => (value.kind === 'none' ? [] : [key]));
    const unread = [...settings, ...given].find((key) => !this.asked.has(key));
    if (unread !== undefined) this.refuse(`has a setting "${unread}" that Slopescope does not read`);
    if (this.takes.length > 0 && positional.length > this.takes.length)
      this.refuse('is given more than Slopescope reads of it');
  }

  /** Refuses what would be absurdly large, before memory is taken. */
  limit(size: number, most?: number): void {
    limitSize(this.call, size, most);
  }

  /** Ends the reading; `what` completes "The layer NAME …". */
  refuse(what: string): never {
    return unsupported(this.call, what);
  }
}

/** Collects nested numbers in row-major order and gives their shape; undefined when lists are ragged or hold other things. */
function collect(value: Value, numbers: number[]): number[] | undefined {
  if (value.kind === 'value' && typeof value.value !== 'string') {
    numbers.push(Number(value.value));
    return [];
  }
  if (value.kind !== 'list') return undefined;
  const shapes = value.items.map((item) => collect(item, numbers));
  const [first] = shapes;
  if (!first) return value.items.length === 0 ? [0] : undefined;
  return shapes.every((shape) => shape?.join() === first.join()) ? [shapes.length, ...first] : undefined;
}
