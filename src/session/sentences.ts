import { count, counted, number, percent } from '../findings/words';
import type { OutputSlopes } from './outputSlopes';
import type { Findings, Lane } from './service';

/** The sentence that opens the Slopes page and the line below it (the first that applies). */
export function pageSentence(
  lanes: readonly Lane[],
  findings: Findings | undefined,
  output: string,
  slopes: OutputSlopes,
  all: number,
): { readonly sentence: string; readonly subline: string } {
  const dead = deadRows(slopes);
  if (findings?.rules.some((rule) => rule.elsewhere === undefined)) return ruleSentence(findings, all);
  if (dead > 0) {
    return {
      sentence: `In ${counted(dead, 'row')} of ${count(all)} no input moves ${output}.`,
      subline: 'The output is cut off there, or every unit is off.',
    };
  }
  const numeric = lanes.filter((lane) => lane.kind !== 'switched');
  const mixed = numeric.filter((lane) => lane.statistics.below > 0 && lane.statistics.above > 0);
  if (numeric.length > 0 && numeric.every(isStraight)) {
    return { sentence: 'The model is a straight line on all your rows: one slope per input.', subline: '' };
  }
  if (mixed.length === 0) return { sentence: `Every input moves ${output} one way only.`, subline: '' };
  return {
    sentence: `${count(mixed.length)} of ${counted(numeric.length, 'input')} both ${mixed.length === 1 ? 'raises and lowers' : 'raise and lower'} ${output}.`,
    subline: `Should ${output} ever fall when one of them rises?`,
  };
}

function ruleSentence(findings: Findings, all: number): { readonly sentence: string; readonly subline: string } {
  const rules = findings.rules.filter((rule) => rule.elsewhere === undefined);
  const failing = rules.filter((rule) => !rule.holds);
  if (failing.length === 0) {
    const one = rules.length === 1;
    return {
      sentence: one
        ? `The rule holds in all ${counted(all, 'row')}.`
        : `All ${count(rules.length)} rules hold in all ${counted(all, 'row')}.`,
      subline: '',
    };
  }
  const [worst] = findings.findings;
  return {
    sentence: `${count(failing.length)} of ${counted(rules.length, 'rule')} ${failing.length === 1 ? 'fails' : 'fail'}, in ${count(findings.rowsFailing)} of ${counted(all, 'row')}.`,
    subline: worst
      ? `Worst: ${worst.input ?? 'the forecast'}, ${number(worst.rows.worst)} ${worst.unit}, ${percent(worst.rows.share)} of the rows.`
      : '',
  };
}

/** Rows in which every differentiated input has slope exactly 0. */
function deadRows(slopes: OutputSlopes): number {
  const columns = slopes.slopes.filter((column) => column.length > 0);
  if (columns.length === 0) return 0;
  let dead = 0;
  for (let position = 0; position < slopes.rows.length; position++)
    if (columns.every((column) => column[position] === 0)) dead++;
  return dead;
}

/** A slope that is the same in every row, up to float32 rounding. */
function isStraight({ statistics }: Lane): boolean {
  return (
    statistics.max - statistics.min <=
    1e-6 * Math.max(Math.abs(statistics.max), Math.abs(statistics.min), Number.MIN_VALUE)
  );
}
