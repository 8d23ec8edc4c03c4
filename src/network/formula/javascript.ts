import { comparisonSigns, type Dialect, identifiers, reservedNames, written } from './code';
import type { Formula, FunctionName } from './expression';

/** A formula as a JavaScript function of numbers, without any library. */
export function javascriptCode(formula: Formula): string {
  const names = identifiers(formula.inputs, [...reservedNames, ...formula.steps.map(({ name }) => name)]);
  const outputs = identifiers(
    formula.outputs.map(({ name }) => name),
    [...reservedNames, ...names],
  );
  const dialect = javascriptDialect(names);
  const results = formula.outputs.map(({ expression }) => written(expression, dialect));
  const single = outputs.length === 1;
  const lines = [
    ...formula.notes.map((note) => `// ${note}`),
    `function ${single ? outputs[0]! : 'forecast'}(${names.join(', ')}) {`,
    ...formula.steps.map(({ name, expression }) => `  const ${name} = ${written(expression, dialect)};`),
    `  return ${single ? results[0]! : `{ ${results.map((text, index) => `${outputs[index]!}: ${text}`).join(', ')} }`};`,
    '}',
  ];
  return [...lines, ...javascriptTail(lines.join('\n')), ''].join('\n');
}

/** The functions that JavaScript lacks and a piece of code uses. */
export function javascriptTail(code: string): string[] {
  return [...(/\berf\(/.test(code) ? errorFunction : []), ...(/\broundEven\(/.test(code) ? roundEven : [])];
}

/** Maclaurin series below 2, continued fraction of the complement above (Abramowitz and Stegun 7.1.6 and 7.1.14). */
const errorFunction: readonly string[] = [
  '',
  'function erf(x) {',
  '  const a = Math.abs(x);',
  '  if (a > 6) return Math.sign(x);',
  '  if (a > 2) {',
  '    let tail = 0;',
  '    for (let n = 120; n >= 1; n--) tail = n / 2 / (a + tail);',
  '    return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + tail));',
  '  }',
  '  let term = x, sum = x;',
  '  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {',
  '    term *= 2 * x * x / (2 * n + 1);',
  '    sum += term;',
  '  }',
  '  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;',
  '}',
];

const roundEven: readonly string[] = [
  '',
  'function roundEven(x) {',
  '  const below = Math.floor(x);',
  '  return x - below !== 0.5 ? Math.round(x) : below % 2 === 0 ? below : below + 1;',
  '}',
];

/** JavaScript's way of writing, for numbers. */
export function javascriptDialect(names: readonly string[]): Dialect {
  return {
    number: String,
    input: (index) => names[index]!,
    step: (name) => name,
    level: (input, level) => `(String(${input}) === ${JSON.stringify(level)} ? 1 : 0)`,
    times: ' * ',
    power: (base, exponent) => `Math.pow(${base}, ${exponent})`,
    quotient: (over, under) => `${over} / ${under}`,
    call: (name, of) => javascriptCall(name, of),
    extreme: (how, of) => `Math.${how}(${of.join(', ')})`,
    choice: (how, left, right, then, otherwise) =>
      `(${left} ${comparisonSigns[how]} ${right} ? ${then} : ${otherwise})`,
  };
}

function javascriptCall(name: FunctionName | 'exp' | 'log', of: string): string {
  switch (name) {
    case 'sigmoid':
      return `(1 / (1 + Math.exp(-(${of}))))`;
    case 'softplus':
      return `(Math.max(0, ${of}) + Math.log1p(Math.exp(-Math.abs(${of}))))`;
    case 'erf':
      return `erf(${of})`;
    case 'round':
      return `roundEven(${of})`;
    case 'truncate':
      return `Math.trunc(${of})`;
    default:
      return `Math.${name}(${of})`;
  }
}
