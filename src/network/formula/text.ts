import { comparisonSigns, type Dialect, written } from './code';
import type { Expression, Formula } from './expression';

/** A formula line by line as people read it, numbers rounded to some significant digits: `h1_1 = tanh(0.31 + 1.2 calls)`. */
export function formulaLines(formula: Formula, digits: number): string[] {
  const dialect = textDialect(formula.inputs, digits);
  return [...formula.steps, ...formula.outputs].map(
    ({ name, expression }) => `${name} = ${readable(expression, dialect)}`,
  );
}

/** A number with some significant digits and no trailing zeros; 17 digits give it exactly. */
function roundedNumber(value: number, digits: number): string {
  return String(digits >= 17 ? value : Number(value.toPrecision(digits)));
}

function readable(expression: Expression, dialect: Dialect): string {
  return written(expression, dialect).replaceAll('-', '−');
}

function textDialect(inputs: readonly string[], digits: number): Dialect {
  return {
    number: (value) => roundedNumber(value, digits),
    input: (index) => inputs[index]!,
    step: (name) => name,
    level: (input, level) => `[${input} = ${level}]`,
    times: ' ',
    power: (base, exponent) => `${base}^${exponent}`,
    quotient: (over, under) => `${over} / ${under}`,
    call: (name, of) => `${name}(${of})`,
    extreme: (how, of) => `${how}(${of.join(', ')})`,
    choice: (how, left, right, then, otherwise) =>
      `(${then} if ${left} ${comparisonSigns[how]} ${right} else ${otherwise})`,
  };
}
