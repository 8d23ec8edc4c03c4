import { partWords } from '../table/rowsTaken';
import type { NumberedResult } from './check';
import type { Checked } from './checked';
import { codeOf, demandOf, isForecastRule } from './expectations';
import type { Between, Finding } from './finding';
import { slopeUnitOf } from './findingWords';
import { inputOf } from './ruleInput';
import type { Rule } from './rule';
import { summaryOf } from './summary';
import { count, listed, number, signed } from './words';

/** What a search beside the rows found: the point nearest to a row at which a rule fails. */
export interface FallFound {
  /** Position of the nearest row. */
  readonly position: number;
  readonly distance: number;
  /** What the rule speaks of: the change of the forecast per one of the input, or the forecast. */
  readonly value: number;
  /** Two points and their forecasts; of a forecast rule the row itself and the point. */
  readonly points: Between['points'];
}

/** What was found, in words. */
export function betweenOf(rule: Rule, checked: Checked, found: FallFound): Between {
  const { position, distance, value, points } = found;
  const row = checked.rows[position]!;
  return {
    row,
    line: checked.table.lines[row]!,
    distance,
    value,
    points,
    words: `${happening(rule, checked, found)} near row ${count(row + 1)}`,
    message: pointsWords(rule, checked, found),
  };
}

/** The result of a rule that holds at the rows and fails at a point of its ranges. */
export function failingBetween(result: NumberedResult, checked: Checked, between: Between): NumberedResult {
  const { rule, failing, of } = result;
  const { output, inputs, forecast } = { ...checked, forecast: summaryOf(checked).forecast };
  const input = inputOf(rule, checked);
  const name = input === undefined || isForecastRule(rule) ? undefined : inputs[input]!.name;
  const { low, high } = demandOf(rule);
  const size = Math.max(0, low - between.value, between.value - high);
  const spread =
    (name === undefined || input === undefined ? 1 : summaryOf(checked).inputs[input]!.values?.deviation) ?? 1;
  const part = checked.table.part && partWords(checked.table.part);
  const read = part === undefined ? '' : ` read (${part})`;
  const holds =
    failing.length === 0
      ? `holds in all ${count(of)} rows${read}`
      : `fails in ${count(failing.length)} of ${count(of)} rows${read}, as allowed`;
  const finding: Finding = {
    rule,
    code: codeOf(rule.expect),
    ...(name === undefined ? {} : { input: name }),
    output: output.name,
    severity: rule.level,
    rows: {
      count: failing.length,
      of,
      share: failing.length / Math.max(1, of),
      ...(part === undefined ? {} : { part }),
      worstRows: [between.row],
      worstLines: [between.line],
      worst: between.value,
    },
    size,
    weight: (size * spread) / (forecast.deviation > 0 ? forecast.deviation : 1),
    unit: slopeUnitOf(rule, checked, input),
    why: [],
    between,
    message: `${name ?? output.name} ${holds}, but not everywhere between them: ${between.words}. ${between.message}`,
  };
  return { ...result, holds: false, finding };
}

/** "falls by 0.55 min": what happens from the first point to the second. */
function happening(rule: Rule, checked: Checked, { value, points }: FallFound): string {
  const unit = checked.output.unit || checked.output.name;
  if (isForecastRule(rule)) return `forecast ${number(value)} ${unit}`;
  const { low, high } = demandOf(rule);
  const limits = [low, high].filter(Number.isFinite);
  if (limits.some((limit) => limit !== 0))
    return `slope ${signed(value)} ${slopeUnitOf(rule, checked, inputOf(rule, checked))}`;
  const change = points[1].forecast - points[0].forecast;
  if (change === 0) return 'does not change';
  return `${change < 0 ? 'falls' : 'rises'} by ${number(Math.abs(change))} ${unit}`;
}

/** "With 20 calls_made and the rest as in row 500: 36 forms_filled give 469.8 min, 37 give 469.2 min." */
function pointsWords(rule: Rule, checked: Checked, { position, points }: FallFound): string {
  const row = checked.rows[position]!;
  const unit = checked.output.unit || checked.output.name;
  const [first, second] = points;
  const own = isForecastRule(rule) ? -1 : inputOf(rule, checked);
  const shown = isForecastRule(rule) ? second : first;
  const moved = checked.inputs.flatMap(({ name, values }, input) => {
    const value = shown.values[input]!;
    return !values || input === own || value === values[row] ? [] : [`${plain(value)} ${name}`];
  });
  const rest =
    moved.length === 0
      ? `As in row ${count(row + 1)}`
      : `With ${listed(moved)} and the rest as in row ${count(row + 1)}`;
  const digits = digitsFor(second.forecast - first.forecast);
  const forecasts = points.map(({ forecast }) => `${fixed(forecast, digits)} ${unit}`);
  if (own === undefined || own < 0)
    return `${rest} the forecast is ${forecasts[1]}, at the row itself ${forecasts[0]}.`;
  const [from, to] = points.map(({ values }) => plain(values[own]!));
  return `${rest}: ${from} ${checked.inputs[own]!.name} give ${forecasts[0]}, ${to} give ${forecasts[1]}.`;
}

/** Decimals that show a difference with two digits. */
function digitsFor(difference: number): number {
  if (difference === 0) return 2;
  return Math.min(12, Math.max(1, 1 - Math.floor(Math.log10(Math.abs(difference)))));
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '\u2212');
}

/** A value as it was put in: whole numbers in full, others with as many digits as tell points apart. */
function plain(value: number): string {
  return String(Number(value.toPrecision(9))).replace('-', '\u2212');
}
