import { expect } from 'vitest';
import { referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import type { Folder, Reading } from '../../../src/files/reading';
import { readModel } from '../../../src/files/read';
import {
  bytesField,
  doubles,
  floatField,
  join,
  messageField,
  packedVarints,
  textField,
  varintField,
  type Field,
} from './protobufWriter';

/** Tiny ONNX models for tests, written field by field as onnx.proto has them. */

/** A stored tensor or a tensor attribute. */
export interface TestTensor {
  readonly shape: readonly number[];
  readonly numbers?: readonly number[];
  readonly texts?: readonly string[];
  /** As in TensorProto.DataType; double if not given. */
  readonly type?: number;
  /** Instead of numbers: the fields of TensorProto that hold them. */
  readonly fields?: readonly Field[];
}

export type TestAttribute =
  | number
  | string
  | TestTensor
  | { readonly float: number }
  | { readonly branch: readonly TestNode[] }
  | readonly number[]
  | Floats
  | readonly string[];

/** A list of floats as an attribute; plain lists of numbers are whole numbers. */
export class Floats {
  readonly values: readonly number[];
  constructor(...values: number[]) {
    this.values = values;
  }
}

export interface TestNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
  /** Attributes that take the value of the function's attribute. */
  readonly references?: Readonly<Record<string, string>>;
}

export interface TestPort {
  readonly name: string;
  /** Numbers, names, or undefined for an axis of which nothing is said. */
  readonly shape?: readonly (number | string | undefined)[];
  readonly type?: number;
}

export interface TestFunction {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly TestNode[];
}

export interface TestModel {
  readonly nodes: readonly TestNode[];
  readonly inputs: readonly TestPort[];
  readonly outputs: readonly TestPort[];
  readonly stored?: Readonly<Record<string, TestTensor>>;
  readonly opset?: number;
  readonly functions?: readonly TestFunction[];
  readonly producer?: readonly [string, string];
}

export const int64 = 7;
export const text = 8;

/** Numbers as a stored tensor of whole numbers. */
export function whole(...numbers: number[]): TestTensor {
  return { shape: [numbers.length], numbers, type: int64 };
}

/** Numbers as a stored vector. */
export function vector(...numbers: number[]): TestTensor {
  return { shape: [numbers.length], numbers };
}

/** Numbers as a stored matrix. */
export function matrix(...rows: (readonly number[])[]): TestTensor {
  return { shape: [rows.length, rows[0]?.length ?? 0], numbers: rows.flat() };
}

/** The bytes of a model file. */
export function onnxBytes(model: TestModel): Uint8Array {
  const [name, version] = model.producer ?? ['test', '1'];
  return join([
    varintField(1, 10),
    textField(2, name),
    textField(3, version),
    messageField(7, [
      ...model.nodes.map((node) => messageField(1, nodeFields(node))),
      textField(2, 'graph'),
      ...Object.entries(model.stored ?? {}).map(([key, tensor]) => messageField(5, tensorFields(tensor, key))),
      ...model.inputs.map((port) => messageField(11, portFields(port))),
      ...model.outputs.map((port) => messageField(12, portFields(port))),
    ]),
    messageField(8, [textField(1, ''), varintField(2, model.opset ?? 21)]),
    messageField(8, [textField(1, 'ai.onnx.ml'), varintField(2, 3)]),
    ...(model.functions ?? []).map((body) => messageField(25, functionFields(body))),
  ]);
}

/** A folder with the given files. */
function folderOf(files: Readonly<Record<string, Uint8Array>> = {}): Folder {
  return {
    list: () => Promise.resolve(Object.keys(files)),
    read: (path) => Promise.resolve(files[path]),
  };
}

/** What reading a model gives. */
export function readingOf(
  model: TestModel | Uint8Array,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<Reading> {
  const bytes = model instanceof Uint8Array ? model : onnxBytes(model);
  return readModel({ name: 'model.onnx', bytes }, { folder: folderOf(files), answers: new Map() });
}

/** The outputs at one row (of a network with one input). */
export async function outputsOf(
  model: TestModel | Uint8Array,
  row: readonly number[],
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<number[]> {
  const { network, problems } = await readingOf(model, files);
  expect(problems).toEqual([]);
  return [...referenceOutputs(network!, referenceValues(network!, [Float64Array.from(row)]))];
}

/** The message of the problem a file is refused with. */
export async function messageOf(
  model: TestModel | Uint8Array,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const reading = await readingOf(model, files);
  expect(reading.network).toBeUndefined();
  return reading.problems[0]!.message;
}

function tensorFields(tensor: TestTensor, name = ''): Field[] {
  const type = tensor.type ?? (tensor.texts ? text : 11);
  const head = [packedVarints(1, tensor.shape), varintField(2, type), textField(8, name)];
  if (tensor.fields) return [...head, ...tensor.fields];
  if (tensor.texts) return [...head, ...tensor.texts.map((entry) => textField(6, entry))];
  const numbers = tensor.numbers ?? [];
  if (type === int64) return [...head, packedVarints(7, numbers)];
  return [...head, bytesField(9, doubles(numbers))];
}

function nodeFields(node: TestNode): Field[] {
  return [
    ...node.inputs.map((input) => textField(1, input)),
    ...(node.outputs ?? ['y']).map((output) => textField(2, output)),
    textField(3, node.name ?? ''),
    textField(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) => messageField(5, attributeFields(name, value))),
    ...Object.entries(node.references ?? {}).map(([name, from]) =>
      messageField(5, [textField(1, name), textField(21, from)]),
    ),
    textField(7, node.domain ?? ''),
  ];
}

function attributeFields(name: string, value: TestAttribute): Field[] {
  const head = textField(1, name);
  if (typeof value === 'number') return [head, varintField(3, value)];
  if (typeof value === 'string') return [head, textField(4, value)];
  if (value instanceof Floats) return [head, ...value.values.map((number) => floatField(7, number))];
  if ('branch' in value) return [head, messageField(6, branchFields(value.branch))];
  if ('float' in value) return [head, floatField(2, value.float)];
  if ('shape' in value) return [head, messageField(5, tensorFields(value))];
  return [head, ...value.map((item) => (typeof item === 'string' ? textField(9, item) : varintField(8, item)))];
}

/** A branch of an If; its last node makes its output. */
function branchFields(nodes: readonly TestNode[]): Field[] {
  const output = nodes.at(-1)?.outputs?.[0] ?? 'y';
  return [...nodes.map((node) => messageField(1, nodeFields(node))), messageField(12, portFields({ name: output }))];
}

function portFields({ name, shape, type = 11 }: TestPort): Field[] {
  const axis = (length: number | string | undefined): Field =>
    messageField(
      1,
      length === undefined ? [] : [typeof length === 'string' ? textField(2, length) : varintField(1, length)],
    );
  const axes = shape ? [messageField(2, shape.map(axis))] : [];
  return [textField(1, name), messageField(2, [messageField(1, [varintField(1, type), ...axes])])];
}

function functionFields(body: TestFunction): Field[] {
  return [
    textField(1, body.name),
    ...body.inputs.map((input) => textField(4, input)),
    ...body.outputs.map((output) => textField(5, output)),
    ...body.nodes.map((node) => messageField(7, nodeFields(node))),
    messageField(9, [textField(1, ''), varintField(2, 21)]),
    textField(10, body.domain),
  ];
}
