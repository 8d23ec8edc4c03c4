import { ShapeError, type NetworkBuilder, type Tensor } from '../../network/builder';
import { elements, normalAxis } from '../../network/tensor';
import type { Problem } from '../../problem';
import { refuse } from '../refuse';
import { graphShape, type ElementType, type RowCall, type Value } from '../rows/value';
import { Attributes } from './attributes';
import type { NodeDef } from './graphDef';
import { keepsBlocks, type Held } from './held';
import type { StoredTensor } from './tensorProto';

/** Lowers one node: takes a call's inputs and gives the node's outputs, in order. */
export type Operator = (call: Call) => Value | readonly Value[];

/** What all nodes of one graph share while it is lowered. */
export interface Surroundings {
  readonly file: string;
  readonly builder: NetworkBuilder;
  /** How many rows the graph runs over: the number its inputs have, or `manyRows`. */
  readonly rows: number;
  /** Constants that were computed from the number of rows. */
  readonly counted: WeakSet<Float64Array>;
  /** Elements of constants by node name, where they lie beside the graph (TensorFlow.js). */
  readonly weights: ReadonlyMap<string, () => StoredTensor> | undefined;
  /** The stored variable that a node of the main graph stands for. */
  readonly variable: (node: string) => StoredTensor;
  /** Takes numbers from the graph's allowance before they are made; undefined when there are too many. */
  readonly spend: (numbers: number) => boolean;
  /** What the user should know although the network could be read. */
  readonly remarks: Problem[];
}

/** The code of the problem that a node mixes rows. */
export const mixesRowsCode = 'tensorflow-mixes-rows';

/** The code of the problem that a node's inputs do not fit each other. */
export const shapesCode = 'tensorflow-shapes';

/** Ends every refusal of an operator. */
export const operatorRemedy = 'Export the model without this operation, or to ONNX.';

/** One node with the values of its inputs, as an operator sees it. */
export class Call implements RowCall {
  readonly node: NodeDef;
  /** The node's name with those of the function calls it stands in. */
  readonly name: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Held[];
  readonly around: Surroundings;

  constructor(node: NodeDef, name: string, inputs: readonly Held[], around: Surroundings) {
    this.node = node;
    this.name = name;
    this.attributes = new Attributes(node.attributes);
    this.inputs = inputs;
    this.around = around;
  }

  get builder(): NetworkBuilder {
    return this.around.builder;
  }

  /** An input that must be there and hold numbers; handles of variables are read. */
  value(index: number): Value {
    const held = this.inputs[index];
    if (held?.kind === 'value') return held.value;
    if (held?.kind === 'blocks') return keepsBlocks.has(this.node.operator) ? held.value : this.refuseMixedRows();
    if (held?.kind === 'open') return held.refuse();
    if (held?.kind === 'variable') return this.stored(held.read());
    if (held?.kind === 'texts')
      return this.refuse(
        'tensorflow-text',
        'computes with texts',
        'Encode texts before the network and save it with numbers as inputs.',
      );
    return this.refuse('tensorflow-input-missing', `has no input number ${index + 1}`, 'Save the model again.');
  }

  /** All inputs from one number to before another. */
  values(from = 0, to = this.inputs.length): Value[] {
    if (to <= from) this.value(from);
    return Array.from({ length: to - from }, (_, k) => this.value(from + k));
  }

  /** The numbers of an input that must be the same in every row, such as axes and shapes. */
  numbers(index: number, what: string): Float64Array {
    return (
      this.value(index).tensor.constant ??
      this.refuse(
        'tensorflow-not-constant',
        `takes its ${what} from the data, so its shape or choice differs from row to row`,
        `Save the network with a constant ${what}.`,
      )
    );
  }

  integer(name: string, otherwise: number): number {
    return this.attributes.integer(name) ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.attributes.float(name) ?? otherwise;
  }

  truth(name: string, otherwise: boolean): boolean {
    return this.attributes.truth(name) ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.attributes.text(name) ?? otherwise;
  }

  /** An axis number of a value, negative ones counted from the end. */
  axis(axis: number | undefined, rank: number): number {
    return (
      normalAxis(axis ?? NaN, rank) ??
      this.refuse(
        'tensorflow-axis',
        `asks for axis ${axis ?? '?'} of a tensor that has ${rank}`,
        'Save the model again.',
      )
    );
  }

  /** The shape of a value as the graph sees it. */
  shapeOf(value: Value): number[] {
    return graphShape(value, this.around.rows);
  }

  /** A result with the rows on the given axis. */
  give(tensor: Tensor, batch: number | undefined, type: ElementType = 'real'): Value {
    return { tensor, batch, type };
  }

  /** A constant result. */
  constant(values: Float64Array, shape: readonly number[], type: ElementType = 'real'): Value {
    return this.give(this.builder.constant(values, shape), undefined, type);
  }

  /** A stored tensor as a constant. */
  stored({ numbers, shape, type }: StoredTensor): Value {
    return this.constant(numbers, shape, type);
  }

  /** A tensor of one number, for arithmetic with it. */
  scalar(number: number): Tensor {
    return this.builder.constant(Float64Array.of(number), []);
  }

  expectRoom(shape: readonly number[]): void {
    if (shape.some((length) => !(length >= 0)))
      throw new ShapeError(`a shape cannot be [${shape.map(String).join(', ')}]`);
    if (this.around.spend(elements(shape))) return;
    this.refuse(
      'tensorflow-too-large',
      `needs more numbers than Slopescope holds for one row ([${shape.join(', ')}])`,
      'Slopescope is for networks on tables; use a smaller network.',
    );
  }

  /** Refuses a node by its operator and name: `because` continues the sentence. */
  refuse(code: string, because: string, remedy: string): never {
    const { file } = this.around;
    const message = `The ${this.node.operator} node "${this.name}" in ${file} ${because}.`;
    return refuse(file, { code, message, remedy, part: this.name });
  }

  refuseMixedRows(doing = 'mixes the rows of a table'): never {
    return this.refuse(
      mixesRowsCode,
      `${doing}: its result for one row depends on the other rows, or on how many there are`,
      'Slopes need a network that treats each row by itself; save it with the rows as the first axis of every input.',
    );
  }

  /** Says something about the node that does not keep the network from being read. */
  remark(code: string, because: string, remedy: string): void {
    const { file, remarks } = this.around;
    const message = `The ${this.node.operator} node "${this.name}" in ${file} ${because}.`;
    remarks.push({ code, message, file, remedy, severity: 'info', place: { kind: 'part', name: this.name } });
  }
}
