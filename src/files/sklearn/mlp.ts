import type { Tensor } from '../../network/builder';
import type { Activation } from '../../network/network';
import { transposed } from '../../network/tensor';
import { classNames, fittedArrays, notFitted, setting, unusable, type Fitted } from './fitted';
import { asNumbers, type Frame, type Lowering } from './frame';
import type { Prediction } from './prediction';

type MlpActivation = Activation['kind'] & ('linear' | 'sigmoid' | 'tanh' | 'relu' | 'exponential');

const activations: ReadonlyMap<string, MlpActivation> = new Map([
  ['identity', 'linear'],
  ['logistic', 'sigmoid'],
  ['tanh', 'tanh'],
  ['relu', 'relu'],
  // The output of a regressor with the Poisson loss.
  ['exp', 'exponential'],
] as const);

/**
 * MLPRegressor and MLPClassifier: `coefs_` are [in, out], the last layer has `out_activation_`. A classifier of two
 * classes has one logistic output, the probability of the second.
 */
export function mlp(fitted: Fitted, frame: Frame, lowering: Lowering): Prediction {
  const weights = fittedArrays(fitted, 'coefs_');
  const biases = fittedArrays(fitted, 'intercepts_');
  if (weights.length === 0 || weights.length !== biases.length) return notFitted(fitted, 'coefs_');
  const hidden = activationOf(fitted, 'activation');
  const output = setting(fitted, 'out_activation_') ?? notFitted(fitted, 'out_activation_');
  const { builder } = lowering;
  let x: Tensor = asNumbers(frame, lowering, fitted.label);
  weights.forEach((layer, i) => {
    const last = i === weights.length - 1;
    const [inputs = 0, outputs = 0] = layer.shape;
    const bias = biases[i]!.values;
    if (layer.shape.length !== 2 || inputs !== x.shape[0] || bias.length !== outputs)
      unusable(fitted, `coefs_[${i}]`, `of shape [${layer.shape.join(', ')}] does not fit the layers beside it`);
    const name = last ? 'output' : `hidden ${i + 1}`;
    const sum = builder.at(name).dense(x, transposed(layer.values, inputs, outputs), bias);
    x = last ? sum : builder.activation(sum, { kind: hidden });
    lowering.layers.push({
      name,
      kind: fitted.object.name,
      size: outputs,
      parameters: layer.values.length + bias.length,
      activation: last ? output : (setting(fitted, 'activation') ?? 'relu'),
    });
  });
  if (fitted.object.name === 'MLPRegressor')
    return { tensor: builder.activation(x, { kind: activationOf(fitted, 'out_activation_') }) };
  return probabilities(fitted, x, output, lowering);
}

function probabilities(fitted: Fitted, x: Tensor, output: string, lowering: Lowering): Prediction {
  const classes = classNames(fitted);
  const { builder } = lowering;
  const names = classes.map((name) => `P(${name})`);
  const size = x.shape[0]!;
  if (output === 'softmax' && size === classes.length)
    return { tensor: builder.softmax('softmax', x, [0]), names, classes };
  const tensor = builder.activation(x, { kind: activationOf(fitted, 'out_activation_') });
  // One logistic output per class is what several labels at once look like.
  if (size === classes.length) return { tensor, names };
  if (size !== 1 || classes.length !== 2)
    return unusable(fitted, 'classes_', `names ${classes.length} classes for ${size} outputs`);
  return { tensor, names: names.slice(1), classes };
}

function activationOf(fitted: Fitted, name: string): MlpActivation {
  const spelled = setting(fitted, name) ?? 'relu';
  return activations.get(spelled) ?? unusable(fitted, name, `is "${spelled}", which is no activation of scikit-learn`);
}
