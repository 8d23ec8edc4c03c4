import { ShapeError, type NetworkBuilder, type Tensor } from '../../network/builder';
import { elements, normalAxis } from '../../network/tensor';
import { refuse } from '../refuse';
import { type ElementType, graphShape, type Value } from '../rows/value';
import type { AttributeProto, NodeProto } from './modelProto';
import { decodeSparseTensor, decodeTensor, type ExternalFiles, type TensorData } from './tensorData';
import type { TextTable } from './textTable';

/** Lowers one node: takes a call's inputs and gives the node's outputs, in order. */
export type Operator = (call: Call) => Value | readonly Value[];

/** What all nodes of one graph share while it is lowered. */
export interface Surroundings {
  readonly file: string;
  readonly builder: NetworkBuilder;
  readonly texts: TextTable;
  readonly externalFiles: ExternalFiles;
  /** How many rows the graph runs over: the number its inputs have, or `manyRows`. */
  readonly rows: number;
  /** Constants that were computed from the number of rows. */
  readonly counted: WeakSet<Float64Array>;
  /** Constants that are stored in types of so few bits that nothing is computed in them here. */
  readonly narrow: WeakSet<Float64Array>;
  /** Takes numbers from the graph's allowance before they are made; undefined when there are too many. */
  readonly spend: (numbers: number) => boolean;
}

/** The code of the problem that a node mixes rows. */
export const mixesRowsCode = 'onnx-mixes-rows';

/** The code of the problem that a node's inputs do not fit each other. */
export const shapesCode = 'onnx-shapes';

/** One node with the values of its inputs, as an operator sees it. */
export class Call {
  readonly node: NodeProto;
  /** The node's name in the file, or the name of its first output. */
  readonly name: string;
  /** Version of the operator set of the node's domain. */
  readonly version: number;
  readonly inputs: readonly (Value | undefined)[];
  readonly around: Surroundings;

  constructor(
    node: NodeProto,
    name: string,
    version: number,
    inputs: readonly (Value | undefined)[],
    around: Surroundings,
  ) {
    this.node = node;
    this.name = name;
    this.version = version;
    this.inputs = inputs;
    this.around = around;
  }

  get builder(): NetworkBuilder {
    return this.around.builder;
  }

  /** An input that must be there and hold numbers. */
  value(index: number): Value {
    const value = this.anyValue(index);
    if (value.type === 'text') {
      return this.refuse(
        'onnx-text',
        'computes with texts',
        'Slopescope takes texts only through OneHotEncoder, LabelEncoder, CategoryMapper or Equal; encode them before the network.',
      );
    }
    return value;
  }

  /** An input that must be there, of any element type. */
  anyValue(index: number): Value {
    return (
      this.inputs[index] ??
      this.refuse('onnx-input-missing', `has no input number ${index + 1}`, 'Save the model again.')
    );
  }

  /** An input that may be left out. */
  optional(index: number): Value | undefined {
    return this.inputs[index] && this.value(index);
  }

  /** All inputs, of which there must be at least one. */
  values(): Value[] {
    return Array.from({ length: Math.max(this.inputs.length, 1) }, (_, index) => this.value(index));
  }

  /** The numbers of an input that must be the same in every row, such as axes and shapes. */
  numbers(index: number, what: string): Float64Array {
    return (
      this.value(index).tensor.constant ??
      this.refuse(
        'onnx-not-constant',
        `takes its ${what} from the data, so its shape or choice differs from row to row`,
        `Export the network with a constant ${what}.`,
      )
    );
  }

  /** A list of whole numbers that older operator sets give as an attribute and newer ones as an input. */
  listing(attribute: string, index: number): readonly number[] | undefined {
    const given = this.node.attributes.get(attribute);
    if (given) return given.integers;
    return this.inputs[index] ? Array.from(this.numbers(index, attribute)) : undefined;
  }

  /** An attribute of any kind, if it is given. */
  attribute(name: string): AttributeProto | undefined {
    return this.node.attributes.get(name);
  }

  integer(name: string, otherwise: number): number {
    return this.attribute(name)?.integer ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.attribute(name)?.float ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.attribute(name)?.text ?? otherwise;
  }

  integers(name: string): readonly number[] | undefined {
    return this.attribute(name)?.integers;
  }

  floats(name: string): Float64Array {
    return this.attribute(name)?.floats ?? new Float64Array();
  }

  labels(name: string): readonly string[] {
    return this.attribute(name)?.texts ?? [];
  }

  /** A tensor attribute, if it is given. */
  tensor(name: string): TensorData | undefined {
    const { externalFiles, file } = this.around;
    const given = this.attribute(name);
    if (given?.tensor) return decodeTensor(given.tensor, externalFiles, file);
    if (!given?.sparseTensor) return undefined;
    this.expectRoom(given.sparseTensor.dims);
    return decodeSparseTensor(given.sparseTensor, externalFiles, file);
  }

  /** An axis number of a value, negative ones counted from the end. */
  axis(axis: number, rank: number): number {
    return (
      normalAxis(axis, rank) ??
      this.refuse('onnx-axis', `asks for axis ${axis} of a tensor that has ${rank}`, 'Save the model again.')
    );
  }

  /** The shape of a value as the graph sees it. */
  shapeOf(value: Value): number[] {
    return graphShape(value, this.around.rows);
  }

  /** A result with the rows on the given axis; what does not depend on the inputs may still be spread over the rows. */
  give(tensor: Tensor, batch: number | undefined, type: ElementType = 'real'): Value {
    return { tensor, batch, type };
  }

  /** A constant result. */
  constant(values: Float64Array, shape: readonly number[], type: ElementType = 'real'): Value {
    return this.give(this.builder.constant(values, shape), undefined, type);
  }

  /** Refuses before memory is taken for a result or a matrix that is too large. */
  expectRoom(shape: readonly number[]): void {
    if (shape.some((length) => !(length >= 0)))
      throw new ShapeError(`a shape cannot be [${shape.map(String).join(', ')}]`);
    if (this.around.spend(elements(shape))) return;
    this.refuse(
      'onnx-too-large',
      `needs more numbers than Slopescope holds for one row ([${shape.join(', ')}])`,
      'Slopescope is for networks on tables; use a smaller network.',
    );
  }

  /** Refuses a node by its operator and name: `because` continues the sentence. */
  refuse(code: string, because: string, remedy: string): never {
    const { file } = this.around;
    const node = `${operatorName(this.node)} node "${this.name}"`;
    return refuse(file, { code, message: `The ${node} in ${file} ${because}.`, remedy, part: this.name });
  }

  /** Refuses a node whose result for one row depends on the other rows. */
  refuseMixedRows(doing = 'mixes the rows of a table'): never {
    return this.refuse(
      mixesRowsCode,
      `${doing}: its result for one row depends on the other rows, or on how many there are`,
      'Slopes need a network that treats each row by itself; export it with the rows as the first axis of every input.',
    );
  }
}

/** The operator with its domain, as people write it. */
function operatorName(node: NodeProto): string {
  return node.domain === '' ? node.operator : `${node.domain}.${node.operator}`;
}
