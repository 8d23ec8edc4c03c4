import { count, counted, number, percent, signed } from '../findings/words';
import { isLinear, slopeAgainst } from '../slopes/interactions';
import { columnStatistics } from '../table/columns';
import { coverageNote } from './coverage';
import type { EffectLine } from './inputQuestion';
import { evenlyDrawn, type Scene, summaryOf, valuesAt } from './scene';
import type { Lane } from './service';

/** Other inputs that are looked at, the strongest first, and rows of a long table. */
const mostInputs = 30;
const mostRows = 2000;
/** A straight line that explains less of a slope than this share is not told. */
const leastExplained = 0.1;
/** Slopes that differ by less than this share of their size differ by rounding to float32 alone. */
const rounding = 1e-6;

/**
 * The answer to "what does one more of it do?", for who reads a network like a regression: the one number where there is
 * one, else the average, how it varies from row to row, and the input that it depends on most.
 */
export function inputAnswer(
  scene: Scene,
  input: number,
  lanes: readonly Lane[],
  effects: readonly EffectLine[],
): string {
  const step = effects.find(({ kind }) => kind === 'unit' || kind === 'switch');
  if (!step) return '';
  const { name, kind } = scene.inputs[input]!;
  const { unit } = scene.output;
  const by = (value: number): string => (unit ? `${signed(value)} ${unit}` : signed(value));
  const what = kind === 'yes/no' ? `${name} ${step.change}` : step.change;
  const line = scene.connection.ranges ? 'point' : 'row';
  const head = `${what} changes ${scene.output.name} by ${by(step.average)}`;
  if (isSame(step) && (kind === 'yes/no' || isConstant(scene.slopes.slopes[input]!)))
    return `${head} in every ${line}, ${constantReason(scene, line)}`;
  const rows = counted(scene.slopes.rows.length, line);
  const isFixed = isConstant(scene.slopes.slopes[input]!);
  return [
    by(step.lowest) === by(step.highest)
      ? `${head} in each of ${rows}, but for what these digits do not show.`
      : `${head} on average over ${rows}, by ${by(step.lowest)} to ${by(step.highest)} from ${line} to ${line}: no single number holds everywhere, as a coefficient of a regression would.`,
    kind === 'yes/no' || isFixed ? '' : dependence(scene, input, lanes),
    kind === 'yes/no' ? '' : wideStep(scene, input),
  ]
    .filter(Boolean)
    .join(' ');
}

function isSame({ lowest, highest }: EffectLine): boolean {
  return highest - lowest <= rounding * Math.max(Math.abs(lowest), Math.abs(highest));
}

function isConstant(slopes: Float32Array): boolean {
  const { min, max } = columnStatistics(Float64Array.from(slopes));
  return max - min <= rounding * Math.max(Math.abs(min), Math.abs(max));
}

function constantReason({ connection, binding }: Scene, line: 'row' | 'point'): string {
  const isStraight = [...binding.inputs, ...binding.outputs].every(({ scaling }) => scaling.kind !== 'logAffine');
  if (isStraight && isLinear(connection.network))
    return 'whatever the other inputs are: the network is linear, and this is its coefficient, as in a regression.';
  return `though the network bends elsewhere: for this input it is straight over these ${line}s.`;
}

/** Where one step is as wide as the whole column, as with a table scaled to 0 … 1, a smaller one says more. */
function wideStep({ binding, slopes, connection }: Scene, input: number): string {
  const { min, max, deviation } = summaryOf(binding, input, slopes.rows);
  if (connection.ranges || max - min > 1 || max === min) return '';
  return `One more is beyond what the data show (${number(min)} to ${number(max)}): +1 spread (${number(deviation)}) is a step within them.`;
}

/** The input by which a straight line explains most of the slope, this one among them. */
function dependence(scene: Scene, input: number, lanes: readonly Lane[]): string {
  const { name } = scene.inputs[input]!;
  const positions = evenlyDrawn(scene.slopes.rows.length, mostRows);
  const rows = positions.map((position) => scene.slopes.rows[position]!);
  const own = Float64Array.from(positions, (position) => scene.slopes.slopes[input]![position]!);
  const { deviation } = columnStatistics(own);
  const looked = new Set([input, ...lanes.slice(0, mostInputs).map((lane) => lane.input)]);
  const candidates = [...looked].flatMap((other) => {
    if (scene.binding.inputs[other]!.source.kind !== 'numbers') return [];
    const values = valuesAt(scene.binding, other, rows);
    const { perUnit } = slopeAgainst(own, values);
    return [{ other, perUnit, explained: ((perUnit * columnStatistics(values).deviation) / deviation) ** 2 }];
  });
  const best = candidates.sort((a, b) => b.explained - a.explained)[0];
  const over = coverageNote({ rows: rows.length, of: scene.slopes.rows.length }, 'That is over');
  if (!best || !(best.explained >= leastExplained))
    return `Its slope follows no single one of ${count(candidates.length)} inputs. ${over}`.trim();
  const partner = best.other === input ? `${name} itself` : scene.inputs[best.other]!.name;
  return `Its slope depends most on ${partner}: ${signed(best.perUnit)} per unit, a straight line that explains ${percent(best.explained)} of how it varies. ${over}`.trim();
}
