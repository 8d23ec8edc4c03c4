import type { Tensor } from '../../network/builder';
import { affineScaler } from './affineScalers';
import { stepsOf } from './composites';
import { attribute } from '../containers/pickleValues';
import { fittedVector, flag, setting, unsupported, unusable, within, type Fitted } from './fitted';
import type { Lowering } from './frame';
import { applyFunction, functionOf } from './functionTransformer';
import { quantileInverse } from './quantiles';

/** Puts a scaled target back into its own units, as `inverse_transform` does. */
export function invert(fitted: Fitted, y: Tensor, lowering: Lowering): Tensor {
  if (fitted.object.name === 'Pipeline')
    return [...stepsOf(fitted)].reverse().reduce((scaled, step) => invert(step, scaled, lowering), y);
  const builder = lowering.builder.at(fitted.label);
  const result = inverted(fitted, y, lowering);
  lowering.layers.push({ name: fitted.label, kind: `inverse ${fitted.object.name}`, size: y.shape[0]!, parameters: 0 });
  return builder.reshape(result, y.shape);
}

function inverted(fitted: Fitted, y: Tensor, lowering: Lowering): Tensor {
  const builder = lowering.builder.at(fitted.label);
  const { name } = fitted.object;
  if (name === 'FunctionTransformer') return applyFunction(builder, y, functionOf(fitted, 'inverse_func'));
  if (name === 'QuantileTransformer') return quantileInverse(fitted, y, lowering);
  if (name === 'PowerTransformer') return powerInverse(fitted, y, lowering);
  const scaler = affineScaler(fitted);
  if (!scaler) return unsupported(fitted, `the target is transformed by a ${name}, whose inverse cannot be read`);
  if (scaler.spread.length !== y.shape[0])
    return unusable(fitted, 'scale_', `is for ${scaler.spread.length} targets, but there are ${y.shape[0]!}`);
  return builder.scale(y, scaler.spread, scaler.centre);
}

/**
 * The inverse of a power transformation: (λ y + 1)^(1/λ), e^y where λ is 0 (Box and Cox); less 1 for y ≥ 0, and
 * 1 − (1 − (2 − λ) y)^(1/(2 − λ)) below 0 (Yeo and Johnson). Scikit-learn standardises before.
 */
function powerInverse(fitted: Fitted, y: Tensor, lowering: Lowering): Tensor {
  const { builder } = lowering;
  const size = y.shape[0]!;
  const lambdas = fittedVector(fitted, 'lambdas_', size);
  const scaler = flag(fitted, 'standardize', true) ? within(fitted, attribute(fitted.object, '_scaler')) : undefined;
  const raw = scaler ? inverted(scaler, y, lowering) : y;
  if (setting(fitted, 'method') === 'box-cox') return grown(raw, lambdas, lowering);
  const zero = builder.constant(new Float64Array(size), [size]);
  const above = grown(builder.combine('max', raw, zero), lambdas, lowering);
  const below = grown(
    builder.combine('max', zero, builder.activation(raw, { kind: 'negative' })),
    lambdas.map((lambda) => 2 - lambda),
    lowering,
  );
  return builder.combine('subtract', above, below);
}

/** (λ u + 1)^(1/λ) and e^u where λ is 0, for every element. */
function grown(u: Tensor, lambdas: Float64Array, { builder }: Lowering): Tensor {
  const parts = Array.from(lambdas, (lambda, at) => {
    const element = builder.take(u, 0, [at]);
    if (Math.abs(lambda) < Number.EPSILON) return builder.activation(element, { kind: 'exponential' });
    const base = builder.scale(element, Float64Array.of(lambda), Float64Array.of(1));
    return builder.combine('pow', base, builder.constant(Float64Array.of(1 / lambda), [1]));
  });
  return builder.concat(parts, 0);
}
