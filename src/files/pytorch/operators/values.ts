import type { NetworkBuilder, Tensor } from '../../../network/builder';
import type { Problem } from '../../../problem';
import { refuse } from '../../refuse';

/** What a value of PyTorch is while its operations are followed: plain data and tensors, never anything that runs. */
export type TorchValue = null | boolean | number | string | TorchRecord;

/** Everything that is not a single number or text. */
export type TorchRecord = TensorValue | ListValue | RowsValue | ObjectValue | NameValue;

/**
 * A tensor. Where `batched`, one axis of PyTorch's tensor is that of the rows of the table: it is left out of
 * `tensor.shape`, and `lead` axes stand before it (mostly none).
 */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly tensor: Tensor;
  readonly batched: boolean;
  readonly lead: number;
}

/** A list or tuple. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: TorchValue[];
}

/** The number of rows, which is not known: `x.size(0)`; `times` 2 is twice that. */
export interface RowsValue {
  readonly kind: 'rows';
  readonly times: number;
}

/** An instance of a TorchScript class. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly className: string;
  readonly attributes: Map<string, TorchValue>;
}

/** A dtype, device or other name that means nothing for the numbers. */
interface NameValue {
  readonly kind: 'name';
  readonly name: string;
}

/** The number of rows itself. */
export const rowsValue: RowsValue = { kind: 'rows', times: 1 };

/** Where operations are lowered to. */
export interface LoweringContext {
  readonly file: string;
  readonly builder: NetworkBuilder;
  /** What was taken differently than the file says; for the user. */
  readonly notes: Problem[];
}

/** One operation with its arguments by name. */
export interface OperatorCall extends LoweringContext {
  /** As PyTorch spells it: `aten::linear`. */
  readonly operator: string;
  readonly arguments: ReadonlyMap<string, TorchValue>;
}

/** How an operation is lowered; `parameters` are the names of its arguments in PyTorch's order. */
export interface Operator {
  readonly parameters: readonly string[];
  readonly lower: (call: OperatorCall) => TorchValue;
}

/** An entry of the operator tables; the parameters as one text. */
export function operator(parameters: string, lower: Operator['lower']): Operator {
  return { parameters: parameters.split(' '), lower };
}

/** Whether a value is of a kind. */
export function isValue<Kind extends TorchRecord['kind']>(
  value: TorchValue | undefined,
  kind: Kind,
): value is Extract<TorchRecord, { kind: Kind }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

/** Refuses the operation: it cannot be said row by row, or its arguments are not known. */
export function failCall(call: OperatorCall, why: string, code = 'torch-operator'): never {
  refuse(call.file, {
    code,
    message: `${call.operator} in ${call.file} cannot be followed: ${why}.`,
    remedy: 'Export the model with torch.onnx.export, or leave that step out of the saved model.',
    part: call.operator,
  });
}

/** Refuses what mixes the rows of the table: slopes are per row. */
export function failAcrossRows(call: OperatorCall): never {
  failCall(call, 'it works across the rows of the table (the batch), not within each row');
}

/** A value made of a tensor of the builder. */
export function tensorValue(tensor: Tensor, batched: boolean, lead = 0): TensorValue {
  return { kind: 'tensor', tensor, batched, lead };
}

/** The same rows with other content; `lead` where axes before the rows came or went. */
export function withTensor(value: TensorValue, tensor: Tensor, lead = value.lead): TensorValue {
  return { ...value, tensor, lead };
}

/** Refuses a tensor whose rows are not its first axis, for operations that count from there. */
export function rowsFirst(call: OperatorCall, value: TensorValue): TensorValue {
  if (value.lead > 0) failAcrossRows(call);
  return value;
}

/** A list or tuple of values. */
export function listValue(items: readonly TorchValue[]): ListValue {
  return { kind: 'list', items: [...items] };
}

/** The tensor argument; a number stands for a tensor without axes. */
export function tensorArgument(call: OperatorCall, name: string): TensorValue {
  return optionalTensor(call, name) ?? failCall(call, `its argument ${name} is no tensor`);
}

/** A tensor argument that may be None or left out. */
export function optionalTensor(call: OperatorCall, name: string): TensorValue | undefined {
  const value = call.arguments.get(name);
  return value === undefined || value === null ? undefined : asTensor(call, value);
}

/** A tensor, or a number or truth value as one; undefined for anything else. */
export function asTensor(call: LoweringContext, value: TorchValue): TensorValue | undefined {
  if (isValue(value, 'tensor')) return value;
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return tensorValue(call.builder.constant(Float64Array.of(Number(value)), []), false);
}

/** A number; a constant tensor of one element counts. */
export function numberArgument(call: OperatorCall, name: string, otherwise?: number): number {
  const value = call.arguments.get(name);
  const number = value === undefined || value === null ? otherwise : numberIn(value);
  return number ?? failCall(call, `its argument ${name} is no known number`);
}

/** The number in a value: itself, or the one element of a constant tensor. */
export function numberIn(value: TorchValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const constant = isValue(value, 'tensor') ? value.tensor.constant : undefined;
  return constant?.length === 1 ? constant[0] : undefined;
}

/** A truth value. */
export function flagArgument(call: OperatorCall, name: string, otherwise: boolean): boolean {
  const value = call.arguments.get(name);
  return typeof value === 'boolean' ? value : typeof value === 'number' ? value !== 0 : otherwise;
}

/** Whole numbers: a list, or one number standing alone; undefined when left out. */
export function numbersArgument(call: OperatorCall, name: string): number[] | undefined {
  const value = call.arguments.get(name);
  if (value === undefined || value === null) return undefined;
  const items = isValue(value, 'list') ? value.items : [value];
  return items.map((item) => numberIn(item) ?? failCall(call, `its argument ${name} is not a list of known numbers`));
}

/** The numbers of a tensor that is the same in every row. */
export function constantNumbers(call: OperatorCall, value: TensorValue): Float64Array {
  return (
    value.tensor.constant ?? failCall(call, 'it needs a parameter that is known beforehand, not one that is computed')
  );
}

/** Number of axes as PyTorch counts them. */
export function fullRank({ tensor, batched }: TensorValue): number {
  return tensor.shape.length + (batched ? 1 : 0);
}

/** The builder's axis of a PyTorch dimension; undefined for the axis of the rows. */
export function rowAxis(call: OperatorCall, value: TensorValue, dimension: number, extra = 0): number | undefined {
  const rank = fullRank(value) + extra;
  const normal = dimension < 0 ? dimension + rank : dimension;
  if (!Number.isInteger(normal) || normal < 0 || normal >= Math.max(rank, 1))
    failCall(call, `dimension ${dimension} is not there (the tensor has ${rank})`);
  if (!value.batched || normal < value.lead) return normal;
  return normal === value.lead ? undefined : normal - 1;
}

/** The builder's axis of a dimension that must not be that of the rows. */
export function innerAxis(call: OperatorCall, value: TensorValue, dimension: number, extra = 0): number {
  return rowAxis(call, value, dimension, extra) ?? failAcrossRows(call);
}

/** Two tensors as the builder may join them, and where the rows of the result are. */
export interface Aligned {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly batched: boolean;
  readonly lead: number;
}

/**
 * Brings two tensors side by side as PyTorch does, from the last axis: their rows must meet, and a constant may only have
 * a length of 1 where they are. Refuses what PyTorch would spread across the rows.
 */
export function aligned(call: OperatorCall, a: TensorValue, b: TensorValue): Aligned {
  const behind = [a, b].flatMap((value) => (value.batched ? [fullRank(value) - value.lead] : []));
  const [rows, other = rows] = behind;
  if (rows === undefined) return { left: a.tensor, right: b.tensor, batched: false, lead: 0 };
  if (rows !== other) failAcrossRows(call);
  const lead = Math.max(fullRank(a), fullRank(b)) - rows;
  return { left: beside(call, a, rows), right: beside(call, b, rows), batched: true, lead };
}

/** A constant without the axis that meets the rows, the `rows`th from the end. */
function beside(call: OperatorCall, { tensor, batched }: TensorValue, rows: number): Tensor {
  const axis = tensor.shape.length - rows;
  if (batched || axis < 0) return tensor;
  if (tensor.shape[axis] !== 1) failAcrossRows(call);
  return call.builder.reshape(tensor, tensor.shape.toSpliced(axis, 1));
}
