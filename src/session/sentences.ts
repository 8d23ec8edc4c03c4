import { count, counted, listed, number, percent } from '../findings/words';
import type { OutputSlopes } from './outputSlopes';
import type { Findings, Lane, OutputDescription } from './service';

/** What opens the Slopes page: the sentence that answers the question, and the line below it. */
interface PageSentence {
  readonly sentence: string;
  readonly subline: string;
}

/** The sentence that opens the Slopes page and the line below it: the first that applies. */
export function pageSentence(
  lanes: readonly Lane[],
  findings: Findings | undefined,
  output: OutputDescription,
  slopes: OutputSlopes,
  all: number,
): PageSentence {
  const { name } = output;
  if (findings?.rules.some((rule) => rule.elsewhere === undefined)) return ruleSentence(findings, name, all);
  const numeric = lanes.filter((lane) => lane.kind !== 'switched');
  if (numeric.length > 0 && numeric.every((lane) => vanishes(lane, slopes))) {
    return {
      sentence: `No input moves ${name}: all slopes are smaller than the rounding of a forecast.`,
      subline: 'Are the numbers of the table scaled as they were in training?',
    };
  }
  const mixed = numeric.filter((lane) => lane.statistics.below > 0 && lane.statistics.above > 0);
  if (mixed.length > 0) {
    return {
      sentence: `${count(mixed.length)} of ${counted(numeric.length, 'input')} both ${mixed.length === 1 ? 'raises and lowers' : 'raise and lower'} ${name}.`,
      subline: `Should ${name} ever fall when one of them rises?`,
    };
  }
  const dead = deadRows(slopes);
  if (dead.length > 0) return deadSentence(dead, output, all);
  if (numeric.length > 0 && numeric.every(isStraight)) {
    return { sentence: 'The model is a straight line on all your rows: one slope per input.', subline: '' };
  }
  return { sentence: `Every input moves ${name} one way only.`, subline: '' };
}

function deadSentence(forecasts: readonly number[], { name, unit }: OutputDescription, all: number): PageSentence {
  const where = `In ${count(forecasts.length)} of ${counted(all, 'row')} no input moves ${name}`;
  const [first = NaN] = forecasts;
  if (forecasts.some((forecast) => forecast !== first))
    return { sentence: `${where}.`, subline: 'All units that the inputs lead to are off there.' };
  const level = [first === 0 ? '0' : number(first), ...(unit && first !== 0 ? [unit] : [])].join(' ');
  return { sentence: `${where}: the output is cut off at ${level}.`, subline: '' };
}

function ruleSentence(findings: Findings, output: string, all: number): PageSentence {
  const rules = findings.rules.filter((rule) => rule.elsewhere === undefined);
  const failing = rules.filter((rule) => !rule.holds);
  if (failing.length === 0) {
    const one = rules.length === 1;
    return {
      sentence: one
        ? `The rule holds in all ${counted(all, 'row')}.`
        : `All ${count(rules.length)} rules hold in all ${counted(all, 'row')}.`,
      subline: sharedRule(rules, output),
    };
  }
  const held = rules.flatMap(({ rule, holds }) => (holds && rule.input !== undefined ? [rule.input] : []));
  const holds = held.length > 0 ? `It holds in every row for ${firstNames(held)}.` : '';
  const shared = sharedRule(rules, output);
  return {
    sentence: `${count(failing.length)} of ${counted(rules.length, 'rule')} ${failing.length === 1 ? 'fails' : 'fail'}, in ${count(findings.rowsFailing)} of ${counted(all, 'row')}.`,
    subline: shared === '' ? worstFinding(findings) : [shared, holds].filter(Boolean).join(' '),
  };
}

/** "The rule: duration never falls when an input rises." where all rules say the same of their inputs; else ''. */
function sharedRule(rules: Findings['rules'], output: string): string {
  const expect = rules[0]?.rule.expect;
  const isShared = rules.every(({ rule }) => rule.expect === expect && rule.input !== undefined && !rule.where?.length);
  const isMove = ['never falls', 'never rises', 'always rises', 'always falls'].some((move) => move === expect);
  return isShared && isMove ? `The rule: ${output} ${expect} when an input rises.` : '';
}

/** The names of at most five inputs. */
function firstNames(names: readonly string[]): string {
  return names.length > 5 ? listed([...names.slice(0, 4), `${count(names.length - 4)} more`]) : listed(names);
}

function worstFinding({ findings: [worst] }: Findings): string {
  if (!worst) return '';
  return `Worst: ${worst.input ?? 'the forecast'}, ${number(worst.rows.worst)} ${worst.unit}, ${percent(worst.rows.share)} of the rows.`;
}

/** The forecasts of the rows in which every differentiated input has slope exactly 0. */
function deadRows({ slopes, rows, forecast }: OutputSlopes): number[] {
  const columns = slopes.filter((column) => column.length > 0);
  if (columns.length === 0) return [];
  const dead: number[] = [];
  for (let position = 0; position < rows.length; position++)
    if (columns.every((column) => column[position] === 0)) dead.push(forecast[position]!);
  return dead;
}

/** Slopes that are not 0, as those of a unit cut off are, and yet too small to change a forecast: the units are saturated. */
function vanishes({ statistics, typicalEffect }: Lane, { forecast }: OutputSlopes): boolean {
  const largest = forecast.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return statistics.zero < statistics.count && typicalEffect <= Number.EPSILON * largest;
}

/** A slope that is the same in every row, up to float32 rounding. */
function isStraight({ statistics }: Lane): boolean {
  return (
    statistics.max - statistics.min <=
    1e-6 * Math.max(Math.abs(statistics.max), Math.abs(statistics.min), Number.MIN_VALUE)
  );
}
