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
/** Units that the product without the columns of zeros computes together; weights are packed in blocks of this many. */
export const activeWidth = 32;
/** Columns per block of a table of pattern sums: a cache line in float32. A power of two. */
export const patternWidth = 16;
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
/** x, y, inputs, outputs, weights, bias, add, scratch: y = W x + b without the columns whose x is 0. */
export const opActive = 6;
/** y, count, weights, stride, head, add: y_k = w_k · head, where head is one unit (or 1). */
export const opSpread = 7;
/** y, count, weights: y_k = w_k (or 0). */
export const opFill = 8;
/** x, y, count, factor, offset, add: y = factor x + offset. */
export const opScale = 9;
/** x, y, count, add. */
export const opCopy = 10;
/** x, y, count, table: y_i = x_table(i). */
export const opGather = 11;
/** x, y, count, table: y_table(i) += x_i. */
export const opScatter = 12;
/** kind, x, y, slope, count, parameters, parameters per unit. */
export const opActivate = 13;
/** x, slope, y, count, add: y = slope x, and 0 where x is 0. */
export const opMultiply = 14;
/** x, a, y, count, add: y = x where a > 0, else 0. */
export const opMask = 15;
/** a, y, units, columns, weights (table of sums), bits, head, add, scratch: y = the adjoint behind a pattern of active units. */
export const opPatternSum = 16;
/** how, a, b, y, count. */
export const opCombine = 17;
/** how, a, b, adjoint, adjoint of a, add, adjoint of b, add, count. */
export const opCombinePull = 18;
/** how, a, b, tangent of a, tangent of b, tangent, count. */
export const opCombinePush = 19;
/** how, x, y, groups, table (starts, then members). */
export const opReduce = 20;
/** how, x, y, adjoint, adjoint of x (added to), groups, table, scratch. */
export const opReducePull = 21;
/** how, x, y, tangent of x, tangent, groups, table. */
export const opReducePush = 22;
/** how, x, y, groups, table. */
export const opSoftmax = 23;
/** how, y, adjoint, adjoint of x (added to), groups, table. */
export const opSoftmaxPull = 24;
/** how, y, tangent of x, tangent, groups, table. */
export const opSoftmaxPush = 25;
/** how, a, b, y, count. */
export const opCompare = 26;
/** condition, then, else, y, count. */
export const opSelect = 27;
/** condition, adjoint, adjoint of then, add, adjoint of else, add, count. */
export const opSelectPull = 28;
/** x, count, kinks, number of kinks, error slot: lowers the row's margin to |x − kink| − error. */
export const opMarginKink = 29;
/** a, b, count, error slot: lowers the row's margin to |a − b| − error. */
export const opMarginPair = 30;
/** x, y, groups, table, error slot: lowers the row's margin to the winner's lead in each group − error. */
export const opMarginReduce = 31;
/** slot, count, first peak: raises the peaks to the largest |x| of each unit. */
export const opPeak = 32;

/** kind, x, y, slope, adjoint, z, count, parameters: z = adjoint σ″(x). */
export const opCurve = 33;
/** how, part, a, b, adjoint, z, count: z = adjoint ∂²(a ∘ b) by a twice (part 0), by a and b (1), by b twice (2). */
export const opCombineCurve = 34;
/** how, y, adjoint, z, groups, table: the weights of `opPairs` for tangents that are centred. */
export const opSoftmaxCurve = 35;
/** how, y, tangent, z, groups, table: z = the tangent less its mean in the group, weighted with the softmax. */
export const opCentre = 36;
/** weights, a, slots from direction to direction, b, the same, count, directions, first pair, scratch: adds Σ w a_i b_j to each pair j ≤ i. */
export const opPairs = 37;

/** max(x, 0) */
export const actRelu = 0;
/** x or αx; parameters: α */
export const actLeakyRelu = 1;
/** x or αx; α per unit */
export const actPrelu = 2;
/** x or α(eˣ − 1); α */
export const actElu = 3;
/** x or α(e^(x/α) − 1); α */
export const actCelu = 4;
/** scale · elu; α, scale */
export const actSelu = 5;
/** x above θ, else 0; θ */
export const actThresholdedRelu = 6;
/** clip(αx + β, 0, 1); α, β */
export const actHardSigmoid = 7;
/** x clip(αx + β, 0, 1); α, β */
export const actHardSilu = 8;
/** low, high */
export const actClip = 9;
/** towards 0 by the threshold; threshold */
export const actSoftShrink = 10;
/** 0 within the threshold; threshold */
export const actHardShrink = 11;
/** log(1 + e^(βx)) / β; β */
export const actSoftplus = 12;
/** x σ(βx); β */
export const actSilu = 13;
/** (x + √(x² + b)) / 2; b */
export const actSquareplus = 14;
/** α tanh(βx); α, β */
export const actScaledTanh = 15;
/** x^p; p */
export const actPower = 16;
/** σ, exactly 0 and 1 beyond the limit; limit */
export const actClippedSigmoid = 17;
/** x */
export const actLinear = 18;
/** σ(x) */
export const actSigmoid = 19;
/** log σ(x) */
export const actLogSigmoid = 20;
/** tanh x */
export const actTanh = 21;
/** x / (1 + |x|) */
export const actSoftsign = 22;
/** eˣ */
export const actExponential = 23;
/** eˣ − 1 */
export const actExpm1 = 24;
/** log x */
export const actLog = 25;
/** log(1 + x) */
export const actLog1p = 26;
/** √x */
export const actSqrt = 27;
/** x² */
export const actSquare = 28;
/** 1 / x */
export const actReciprocal = 29;
/** |x| */
export const actAbs = 30;
/** −x */
export const actNegative = 31;
/** x Φ(x) */
export const actGelu = 32;
/** x Φ(x) by tanh */
export const actGeluTanh = 33;
/** x tanh(softplus x) */
export const actMish = 34;
/** erf x */
export const actErf = 35;
/** sin x */
export const actSin = 36;
/** cos x */
export const actCos = 37;
/** tan x */
export const actTan = 38;
/** arcsin x */
export const actAsin = 39;
/** arccos x */
export const actAcos = 40;
/** arctan x */
export const actAtan = 41;
/** sinh x */
export const actSinh = 42;
/** cosh x */
export const actCosh = 43;
/** arsinh x */
export const actAsinh = 44;
/** arcosh x */
export const actAcosh = 45;
/** artanh x */
export const actAtanh = 46;
/** 0, (x + 1)²/4, x */
export const actSparsePlus = 47;
/** 0, (x + 1)/2, 1 */
export const actSparseSigmoid = 48;
/** x − tanh x */
export const actTanhShrink = 49;
/** −1, 0, 1 */
export const actSign = 50;
/** ⌊x⌋ */
export const actFloor = 51;
/** ⌈x⌉ */
export const actCeil = 52;
/** nearest, half to even */
export const actRound = 53;
/** towards 0 */
export const actTruncate = 54;
/** 1 where x is 0 */
export const actNot = 55;
