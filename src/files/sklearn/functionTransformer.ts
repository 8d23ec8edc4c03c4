import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Activation } from '../../network/network';
import { attribute, isKind } from '../containers/pickleValues';
import { unsupported, type Fitted } from './fitted';
import { asNumbers, frameOf, namesOf, type Frame, type Lowering } from './frame';

/** after · activation(before · x); both factors are 1 where they are not given. */
export interface NumpyFunction {
  readonly activation: Activation;
  readonly before?: number;
  readonly after?: number;
}

const scaled: ReadonlyMap<string, NumpyFunction> = new Map<string, NumpyFunction>([
  ['log2', { activation: { kind: 'log' }, after: Math.LOG2E }],
  ['log10', { activation: { kind: 'log' }, after: Math.LOG10E }],
  ['exp2', { activation: { kind: 'exponential' }, before: Math.LN2 }],
]);

const functions: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['log', { kind: 'log' }],
  ['log1p', { kind: 'log1p' }],
  ['exp', { kind: 'exponential' }],
  ['expm1', { kind: 'expm1' }],
  ['sqrt', { kind: 'sqrt' }],
  ['square', { kind: 'square' }],
  ['abs', { kind: 'abs' }],
  ['absolute', { kind: 'abs' }],
  ['fabs', { kind: 'abs' }],
  ['reciprocal', { kind: 'reciprocal' }],
  ['negative', { kind: 'negative' }],
  ['positive', { kind: 'linear' }],
  ['sign', { kind: 'sign' }],
  ['floor', { kind: 'floor' }],
  ['ceil', { kind: 'ceil' }],
  ['rint', { kind: 'round' }],
  ['arcsin', { kind: 'asin' }],
  ['arccos', { kind: 'acos' }],
  ['cosh', { kind: 'cosh' }],
  ['erf', { kind: 'erf' }],
  ['sin', { kind: 'sin' }],
  ['cos', { kind: 'cos' }],
  ['tan', { kind: 'tan' }],
  ['tanh', { kind: 'tanh' }],
  ['arctan', { kind: 'atan' }],
  ['sinh', { kind: 'sinh' }],
  ['arcsinh', { kind: 'asinh' }],
  ['expit', { kind: 'sigmoid' }],
]);

/** The function a FunctionTransformer (or its inverse) applies: one of numpy's by name, none for None. */
export function functionOf(fitted: Fitted, name: 'func' | 'inverse_func'): NumpyFunction {
  const value = attribute(fitted.object, name);
  if (value === undefined || value === null) return { activation: { kind: 'linear' } };
  const spelled = isKind(value, 'global') || isKind(value, 'object') ? ufuncName(value) : '';
  const plain = functions.get(spelled);
  const known = plain ? { activation: plain } : scaled.get(spelled);
  const extra = attribute(fitted.object, name === 'func' ? 'kw_args' : 'inv_kw_args');
  if (!known || (isKind(extra, 'dict') && extra.entries.size > 0)) {
    return unsupported(
      fitted,
      `FunctionTransformer "${fitted.label}" applies ${spelled === '' ? 'a function' : spelled}, which lies in code outside the file`,
      'Apply the function in the table before, or use one of numpy’s own (log1p, sqrt, …).',
    );
  }
  return known;
}

/** numpy's functions are pickled by name, or as a call that looks them up by name. */
function ufuncName(value: {
  readonly kind: string;
  readonly name: string;
  readonly args?: readonly unknown[];
  readonly module: string;
}): string {
  if (!/^(numpy|scipy\.special)/.test(value.module)) return `${value.module}.${value.name}`;
  const [module, name] = value.args ?? [];
  if (value.name !== '_ufunc_reconstruct') return value.name;
  return typeof module === 'string' && typeof name === 'string' ? name : '';
}

/** One of numpy's functions on every element. */
export function functionTransformer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const applied = functionOf(fitted, 'func');
  if (applied.activation.kind === 'linear') return frame;
  const x = asNumbers(frame, lowering, fitted.label);
  return frameOf(applyFunction(lowering.builder.at(fitted.label), x, applied), namesOf(frame));
}

/** The function of every element. */
export function applyFunction(
  builder: NetworkBuilder,
  x: Tensor,
  { activation, before, after }: NumpyFunction,
): Tensor {
  const times = (tensor: Tensor, factor = 1): Tensor => {
    const size = tensor.shape[0]!;
    return factor === 1 ? tensor : builder.scale(tensor, new Float64Array(size).fill(factor), new Float64Array(size));
  };
  return times(builder.activation(times(x, before), activation), after);
}
