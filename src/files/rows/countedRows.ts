import { manyRows, mentionsRows, rowNumber, type RowCall, type Value } from './value';

/** What a node does with which of its inputs. The inputs that are not named tell shapes and axes. */
export interface NumbersUse {
  /** It computes with the numbers, joins them to one tensor, picks some at positions that further inputs tell, or moves them. */
  readonly doing: 'computes' | 'joins' | 'picks' | 'moves';
  /** Places of the inputs whose numbers reach the result; all of them when not given. */
  readonly from?: readonly number[];
}

type Inputs = readonly (Value | undefined)[];
type RowsCall = Pick<RowCall, 'around'>;

/**
 * Refuses a node in which data meet a number that was computed from how many rows there are, or from the number of a
 * row. Shapes and positions may be computed so.
 */
export function refuseCountedRows(call: RowCall, use: NumbersUse, inputs: Inputs): void {
  const taken = takenOf(use, inputs);
  if (use.doing === 'moves' || taken.every((input) => input.tensor.constant)) return;
  const counted = use.doing === 'picks' ? isCountedPosition : isCounted;
  if (taken.some((input) => counted(call, input))) refuseCounted(call);
}

/** Refuses a value that decides something or goes out to the user, if it was computed from how many rows there are. */
export function refuseCountedValue(call: Pick<RowCall, 'around' | 'refuseMixedRows'>, value: Value): void {
  if (isCounted(call, value)) refuseCounted(call);
}

/** Keeps in mind which constants a node computed from the number of rows. */
export function noteCountedRows(call: RowCall, use: NumbersUse, inputs: Inputs, outputs: readonly Value[]): void {
  const { counted } = call.around;
  const counts = takenOf(use, inputs).some((input, place) => {
    // A number of rows that is joined, picked or moved stays a length, unless it becomes a real number.
    const isLength = use.doing !== 'computes' && !(input.type === 'whole' && outputs[0]?.type === 'real');
    if (!isLength) return isCounted(call, input);
    return use.doing === 'picks' && place > 0 ? isCountedPosition(call, input) : wasCounted(call, input);
  });
  if (!counts) return;
  for (const { tensor } of outputs) if (tensor.constant) counted.add(tensor.constant);
}

/** Whether a value is a number of rows or of a row, or was computed from it. */
export function isCounted(call: RowsCall, value: Value): boolean {
  const { constant } = value.tensor;
  if (!constant || call.around.rows !== manyRows) return false;
  return wasCounted(call, value) || constant.includes(rowNumber) || (value.type === 'whole' && mentionsRows(constant));
}

/** As a position, the number of rows is the end of the table, and a row's own number is that row. */
function isCountedPosition(call: RowsCall, value: Value): boolean {
  const { constant } = value.tensor;
  return wasCounted(call, value) && !(constant && value.type !== 'real' && mentionsRows(constant));
}

function wasCounted({ around }: RowsCall, { tensor }: Value): boolean {
  return tensor.constant !== undefined && around.counted.has(tensor.constant);
}

function takenOf({ from }: NumbersUse, inputs: Inputs): Value[] {
  const taken = from ? from.map((place) => inputs[place]) : inputs;
  return taken.filter((input) => input !== undefined);
}

function refuseCounted(call: Pick<RowCall, 'refuseMixedRows'>): never {
  return call.refuseMixedRows('computes with the number of rows');
}
