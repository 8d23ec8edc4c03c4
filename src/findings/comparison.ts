import { modelPerOriginal } from '../table/scaling';
import type { Checked } from './checked';
import type { Rule } from './rule';
import { summaryOf } from './summary';

/** The smallest number that float32 rounds in proportion; from here on down, rounding costs as much as it does here. */
export const smallestNormal = 2 ** -126;

/** How much more one input matters than another, by position, and how far off the stored slopes let it be. */
export interface Comparison {
  /** |∂y/∂x₁|·w₁ − |∂y/∂x₂|·w₂ with w the spread of each input over the rows, or 1 per one; in the output's unit. */
  readonly value: (position: number, slopes?: readonly [number, number]) => number;
  /** |∂y/∂x₁|·w₁ + |∂y/∂x₂|·w₂, no slope taken for less than float32 rounds in proportion: what rounding is measured by. */
  readonly size: (position: number) => number;
}

/** Compares two inputs; in model units the slopes are those of the network's own inputs and output. */
export function comparisonOf(rule: Rule, checked: Checked, input: number, other: number): Comparison {
  const weights = [input, other].map((each) => weightOf(rule, checked, each));
  const effect = (place: number, position: number, slope: number): number =>
    Math.abs(slope) * weights[place]!(position);
  const stored = (position: number): readonly [number, number] => [
    checked.inputs[input]!.slopes[position]!,
    checked.inputs[other]!.slopes[position]!,
  ];
  return {
    value: (position, slopes) => {
      const [first, second] = slopes ?? stored(position);
      return effect(0, position, first) - effect(1, position, second);
    },
    size: (position) => {
      const [first, second] = stored(position).map((slope) => Math.max(Math.abs(slope), smallestNormal));
      return effect(0, position, first!) + effect(1, position, second!);
    },
  };
}

/** What |slope| of an input is multiplied by at a position. */
function weightOf({ per, units }: Rule, checked: Checked, input: number): (position: number) => number {
  const { values, scaling } = checked.inputs[input]!;
  const spread = per === 'one' ? 1 : (summaryOf(checked).inputs[input]!.values?.deviation ?? 0);
  const factor = units === 'model' ? checked.modelFactor?.bind(checked) : undefined;
  if (!factor) return () => spread;
  // A slope in model units is the slope ÷ factor; a spread there is the spread times the factor's part of the input.
  return (position) => {
    const value = values?.[checked.rows[position]!] ?? 0;
    const spreadFactor = per === 'one' ? 1 : Math.abs(modelPerOriginal(scaling, value));
    return (spread * spreadFactor) / Math.abs(factor(input, position));
  };
}
