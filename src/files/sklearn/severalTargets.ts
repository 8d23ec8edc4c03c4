import { attribute, itemsOf, numberOf } from '../containers/pickleValues';
import { textsOf } from '../containers/arrayNumbers';
import { classTensors, normalised, probabilityNames } from './classes';
import { classNames, partOf, partsOf, setting, unsupported, unusable, type Fitted } from './fitted';
import { asNumbers, frameOf } from './frame';
import type { Predictor } from './prediction';

/** MultiOutputRegressor and MultiOutputClassifier: one estimator per output. */
export function sideBySide(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const predictions = partsOf(fitted, 'estimators_').map((member) => predict(member, frame, lowering));
    const tensor = lowering.builder.concat(
      predictions.map((prediction) => prediction.tensor),
      0,
    );
    const names = predictions.flatMap((prediction, at) => (prediction.names ?? []).map((name) => `${name} of y${at}`));
    return names.length > 0 ? { tensor, names } : { tensor };
  };
}

/** RegressorChain: every estimator also takes what those before it said, in the order of the chain. */
export function chained(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const { builder } = lowering;
    const estimators = partsOf(fitted, 'estimators_');
    const order = (itemsOf(attribute(fitted.object, 'order_')) ?? []).map((place) => numberOf(place) ?? NaN);
    const places = order.length > 0 ? order : (textNumbers(fitted) ?? estimators.map((_, at) => at));
    if (places.length !== estimators.length || estimators.some((_, at) => !places.includes(at)))
      return unusable(fitted, 'order_', 'is no order of the targets');
    let columns = asNumbers(frame, lowering, fitted.label);
    const said = estimators.map((member) => {
      const { tensor } = predict(member, frameOf(columns), lowering);
      columns = builder.concat([columns, tensor], 0);
      return tensor;
    });
    return {
      tensor: builder.concat(
        estimators.map((_, target) => said[places.indexOf(target)]!),
        0,
      ),
    };
  };
}

/** An order that is kept as an array. */
function textNumbers(fitted: Fitted): readonly number[] | undefined {
  return textsOf(attribute(fitted.object, 'order_'))?.map(Number);
}

/** OneVsRestClassifier: one classifier per class; unless several labels may hold at once, they share a sum of 1. */
export function oneVersusRest(predict: Predictor): Predictor {
  return (fitted, frame, lowering) => {
    const { builder } = lowering;
    const binarizer = partOf(fitted, 'label_binarizer_');
    const classes = classNames(binarizer);
    const predictions = partsOf(fitted, 'estimators_').map((member) => predict(member, frame, lowering));
    if (predictions.some(({ tensor }) => tensor.shape[0] !== 1))
      return unsupported(
        fitted,
        `the OneVsRestClassifier "${fitted.label}" holds a classifier of more than two classes`,
      );
    const scores = predictions.map(({ decision }) => decision).filter((one) => one !== undefined);
    const decided = scores.length === predictions.length ? { decision: builder.concat(scores, 0) } : {};
    const tensor = builder.concat(
      predictions.map((prediction) => prediction.tensor),
      0,
    );
    const scoresOnly = predictions.some((prediction) => prediction.tensor === prediction.decision);
    if (scoresOnly) return { tensor, ...decided, classes, names: classes.map((name) => `score of ${name}`) };
    if (setting(binarizer, 'y_type_')?.startsWith('multilabel'))
      return { tensor, ...decided, names: classes.map((name) => `P(${name})`) };
    const names = probabilityNames(classes);
    if (predictions.length === 1) return { tensor, ...decided, classes, names };
    return { tensor: normalised(builder, classTensors(builder, tensor)), ...decided, classes, names };
  };
}
