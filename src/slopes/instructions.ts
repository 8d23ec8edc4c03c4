/**
 * The instruction set between the plan and the kernels. Both the compiler of plans (`plan.ts`) and the interpreter in
 * WebAssembly (`assembly/interpreter.ts`) read this file, so the numbers cannot drift apart; it therefore holds
 * nothing but numbers.
 *
 * Rows run in panels: one panel holds `unitBytes` bytes of rows (16 in float32, 8 in float64) of every unit, one unit
 * after the other. An instruction names its operands by slot: the number of the unit in the panel. It is
 * `instructionWords` 32-bit words long: the operation, then its operands in the order given below. `add` is 1 where the
 * result is added to what the slots hold. `weights` count numbers from the start of the plan's weights, `table` counts
 * words from the start of the plan's tables, −1 stands for "none".
 */

/** Bytes of one unit's rows in a panel: one cache line, four 128-bit vectors. */
export const unitBytes = 64;
/** Words per instruction. */
export const instructionWords = 12;
/** Units that the dense kernel computes together; weights are packed in blocks of this many. */
export const denseBlock = 4;
/** Columns per block of a table of pattern sums. */
export const patternWidth = 32;
/** Products that are summed before the sum joins its neighbours: it keeps the rounding error of wide layers small. */
export const sumLength = 64;

/** slot, count, first input: rows from the staging area of x. */
export const opLoad = 1;
/** slot, count, first output: rows to the staging area of y. */
export const opStoreValue = 2;
/** slot, count, first line of the Jacobian [output][input]: rows to its staging area. */
export const opStoreSlope = 3;
/** x, y, inputs, outputs, weights, bias, add: y = W x + b with packed weights. */
export const opDense = 4;
/** x, y, outputs, table (starts, then columns), weights, bias, add: y = W x + b without the zeros of W. */
export const opSparse = 5;
/** y, count, weights, stride, head, add: y_k = w_k · head, where head is one unit (or 1). */
export const opSpread = 6;
/** y, count, weights: y_k = w_k (or 0). */
export const opFill = 7;
/** x, y, count, factor, offset, add: y = factor x + offset. */
export const opScale = 8;
/** x, y, count, add. */
export const opCopy = 9;
/** x, y, count, table: y_i = x_table(i). */
export const opGather = 10;
/** x, y, count, table: y_table(i) += x_i. */
export const opScatter = 11;
/** kind, x, y, slope, count, parameters, parameters per unit. */
export const opActivate = 12;
/** x, slope, y, count, add: y = slope x, and 0 where x is 0. */
export const opMultiply = 13;
/** x, a, y, count, add: y = x where a > 0, else 0. */
export const opMask = 14;
/** a, y, units, columns, weights (table of sums), bits, head, add, scratch: y = the adjoint behind a pattern of active units. */
export const opPatternSum = 15;
/** how, a, b, y, count. */
export const opCombine = 16;
/** how, a, b, adjoint, adjoint of a, add, adjoint of b, add, count. */
export const opCombinePull = 17;
/** how, a, b, tangent of a, tangent of b, tangent, count. */
export const opCombinePush = 18;
/** how, x, y, groups, table (starts, then members). */
export const opReduce = 19;
/** how, x, y, adjoint, adjoint of x (added to), groups, table, scratch. */
export const opReducePull = 20;
/** how, x, y, tangent of x, tangent, groups, table. */
export const opReducePush = 21;
/** how, x, y, groups, table. */
export const opSoftmax = 22;
/** how, y, adjoint, adjoint of x (added to), groups, table. */
export const opSoftmaxPull = 23;
/** how, y, tangent of x, tangent, groups, table. */
export const opSoftmaxPush = 24;
/** how, a, b, y, count. */
export const opCompare = 25;
/** condition, then, else, y, count. */
export const opSelect = 26;
/** condition, adjoint, adjoint of then, add, adjoint of else, add, count. */
export const opSelectPull = 27;
/** x, count, kinks, number of kinks, error slot: lowers the row's margin to |x − kink| − error. */
export const opMarginKink = 28;
/** a, b, count, error slot: lowers the row's margin to |a − b| − error. */
export const opMarginPair = 29;
/** x, y, groups, table, error slot: lowers the row's margin to the winner's lead in each group − error. */
export const opMarginReduce = 30;
/** slot, count, first peak: raises the peaks to the largest |x| of each unit. */
export const opPeak = 31;

/** Activations. */
export const actRelu = 0;
export const actLeakyRelu = 1;
export const actPrelu = 2;
export const actElu = 3;
export const actCelu = 4;
export const actSelu = 5;
export const actThresholdedRelu = 6;
export const actHardSigmoid = 7;
export const actHardSilu = 8;
export const actClip = 9;
export const actSoftShrink = 10;
export const actHardShrink = 11;
export const actSoftplus = 12;
export const actSilu = 13;
export const actSquareplus = 14;
export const actScaledTanh = 15;
export const actPower = 16;
export const actClippedSigmoid = 17;
export const actLinear = 18;
export const actSigmoid = 19;
export const actLogSigmoid = 20;
export const actTanh = 21;
export const actSoftsign = 22;
export const actExponential = 23;
export const actExpm1 = 24;
export const actLog = 25;
export const actLog1p = 26;
export const actSqrt = 27;
export const actSquare = 28;
export const actReciprocal = 29;
export const actAbs = 30;
export const actNegative = 31;
export const actGelu = 32;
export const actGeluTanh = 33;
export const actMish = 34;
export const actErf = 35;
export const actSin = 36;
export const actCos = 37;
export const actTan = 38;
export const actAsin = 39;
export const actAcos = 40;
export const actAtan = 41;
export const actSinh = 42;
export const actCosh = 43;
export const actAsinh = 44;
export const actAcosh = 45;
export const actAtanh = 46;
export const actSparsePlus = 47;
export const actSparseSigmoid = 48;
export const actTanhShrink = 49;
export const actSign = 50;
export const actFloor = 51;
export const actCeil = 52;
export const actRound = 53;
export const actTruncate = 54;
export const actNot = 55;
