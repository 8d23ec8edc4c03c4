import type { Tensor } from '../../network/builder';
import type { Fitted } from './fitted';
import type { Frame, Lowering } from './frame';

/** What an estimator gives. */
export interface Prediction {
  readonly tensor: Tensor;
  /** `P(setosa)`, … for a classifier. */
  readonly names?: readonly string[];
  /** All classes of a classifier in the order of its probabilities; of two, `tensor` has the second alone. */
  readonly classes?: readonly string[];
  /** The values of its decision function, where it has one; the same tensor when it has no probabilities. */
  readonly decision?: Tensor;
}

/** Lowers an estimator behind the columns that come in. */
export type Predictor = (fitted: Fitted, frame: Frame, lowering: Lowering) => Prediction;
