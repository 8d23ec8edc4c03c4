import type { Comparison } from '../network';
import { type Dialect, identifiers, written } from './code';
import type { Formula, FunctionName } from './expression';

/** The longest formula a cell takes, and the most names of one `LET`. */
const longestFormula = 8192;
const mostNames = 126;

/**
 * A formula for one cell (Excel 2021 and later, LibreOffice 24.8 and later: `LET`), the inputs in row 2 from column A in
 * the order of the formula. Undefined where it is longer or has more names than a cell takes.
 */
export function excelCode(formula: Formula, output = 0): string | undefined {
  const result = formula.outputs[output];
  if (!result || formula.steps.length > mostNames) return undefined;
  // A name such as h1_1 is no cell, but h11 would be: the names of steps are kept apart from cells by their underscore.
  const steps = identifiers(formula.steps.map(({ name }) => (name.includes('_') ? name : `${name}_`)));
  const stepNames = new Map(formula.steps.map(({ name }, index) => [name, steps[index]!]));
  const dialect = excelDialect(
    (index) => `${excelColumn(index)}2`,
    (name) => stepNames.get(name) ?? name,
  );
  const parts = formula.steps.flatMap(({ name, expression }) => [stepNames.get(name)!, written(expression, dialect)]);
  const last = written(result.expression, dialect);
  const text = parts.length === 0 ? `=${last}` : `=LET(${[...parts, last].join(', ')})`;
  return text.length > longestFormula ? undefined : text;
}

/** A, B, … Z, AA, AB, … */
export function excelColumn(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : excelColumn(Math.floor(index / 26) - 1) + letter;
}

const signs: Readonly<Record<Comparison, string>> = {
  equal: '=',
  notEqual: '<>',
  less: '<',
  lessOrEqual: '<=',
  greater: '>',
  greaterOrEqual: '>=',
};

function excelDialect(input: (index: number) => string, step: (name: string) => string): Dialect {
  return {
    number: (value) => String(value).replace('e', 'E'),
    input,
    step,
    level: (cell, level) => `IF(EXACT(${cell}, "${level.replaceAll('"', '""')}"), 1, 0)`,
    times: '*',
    power: (base, exponent) => `POWER(${base}, ${exponent})`,
    quotient: (over, under) => `${over}/${under}`,
    call: excelCall,
    extreme: (how, of) => `${how.toUpperCase()}(${of.join(', ')})`,
    choice: (how, left, right, then, otherwise) => `IF(${left}${signs[how]}${right}, ${then}, ${otherwise})`,
  };
}

/** EXP of more than 709 is an error in Excel and not infinite, so exponents are held below; ROUND goes away from 0 at halves, not to even. */
function excelCall(name: FunctionName | 'exp' | 'log', of: string): string {
  switch (name) {
    case 'exp':
      return `EXP(${of})`;
    case 'log':
      return `LN(${of})`;
    case 'log1p':
      return `LN(1+(${of}))`;
    case 'expm1':
      return `(EXP(${of})-1)`;
    case 'sigmoid':
      return `(1/(1+EXP(MIN(700, -1*(${of})))))`;
    case 'softplus':
      return `(MAX(0, ${of})+LN(1+EXP(-1*ABS(${of}))))`;
    case 'erf':
      return `ERF.PRECISE(${of})`;
    case 'floor':
      return `FLOOR.MATH(${of})`;
    case 'ceil':
      return `CEILING.MATH(${of})`;
    case 'truncate':
      return `TRUNC(${of})`;
    case 'round':
      return `IF(MOD(${of}, 2)=0.5, FLOOR.MATH(${of}), FLOOR.MATH(${of}+0.5))`;
    default:
      return `${name.toUpperCase()}(${of})`;
  }
}
