import type { Tensor } from '../../network/builder';
import { affineScaler } from './affineScalers';
import { stepsOf } from './composites';
import { unsupported, unusable, type Fitted } from './fitted';
import type { Lowering } from './frame';
import { functionOf } from './functionTransformer';

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
  if (fitted.object.name === 'FunctionTransformer') return builder.activation(y, functionOf(fitted, 'inverse_func'));
  const scaler = affineScaler(fitted);
  if (!scaler)
    return unsupported(fitted, `the target is transformed by a ${fitted.object.name}, whose inverse cannot be read`);
  if (scaler.spread.length !== y.shape[0])
    return unusable(fitted, 'scale_', `is for ${scaler.spread.length} targets, but there are ${y.shape[0]!}`);
  return builder.scale(y, scaler.spread, scaler.centre);
}
