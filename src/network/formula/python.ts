import { comparisonSigns, type Dialect, identifiers, reservedNames, written } from './code';
import type { Formula, FunctionName } from './expression';

/** A formula as a Python function: it takes numbers or numpy arrays by name and gives the forecast. */
export function pythonCode(formula: Formula): string {
  const names = identifiers(formula.inputs, [...reservedNames, ...formula.steps.map(({ name }) => name)]);
  const outputs = identifiers(
    formula.outputs.map(({ name }) => name),
    [...reservedNames, ...names],
  );
  const dialect = pythonDialect(names);
  const [only] = outputs;
  const head = only !== undefined && outputs.length === 1 ? only : 'forecast';
  const lines = [
    ...formula.notes.map((note) => `# ${note}`),
    `def ${head}(${names.join(', ')}):`,
    ...formula.steps.map(({ name, expression }) => `    ${name} = ${written(expression, dialect)}`),
    `    return ${formula.outputs.map(({ expression }) => written(expression, dialect)).join(', ')}`,
  ];
  return [...pythonHead(lines.join('\n')), ...lines, ''].join('\n');
}

/** The imports that a piece of code needs. */
export function pythonHead(code: string): string[] {
  return [
    'import numpy as np',
    ...(/\berf\(/.test(code) ? ['from math import erf as erf_of_one', '', 'erf = np.vectorize(erf_of_one)'] : []),
    '',
    '',
  ];
}

const functions: Partial<Record<FunctionName, string>> = {
  asin: 'np.arcsin',
  acos: 'np.arccos',
  atan: 'np.arctan',
  asinh: 'np.arcsinh',
  acosh: 'np.arccosh',
  atanh: 'np.arctanh',
  truncate: 'np.trunc',
  round: 'np.round',
  erf: 'erf',
};

/** numpy's way of writing; works for numbers and for arrays. */
export function pythonDialect(names: readonly string[]): Dialect {
  return {
    number: pythonNumber,
    input: (index) => names[index]!,
    step: (name) => name,
    level: (input, level) => `np.where(np.asarray(${input}).astype(str) == ${JSON.stringify(level)}, 1, 0)`,
    times: ' * ',
    // Whole numbers to negative powers are an error with `**`.
    power: (base, exponent) => `np.float_power(${base}, ${exponent})`,
    quotient: (over, under) => `${over} / ${under}`,
    call: (name, of) => {
      if (name === 'sigmoid') return `(1 / (1 + np.exp(-(${of}))))`;
      if (name === 'softplus') return `np.logaddexp(0, ${of})`;
      return `${name === 'exp' || name === 'log' ? `np.${name}` : (functions[name] ?? `np.${name}`)}(${of})`;
    },
    extreme: (how, of) =>
      of.reduce((joined, part) => `np.${how === 'max' ? 'maximum' : 'minimum'}(${joined}, ${part})`),
    choice: (how, left, right, then, otherwise) =>
      `np.where(${left} ${comparisonSigns[how]} ${right}, ${then}, ${otherwise})`,
  };
}

/** A number with all its digits. */
export function pythonNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'np.nan' : value > 0 ? 'np.inf' : '-np.inf';
}
