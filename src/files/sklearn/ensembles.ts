import type { Tensor } from '../../network/builder';
import { numbersOf } from '../containers/arrayNumbers';
import { attribute, itemsOf } from '../containers/pickleValues';
import { notFitted, optionalNumbers, unusable, within, type Fitted } from './fitted';
import { selected, type Lowering } from './frame';
import type { Prediction, Predictor } from './prediction';

/** MultiOutputRegressor: one estimator per output. */
export function sideBySide(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const tensors = members(fitted).map((member) => predict(member, frame, lowering).tensor);
    return { tensor: lowering.builder.concat(tensors, 0) };
  };
}

/** VotingRegressor: the mean of all estimators, weighted if it has weights. */
export function averaged(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const estimators = members(fitted);
    const weights = optionalNumbers(fitted, 'weights') ?? new Float64Array(estimators.length).fill(1);
    if (weights.length !== estimators.length)
      return unusable(fitted, 'weights', `are ${weights.length} for ${estimators.length} estimators`);
    return mean(
      estimators.map((member) => predict(member, frame, lowering).tensor),
      weights,
      lowering,
    );
  };
}

/** BaggingRegressor: the mean of estimators that each take some of the columns. */
export function bagged(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const chosen = itemsOf(attribute(fitted.object, 'estimators_features_')) ?? [];
    const tensors = members(fitted).map((member, i) => {
      const positions = [...(numbersOf(chosen[i])?.values ?? frame.columns.keys())];
      if (!positions.every((at) => Number.isInteger(at) && at >= 0 && at < frame.columns.length))
        return unusable(fitted, 'estimators_features_', 'names columns that do not exist');
      return predict(member, selected(frame, positions), lowering).tensor;
    });
    return mean(tensors, new Float64Array(tensors.length).fill(1), lowering);
  };
}

function members(fitted: Fitted): readonly Fitted[] {
  const items = itemsOf(attribute(fitted.object, 'estimators_')) ?? [];
  const found = items.flatMap((item, i) => within(fitted, item, `estimators_[${i}]`) ?? []);
  return found.length > 0 && found.length === items.length ? found : notFitted(fitted, 'estimators_');
}

function mean(tensors: readonly Tensor[], weights: Float64Array, lowering: Lowering): Prediction {
  const { builder } = lowering;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = tensors.map((tensor, i) =>
    builder.scale(
      tensor,
      new Float64Array(tensor.shape[0]!).fill(weights[i]! / total),
      new Float64Array(tensor.shape[0]!),
    ),
  );
  return { tensor: parts.reduce((sum, part) => builder.combine('add', sum, part)) };
}
