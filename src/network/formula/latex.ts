import type { Comparison } from '../network';
import { type Dialect, written } from './code';
import type { Formula } from './expression';

const signs: Readonly<Record<Comparison, string>> = {
  equal: '=',
  notEqual: '\\neq',
  less: '<',
  lessOrEqual: '\\leq',
  greater: '>',
  greaterOrEqual: '\\geq',
};

const known = new Set(['exp', 'tanh', 'sin', 'cos', 'tan', 'sinh', 'cosh']);

/** A formula as an `align*` environment (package amsmath), numbers with some significant digits. */
export function latexCode(formula: Formula, digits: number): string {
  const dialect: Dialect = {
    number: (value) => latexNumber(value, digits),
    input: (index) => `\\mathrm{${escaped(formula.inputs[index]!)}}`,
    step: stepName,
    level: (input, level) => `\\left[${input} = \\text{${escaped(level)}}\\right]`,
    times: ' \\cdot ',
    power: (base, exponent) => `{${base}}^{${exponent}}`,
    quotient: (over, under) => `\\frac{${over}}{${under}}`,
    call: (name, of) => {
      if (name === 'sqrt') return `\\sqrt{${of}}`;
      if (name === 'abs') return `\\left|${of}\\right|`;
      if (name === 'log') return `\\ln\\left(${of}\\right)`;
      return `${known.has(name) ? `\\${name}` : `\\operatorname{${name}}`}\\left(${of}\\right)`;
    },
    extreme: (how, of) => `\\${how}\\left(${of.join(',\\, ')}\\right)`,
    choice: (how, left, right, then, otherwise) =>
      `\\begin{cases} ${then} & \\text{if } ${left} ${signs[how]} ${right} \\\\ ${otherwise} & \\text{else} \\end{cases}`,
  };
  const lines = [
    ...formula.steps.map(({ name, expression }) => `  ${stepName(name)} &= ${written(expression, dialect)}`),
    ...formula.outputs.map(({ name, expression }) => `  \\mathrm{${escaped(name)}} &= ${written(expression, dialect)}`),
  ];
  return [
    ...formula.notes.map((note) => `% ${note}`),
    '\\begin{align*}',
    lines.join(' \\\\\n'),
    '\\end{align*}',
    '',
  ].join('\n');
}

function latexNumber(value: number, digits: number): string {
  const [mantissa, exponent] = String(digits >= 17 ? value : Number(value.toPrecision(digits))).split('e');
  return exponent === undefined ? mantissa! : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}

/** h1_3 → h^{(1)}_{3} */
function stepName(name: string): string {
  const match = /^([a-z]+)(\d+)_(\d+)$/.exec(name);
  return match ? `${match[1]}^{(${match[2]})}_{${match[3]}}` : `\\mathrm{${escaped(name)}}`;
}

function escaped(name: string): string {
  return name
    .replace(/\\/g, '\\textbackslash{}')
    .replace(/[#$%&_{}]/g, '\\$&')
    .replace(/[\^~]/g, '\\$&{}');
}
