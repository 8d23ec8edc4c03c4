import { categoriesOf } from './categories';
import { fittedArrays, numberSetting, partOf, setting, unusable, type Fitted } from './fitted';
import { asNumbers, frameOf, joined, namesOf, type Frame, type Lowering } from './frame';
import { piecewise, steps } from './piecewise';

/** KBinsDiscretizer: the number of the bin a value lies in, or one 0/1 column per bin. Slopes are 0 within a bin. */
export function binDiscretizer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const edges = fittedArrays(fitted, 'bin_edges_');
  if (edges.length !== frame.columns.length)
    unusable(fitted, 'bin_edges_', `are for ${edges.length} columns, but ${frame.columns.length} come in`);
  const ordinal = setting(fitted, 'encode') === 'ordinal';
  const kept = ordinal ? [] : categoriesOf(partOf(fitted, '_encoder')).map(({ levels }) => levels.map(Number));
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(frame, lowering, fitted.label);
  const parts = edges.map(({ values }, at) => {
    const bounds = Array.from(values.slice(1, -1));
    if (values.length < 2 || bounds.some((bound, i) => i > 0 && bound < bounds[i - 1]!))
      unusable(fitted, `bin_edges_[${at}]`, 'do not ascend');
    const bins = Array.from({ length: bounds.length + 1 }, (_, bin) => bin);
    const { name } = frame.columns[at]!;
    const rows = ordinal ? bins.map((bin) => [bin]) : bins.map((bin) => kept[at]!.map((one) => (one === bin ? 1 : 0)));
    const names = ordinal ? [name] : kept[at]!.map((bin) => `${name}_${bin}`);
    return frameOf(piecewise(builder, builder.take(x, 0, [at]), steps(bounds, rows)), names);
  });
  return joined(fitted, parts);
}

/** Binarizer: 1 above the threshold, else 0. */
export function binarizer(fitted: Fitted, frame: Frame, lowering: Lowering): Frame {
  const builder = lowering.builder.at(fitted.label);
  const x = asNumbers(frame, lowering, fitted.label);
  const limit = builder.constant(Float64Array.of(numberSetting(fitted, 'threshold') ?? 0), [1]);
  return frameOf(builder.compare('greater', x, limit), namesOf(frame));
}
