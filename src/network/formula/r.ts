import { comparisonSigns, type Dialect, identifiers, reservedNames, written } from './code';
import type { Formula, FunctionName } from './expression';

/** A formula as an R function of numbers or vectors: `duration(calls_made = 3, visits_made = 2)`. */
export function rCode(formula: Formula): string {
  const names = identifiers(formula.inputs, [...reservedNames, ...formula.steps.map(({ name }) => name)]);
  const outputs = identifiers(
    formula.outputs.map(({ name }) => name),
    [...reservedNames, ...names],
  );
  const dialect = rDialect(names);
  const results = formula.outputs.map(({ expression }) => written(expression, dialect));
  const [only] = outputs;
  const single = only !== undefined && outputs.length === 1;
  return [
    ...formula.notes.map((note) => `# ${note}`),
    `${single ? only : 'forecast'} <- function(${names.join(', ')}) {`,
    ...formula.steps.map(({ name, expression }) => `  ${name} <- ${written(expression, dialect)}`),
    single ? `  ${results[0]!}` : `  cbind(${results.map((text, index) => `${outputs[index]!} = ${text}`).join(', ')})`,
    '}',
    '',
  ].join('\n');
}

/** R's way of writing; works for numbers and for vectors. */
export function rDialect(names: readonly string[]): Dialect {
  return {
    number: rNumber,
    input: (index) => names[index]!,
    step: (name) => name,
    level: (input, level) => `ifelse(${input} == ${JSON.stringify(level)}, 1, 0)`,
    times: ' * ',
    power: (base, exponent) => `${base}^${exponent}`,
    quotient: (over, under) => `${over} / ${under}`,
    call: (name, of) => rCall(name, of),
    extreme: (how, of) => `p${how}(${of.join(', ')})`,
    choice: (how, left, right, then, otherwise) =>
      `ifelse(${left} ${comparisonSigns[how]} ${right}, ${then}, ${otherwise})`,
  };
}

/** A number with all its digits. */
export function rNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : '-Inf';
}

function rCall(name: FunctionName | 'exp' | 'log', of: string): string {
  switch (name) {
    case 'sigmoid':
      return `plogis(${of})`;
    case 'softplus':
      return `(-plogis(-(${of}), log.p = TRUE))`;
    case 'erf':
      return `(2 * pnorm((${of}) * sqrt(2)) - 1)`;
    case 'truncate':
      return `trunc(${of})`;
    case 'ceil':
      return `ceiling(${of})`;
    default:
      return `${name}(${of})`;
  }
}
