import type { RValue } from '../containers/rValues';
import { attribute, matrixOf, matrixRow, type RMatrix } from './fields';
import type { RModel, StoredFit } from './model';
import { largestMiss } from './replay';

/** How far forecasts and targets may lie from the stored ones, relative to their size, and still be the same. */
const closeness = 1e-5;

/**
 * Whether a result of scale() is not what the network was trained on: a workspace holds many. The network keeps its
 * forecasts and targets at its training rows, so a scaled matrix of as many rows that gives others belongs elsewhere.
 */
export function scalesOtherRows(value: RValue, model: RModel): boolean {
  if (!attribute(value, 'scaled:center') && !attribute(value, 'scaled:scale')) return false;
  const matrix = matrixOf(value);
  const { fit } = model;
  if (!fit || matrix?.rows !== fit.forecasts.length) return false;
  const verdicts = [isInput(matrix, model, fit), isTarget(matrix, model, fit)];
  return verdicts.includes(false) && !verdicts.includes(true);
}

/** Whether the network gives its stored forecasts at these rows; undefined when they are not its inputs by shape. */
function isInput(matrix: RMatrix, { features, lower }: RModel, fit: StoredFit): boolean | undefined {
  if (!lower || matrix.columns !== features.length) return undefined;
  const places = features.map((feature, i) => matrix.columnNames?.indexOf(feature) ?? i);
  const order = places.includes(-1) ? features.map((_, i) => i) : places;
  const rows = fit.forecasts.map((_, row) => {
    const numbers = matrixRow(matrix, row);
    return Float64Array.from(order, (column) => numbers[column]!);
  });
  const miss = largestMiss(lower, rows, fit.forecasts);
  return miss === undefined ? undefined : miss < closeness;
}

function isTarget(matrix: RMatrix, { outputs }: RModel, fit: StoredFit): boolean | undefined {
  if (matrix.columns !== outputs.length) return undefined;
  return fit.targets.every((targets, row) =>
    matrixRow(matrix, row).every(
      (number, i) => Math.abs(number - targets[i]!) <= closeness * Math.max(1, Math.abs(number)),
    ),
  );
}
