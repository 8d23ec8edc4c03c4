import type { Tensor } from '../../network/builder';
import { numbersOf } from '../containers/arrayNumbers';
import { attribute, itemsOf, numberOf } from '../containers/pickleValues';
import { classTensors, probabilityNames } from './classes';
import { classNames, flag, partOf, partsOf, setting, unsupported, unusable, type Fitted } from './fitted';
import { asNumbers, frameOf, selected, type Lowering } from './frame';
import type { Prediction, Predictor } from './prediction';

/** VotingRegressor, and VotingClassifier of probabilities: the mean of all estimators, weighted if it has weights. */
export function averaged(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const classifies = fitted.object.name === 'VotingClassifier';
    if (classifies && setting(fitted, 'voting') !== 'soft') {
      unsupported(
        fitted,
        `the VotingClassifier "${fitted.label}" counts votes (voting="hard"), which move in steps and have no slopes`,
        'Fit it with voting="soft" and save the model again.',
      );
    }
    const estimators = partsOf(fitted, 'estimators_');
    const weights = votingWeights(fitted, estimators.length);
    const predictions = estimators.map((member) => predict(member, frame, lowering));
    if (!classifies)
      return averageOf(
        predictions.map(({ tensor }) => tensor),
        weights,
        lowering,
      );
    const classes = classNames(fitted);
    const tensors = predictions.map((prediction) => ofAllClasses(fitted, prediction, classes, lowering));
    return classAverage(tensors, weights, classes, lowering);
  };
}

/** Weights of the estimators that were not dropped. */
function votingWeights(fitted: Fitted, count: number): Float64Array {
  const listed = itemsOf(attribute(fitted.object, 'weights')) ?? [
    ...(numbersOf(attribute(fitted.object, 'weights'))?.values ?? []),
  ];
  if (listed.length === 0) return new Float64Array(count).fill(1);
  const entries = itemsOf(attribute(fitted.object, 'estimators')) ?? [];
  const kept = listed.filter((_, i) => itemsOf(entries[i])?.[1] !== 'drop');
  const weights = Float64Array.from(kept, (weight) => numberOf(weight) ?? NaN);
  return weights.length === count && weights.every(Number.isFinite)
    ? weights
    : unusable(fitted, 'weights', `are ${weights.length} for ${count} estimators`);
}

/** BaggingRegressor and BaggingClassifier: the mean of estimators that each take some of the columns. */
export function bagged(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const predictions = partsOf(fitted, 'estimators_').map((member, i) =>
      predict(member, selected(frame, baggedColumns(fitted, i, frame.columns.length)), lowering),
    );
    const weights = new Float64Array(predictions.length).fill(1);
    if (fitted.object.name !== 'BaggingClassifier')
      return averageOf(
        predictions.map(({ tensor }) => tensor),
        weights,
        lowering,
      );
    const classes = classNames(fitted);
    // Its classifiers know the classes by their numbers.
    const numbers = classes.map((_, at) => String(at));
    const tensors = predictions.map((prediction) => ofAllClasses(fitted, prediction, numbers, lowering));
    const average = classAverage(tensors, weights, classes, lowering);
    const decisions = predictions.flatMap(({ decision }) => decision ?? []);
    if (decisions.length !== predictions.length) return average;
    return { ...average, decision: averageOf(decisions, weights, lowering).tensor };
  };
}

/** The columns that estimator number `at` takes. */
export function baggedColumns(fitted: Fitted, at: number, count: number): readonly number[] {
  const chosen = itemsOf(attribute(fitted.object, 'estimators_features_')) ?? [];
  const positions = [...(numbersOf(chosen[at])?.values ?? new Array(count).keys())];
  return positions.every((position) => Number.isInteger(position) && position >= 0 && position < count)
    ? positions
    : unusable(fitted, 'estimators_features_', 'names columns that do not exist');
}

/** StackingRegressor and StackingClassifier: a last estimator on what the others say, and on the columns if passed through. */
export function stacked(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const methods = itemsOf(attribute(fitted.object, 'stack_method_')) ?? [];
    const classifies = fitted.object.name === 'StackingClassifier';
    const said = partsOf(fitted, 'estimators_').map((member, i) => {
      const prediction = predict(member, frame, lowering);
      if (classifies && methods[i] === 'predict') {
        unsupported(
          fitted,
          `the StackingClassifier "${fitted.label}" takes the classes that ${member.object.name} chooses, which move in steps and have no slopes`,
          'Fit it with stack_method="predict_proba" and save the model again.',
        );
      }
      return methods[i] === 'decision_function' ? (prediction.decision ?? prediction.tensor) : prediction.tensor;
    });
    const passed = flag(fitted, 'passthrough', false) ? [asNumbers(frame, lowering, fitted.label)] : [];
    const joined = lowering.builder.concat([...said, ...passed], 0);
    const final = predict(partOf(fitted, 'final_estimator_'), frameOf(joined), lowering);
    if (!classifies) return final;
    const classes = classNames(fitted);
    return { ...final, classes, names: probabilityNames(classes) };
  };
}

/** The weighted mean of tensors of one size. */
export function averageOf(tensors: readonly Tensor[], weights: Float64Array, lowering: Lowering): Prediction {
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

function classAverage(
  tensors: readonly Tensor[],
  weights: Float64Array,
  classes: readonly string[],
  lowering: Lowering,
): Prediction {
  const { tensor } = averageOf(tensors, weights, lowering);
  return { tensor, classes, names: probabilityNames(classes) };
}

/** Probabilities in the order of `classes`; a classifier that never saw a class gives it 0. */
function ofAllClasses(fitted: Fitted, prediction: Prediction, classes: readonly string[], lowering: Lowering): Tensor {
  const { builder } = lowering;
  const { tensor, decision } = prediction;
  if (tensor === decision) {
    unsupported(
      fitted,
      `the ${fitted.object.name} "${fitted.label}" counts the votes of classifiers without probabilities, which move in steps`,
      'Use classifiers with predict_proba and save the model again.',
    );
  }
  const known = prediction.classes ?? classes;
  // The classes of the members may be the encoded numbers of those of the whole.
  const numbered = known.every((name) => /^\d+$/.test(name)) && !known.every((name) => classes.includes(name));
  const places = known.map((name) => (numbered ? Number(name) : classes.indexOf(name)));
  if (places.length === classes.length && places.every((place, at) => place === at)) return tensor;
  const every = classTensors(builder, tensor);
  const zero = builder.constant(Float64Array.of(0), [1]);
  const placed = classes.map((_, at) => {
    const place = places.indexOf(at);
    return place < 0 ? zero : builder.take(every, 0, [place]);
  });
  const all = builder.concat(placed, 0);
  return classes.length === 2 ? builder.take(all, 0, [1]) : all;
}
