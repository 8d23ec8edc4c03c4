import type { Tensor } from '../../network/builder';
import type { Fitted } from './fitted';
import type { Frame, Lowering } from './frame';

/** What an estimator gives. */
export interface Prediction {
  readonly tensor: Tensor;
  /** `P(setosa)`, … for a classifier. */
  readonly names?: readonly string[];
}

/** Lowers an estimator behind the columns that come in. */
export type Predictor = (fitted: Fitted, frame: Frame, lowering: Lowering) => Prediction;
