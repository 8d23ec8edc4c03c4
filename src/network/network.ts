/**
 * The one representation of a network: every file format ends here, everything else starts here.
 *
 * A network is a small graph of operations on vectors, applied row by row; there is no batch axis anywhere.
 * Values are numbered: first one per input port, then one per node, in topological order. All data is plain, readonly
 * and can be cloned into another thread.
 */
export interface Network {
  readonly name: string;
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly OutputPort[];
  /** In topological order: a node's inputs are ports or earlier nodes. */
  readonly nodes: readonly Node[];
  readonly source: Source;
}

/** A vector per row that goes in or comes out. */
export interface Port {
  readonly name: string;
  /** Length of the vector in the graph. */
  readonly size: number;
  /** Names of its elements, `size` of them; for a text port not given (it has one column). */
  readonly features?: readonly string[];
}

/** An input: `size` numbers per row or, with `levels`, one text per row that enters the graph as a one-hot vector. */
export interface InputPort extends Port {
  /** Levels of a text input, in the order of the one-hot vector's elements; `size` equals its length, plus one if `unknown` is `first` or `last`. */
  readonly levels?: readonly string[];
  /** Where a text outside the levels goes: an own element before or after the levels, or nowhere (all zeros). */
  readonly unknown?: 'first' | 'last' | 'zeros';
}

/** An output and the value (port or node) that carries it. */
export interface OutputPort extends Port {
  readonly value: number;
}

/** One operation of the graph. */
export interface Node {
  readonly op: Op;
  /** Numbers of the values it takes. */
  readonly inputs: readonly number[];
  /** Length of the vector it gives. */
  readonly size: number;
  /** Name of the layer or node in the file that it came from. */
  readonly origin: string;
}

/** Where a network came from. */
export interface Source {
  readonly file: string;
  /** Short name of the file format: `keras3-zip`, `keras-h5`, `onnx`, `npz`, … */
  readonly format: string;
  /** What wrote it, as far as the file says: `Keras 3.15.1`, `tf2onnx 1.17`. */
  readonly framework?: string;
  /** The layers as the file names them, for people: structure line, description, network tab. */
  readonly layers: readonly Layer[];
}

/** A layer as the file's format calls it. */
export interface Layer {
  readonly name: string;
  /** Class or operator exactly as in its specification: `Dense`, `Gemm`, `Linear`. */
  readonly kind: string;
  /** Number of values it gives per row. */
  readonly size: number;
  /** Number of trained numbers it holds. */
  readonly parameters: number;
  /** Name of its activation, where the layer carries one. */
  readonly activation?: string;
}

/** The closed list of operations; everything a format knows is lowered to these by its reader. */
export type Op =
  | { readonly kind: 'constant'; readonly values: Float64Array }
  | DenseOp
  | { readonly kind: 'scale'; readonly factor: Float64Array; readonly offset: Float64Array }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'combine'; readonly how: Combination }
  | { readonly kind: 'gather'; readonly indices: Int32Array }
  | { readonly kind: 'concat' }
  | { readonly kind: 'reduce'; readonly how: Reduction; readonly groups: Groups }
  | { readonly kind: 'softmax'; readonly how: Normalisation; readonly groups: Groups }
  | { readonly kind: 'compare'; readonly how: Comparison }
  | { readonly kind: 'select' }
  | BlackBoxOp;

/** y = W x + b with `weights` stored [out][in], row-major. */
export interface DenseOp {
  readonly kind: 'dense';
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/**
 * A network that somebody else computes: it takes all input elements joined and gives all output elements joined. It is
 * the one operation that holds a function instead of data, so such a network stays in its thread.
 */
export interface BlackBoxOp {
  readonly kind: 'blackBox';
  /** Values of several rows at once: lines [row][input element] to lines [row][output element]. */
  readonly values: (rows: Float64Array, count: number) => Float64Array;
  /** Which input elements take whole numbers only. */
  readonly whole: readonly boolean[];
  /** Lets others have a turn between batches of rows. */
  readonly pause: () => Promise<void>;
}

/** Two equal-sized vectors, element by element. */
export type Combination = 'add' | 'subtract' | 'multiply' | 'divide' | 'max' | 'min' | 'pow';

/** Many elements to one. */
export type Reduction = 'sum' | 'mean' | 'max' | 'min' | 'product';

/** Elements of a group to elements of the same group. */
export type Normalisation = 'softmax' | 'logSoftmax' | 'sparsemax';

/** Two equal-sized vectors to 1 where it holds and 0 elsewhere; its slope is 0. `select` takes (condition, then, else) and counts any condition other than 0 as true. */
export type Comparison = 'equal' | 'notEqual' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual';

/** Lists of element numbers; group g is `indices[starts[g]] … indices[starts[g + 1] - 1]`. */
export interface Groups {
  readonly starts: Int32Array;
  readonly indices: Int32Array;
}

/**
 * Elementwise functions of one variable. Parameters are single numbers, or one per element where a layer learns them
 * (`prelu`). Formulas, derivatives and kinks: `activation.ts` and `slopes/activationSlopes.ts`.
 */
export type Activation =
  | { readonly kind: PlainActivation }
  | { readonly kind: 'leakyRelu' | 'elu' | 'celu' | 'thresholdedRelu'; readonly alpha: number }
  | { readonly kind: 'selu'; readonly alpha: number; readonly scale: number }
  | { readonly kind: 'prelu'; readonly alpha: Float64Array }
  /** clip(alpha x + beta, 0, 1) */
  | { readonly kind: 'hardSigmoid'; readonly alpha: number; readonly beta: number }
  /** x clip(alpha x + beta, 0, 1) */
  | { readonly kind: 'hardSilu'; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'clip'; readonly low: number; readonly high: number }
  | { readonly kind: 'softShrink' | 'hardShrink'; readonly threshold: number }
  /** Softplus with sharpness: log(1 + exp(beta x)) / beta. */
  | { readonly kind: 'softplus'; readonly beta: number }
  /** sigmoid(beta x) x */
  | { readonly kind: 'silu'; readonly beta: number }
  /** (x + sqrt(x² + b)) / 2 */
  | { readonly kind: 'squareplus'; readonly b: number }
  /** alpha tanh(beta x) */
  | { readonly kind: 'scaledTanh'; readonly alpha: number; readonly beta: number }
  /** |x|^… with a constant exponent. */
  | { readonly kind: 'power'; readonly exponent: number }
  /** R's nnet: 1/(1+exp(−x)), exactly 0 below −limit and 1 above it. */
  | { readonly kind: 'clippedSigmoid'; readonly limit: number };

/** Activations without parameters. `sign`, `floor`, `ceil`, `round` (half to even), `truncate` and `not` have slope 0. */
export type PlainActivation =
  | 'linear'
  | 'relu'
  | 'sigmoid'
  | 'logSigmoid'
  | 'tanh'
  | 'softsign'
  | 'exponential'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'square'
  | 'reciprocal'
  | 'abs'
  | 'negative'
  | 'gelu'
  | 'geluTanh'
  | 'mish'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'sparsePlus'
  | 'sparseSigmoid'
  | 'tanhShrink'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'truncate'
  | 'not';

/** Length of value `value` (an input port or a node). */
export function valueSize(network: Pick<Network, 'inputs' | 'nodes'>, value: number): number {
  const ports = network.inputs.length;
  const holder = value < ports ? network.inputs[value] : network.nodes[value - ports];
  if (!holder) throw new RangeError(`Value ${value} is not in the network.`);
  return holder.size;
}
