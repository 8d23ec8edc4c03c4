import type { Activation } from '../../network/network';

/** What can stand between layers or after the last: an elementwise function or a softmax over all outputs. */
export type NamedActivation =
  | { readonly kind: 'elementwise'; readonly name: string; readonly activation: Activation }
  | { readonly kind: 'softmax'; readonly name: string; readonly how: 'softmax' | 'logSoftmax' };

/** Makes an activation from the number in its name (`leakyRelu(0.2)`), if there is one. */
type Recipe = (parameter: number | undefined) => Activation;

const recipes: ReadonlyMap<string, Recipe> = new Map<string, Recipe>([
  ['relu', () => ({ kind: 'relu' })],
  ['sigmoid', () => ({ kind: 'sigmoid' })],
  ['tanh', () => ({ kind: 'tanh' })],
  ['linear', () => ({ kind: 'linear' })],
  ['leakyRelu', (alpha = 0.01) => ({ kind: 'leakyRelu', alpha })],
  ['elu', (alpha = 1) => ({ kind: 'elu', alpha })],
  ['selu', () => ({ kind: 'selu', alpha: 1.6732632423543772, scale: 1.0507009873554805 })],
  ['gelu', () => ({ kind: 'gelu' })],
  ['geluTanh', () => ({ kind: 'geluTanh' })],
  ['silu', (beta = 1) => ({ kind: 'silu', beta })],
  ['softplus', (beta = 1) => ({ kind: 'softplus', beta })],
  ['softsign', () => ({ kind: 'softsign' })],
  ['mish', () => ({ kind: 'mish' })],
  ['relu6', () => ({ kind: 'clip', low: 0, high: 6 })],
  ['hardTanh', () => ({ kind: 'clip', low: -1, high: 1 })],
  ['hardSigmoid', () => ({ kind: 'hardSigmoid', alpha: 1 / 6, beta: 0.5 })],
  ['hardSilu', () => ({ kind: 'hardSilu', alpha: 1 / 6, beta: 0.5 })],
  ['logSigmoid', () => ({ kind: 'logSigmoid' })],
  ['exponential', () => ({ kind: 'exponential' })],
  ['sin', () => ({ kind: 'sin' })],
]);

/** Other spellings, in lower case without separators. */
const spellings: ReadonlyMap<string, string> = new Map([
  ...[...recipes.keys(), 'softmax', 'logSoftmax'].map((name): [string, string] => [name.toLowerCase(), name]),
  ['logistic', 'sigmoid'],
  ['expit', 'sigmoid'],
  ['sigm', 'sigmoid'],
  ['identity', 'linear'],
  ['none', 'linear'],
  ['id', 'linear'],
  ['purelin', 'linear'],
  ['lrelu', 'leakyRelu'],
  ['swish', 'silu'],
  ['geluapproximate', 'geluTanh'],
  ['gelunew', 'geluTanh'],
  ['hardswish', 'hardSilu'],
  ['tanhyperbolic', 'tanh'],
  ['hyperbolictangent', 'tanh'],
  ['rectifier', 'relu'],
  ['exp', 'exponential'],
  ['sine', 'sin'],
]);

/** What can be answered to `hidden`, the commonest first. */
export const hiddenChoices: readonly string[] = [...recipes.keys()];

/** What can be answered to `output`. */
export const outputChoices: readonly string[] = [
  'linear',
  'sigmoid',
  'softmax',
  ...[...recipes.keys()].filter((name) => name !== 'linear' && name !== 'sigmoid'),
  'logSoftmax',
];

/** Reads a name as people and frameworks spell it: `ReLU`, `leaky_relu`, `logistic`, `leakyRelu(0.2)`, `elu:0.5`. */
export function activationByName(spelled: string): NamedActivation | undefined {
  const parts = /^([^(:=]+)(?:[(:=]\s*([-+.\deE]+)\s*\)?|\(\))?$/.exec(spelled.trim());
  if (!parts) return undefined;
  const bare = parts[1]!
    .replace(/^((torch|tf|keras|nn|modules|functional|activations?|F|jax)\.)+/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  const name = spellings.get(bare) ?? spellings.get(bare.replace(/(activation|layer|function)$/, ''));
  const parameter = parts[2] === undefined ? undefined : Number(parts[2]);
  if (!name || (parameter !== undefined && !Number.isFinite(parameter))) return undefined;
  if (name === 'softmax' || name === 'logSoftmax') return { kind: 'softmax', name, how: name };
  return { kind: 'elementwise', name, activation: recipes.get(name)!(parameter) };
}
