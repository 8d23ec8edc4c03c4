import { flatInputs } from '../features';
import type { Activation, Groups, InputPort, Network, Node, Normalisation } from '../network';
import type { Dialect } from './code';
import { identifiers, reservedNames, written } from './code';
import { javascriptDialect, javascriptTail } from './javascript';
import { loweredActivation } from './lowered';
import { pythonDialect, pythonHead, pythonNumber } from './python';
import { rDialect, rNumber } from './r';
import type { FoldedScaling, WriteOptions } from './writeOut';

/** How a language writes operations on vectors; the arguments are names of vectors. */
interface VectorLanguage {
  readonly dialect: Dialect;
  vector(numbers: ArrayLike<number>): string;
  dense(weights: Float64Array, width: number, bias: Float64Array, x: string): string;
  /** One text per element for all elements of a vector; `x` stands for the element. */
  elementwise(names: readonly string[], text: (names: readonly string[]) => string): string;
  pick(x: string, indices: ArrayLike<number>): string;
  join(parts: readonly string[]): string;
  group(how: string, x: string): string;
  /** Sparsemax of a whole vector (Martins and Astudillo 2016): max(0, x − t), t the largest (Σ of the k largest − 1) ÷ k. */
  sparsemax(x: string): string;
  /** A vector among the parts of `join`. */
  spread(name: string): string;
  assign(name: string, text: string): string;
}

/**
 * What larger networks can be copied as: layer by layer, every weight with all its digits, for one row at a time. Excel has
 * no room for them.
 */
export function layersCode(
  network: Network,
  options: WriteOptions,
): { readonly Python: string; readonly R: string; readonly JavaScript: string } {
  const names = identifiers(options.inputs, reservedNames);
  const output = identifiers([options.outputs[0] ?? 'forecast'], [...reservedNames, ...names])[0]!;
  const python = body(network, options, names, pythonVectors);
  const javascript = body(network, options, names, javascriptVectors).map((line) => `  ${line}`);
  const tail = javascriptTail(javascript.join('\n'));
  return {
    Python: [
      ...pythonHead(python.join('\n')),
      `def ${output}(${names.join(', ')}):`,
      ...python.map((line) => `    ${line}`),
      '',
    ].join('\n'),
    R: [
      `${output} <- function(${names.join(', ')}) {`,
      ...body(network, options, names, rVectors).map((line) => `  ${line}`),
      '}',
      '',
    ].join('\n'),
    JavaScript: [`function ${output}(${names.join(', ')}) {`, ...javascript, '}', ...tail, ''].join('\n'),
  };
}

/** The layers for reading: scalings, sizes and operations, without the numbers of the layers. */
export function layerLines(network: Network, options: WriteOptions): string[] {
  const { inputs, outputs, inputScaling = [], outputScaling = [] } = options;
  const most = 6;
  const listed = inputs.length > most ? [...inputs.slice(0, most - 1), `… ${inputs.length} in all`] : inputs;
  const isScaled = inputScaling.some((scaling) => !isAsItIs(scaling));
  const nameOf = (value: number): string =>
    value < network.inputs.length ? (isScaled ? 'z' : 'x') : `v${value - network.inputs.length}`;
  return [
    `x = (${listed.join(', ')})`,
    ...(isScaled ? ['z = (x − centre) / spread   (input by input)'] : []),
    ...network.nodes.map(({ op, inputs: taken, size }, index) => {
      const names = taken.map(nameOf);
      if (op.kind === 'gather' && size === 1)
        return `${outputs[0] ?? 'y'} = ${shownOutput(`${names[0]!}[${op.indices[0]! + 1}]`, outputScaling[0])}`;
      const words = op.kind === 'activation' ? op.activation.kind : 'how' in op ? op.how : op.kind;
      const text =
        op.kind === 'dense'
          ? `W · ${names[0]!} + b   (W: ${size} × ${op.weights.length / Math.max(size, 1)})`
          : `${words}(${names.join(', ')})`;
      return `v${index} = ${text}`;
    }),
  ];
}

function isAsItIs({ centre, spread, logShift }: FoldedScaling): boolean {
  return centre === 0 && spread === 1 && logShift === undefined;
}

function shownOutput(text: string, scaling: FoldedScaling | undefined): string {
  if (!scaling || isAsItIs(scaling)) return text;
  return scaling.logShift === undefined ? `spread · ${text} + centre` : `exp(spread · ${text} + centre) − shift`;
}

function body(network: Network, options: WriteOptions, names: readonly string[], language: VectorLanguage): string[] {
  const ports = network.inputs.length;
  const lines: string[] = [];
  const flat = flatInputs(network);
  const own = ownStart(names);
  const nameOf = (value: number): string => (value < ports ? `${own}in${value}` : `${own}${value - ports}`);
  network.inputs.forEach((port, number) => {
    const elements = flat.flatMap((input, index) => {
      if (input.port !== number) return [];
      if (input.kind === 'text') return levelTexts(port, names[index]!, language.dialect);
      const scaling = options.inputScaling?.[index];
      return [scaling ? scaledText(scaling, names[index]!, language.dialect) : names[index]!];
    });
    lines.push(language.assign(nameOf(number), language.join(elements)));
  });
  network.nodes.forEach((node, index) =>
    lines.push(...nodeLines(node, nameOf(ports + index), node.inputs.map(nameOf), language)),
  );
  const [output] = network.outputs;
  const value = language.pick(nameOf(output!.value), [0]);
  const scaling = options.outputScaling?.[0];
  const text = scaling ? unscaledText(scaling, first(value, language), language.dialect) : first(value, language);
  return [...lines, language === rVectors ? text : `return ${text}${language === javascriptVectors ? ';' : ''}`];
}

/** What the names of the code's own vectors start with: no input's name does. */
function ownStart(names: readonly string[]): string {
  let start = 'v';
  while (names.some((name) => name.startsWith(start))) start += '_';
  return start;
}

/** The elements of a text input, as `writeOut` has them. */
function levelTexts({ levels = [], unknown }: InputPort, name: string, dialect: Dialect): string[] {
  const known = levels.map((level) => dialect.level(name, level));
  const other = ['1', ...known].join(' - ');
  if (unknown === 'first') return [other, ...known];
  return unknown === 'last' ? [...known, other] : known;
}

/** The single number of a vector of one. */
function first(vector: string, language: VectorLanguage): string {
  return language === rVectors ? vector : `${vector}[0]`;
}

function nodeLines({ op, size }: Node, name: string, taken: readonly string[], language: VectorLanguage): string[] {
  const [x = ''] = taken;
  const one = (text: string): string[] => [language.assign(name, text)];
  switch (op.kind) {
    case 'constant':
      return one(language.vector(op.values));
    case 'dense':
      return one(language.dense(op.weights, op.weights.length / Math.max(size, 1), op.bias, x));
    case 'scale':
      return [
        language.assign(`${name}f`, language.vector(op.factor)),
        language.assign(`${name}o`, language.vector(op.offset)),
        language.assign(
          name,
          language.elementwise([x, `${name}f`, `${name}o`], ([a, f, o]) => `${a} * ${f} + ${o}`),
        ),
      ];
    case 'activation':
      return activationLines(op.activation, name, x, language);
    case 'combine':
      return one(language.elementwise(taken, ([a, b]) => combinedText(op.how, a!, b!, language.dialect)));
    case 'compare':
      return one(language.elementwise(taken, ([a, b]) => language.dialect.choice(op.how, a!, b!, '1', '0')));
    case 'select':
      return one(
        language.elementwise(taken, ([test, a, b]) => language.dialect.choice('notEqual', test!, '0', a!, b!)),
      );
    case 'blackBox':
      throw new RangeError('A black box has no formula.');
    case 'gather':
      return one(language.pick(x, op.indices));
    case 'concat':
      return one(language.join(taken.map((part) => language.spread(part))));
    case 'reduce':
      return one(
        language.join(groupsOf(op.groups).map((members) => language.group(op.how, language.pick(x, members)))),
      );
    case 'softmax':
      return softmaxLines(op.how, op.groups, name, x, language);
  }
}

function activationLines(activation: Activation, name: string, x: string, language: VectorLanguage): string[] {
  if (activation.kind === 'prelu') {
    return [
      language.assign(`${name}a`, language.vector(activation.alpha)),
      language.assign(
        name,
        language.elementwise([x, `${name}a`], ([value, alpha]) =>
          language.dialect.choice('greater', value!, '0', value!, `${alpha} * ${value}`),
        ),
      ),
    ];
  }
  const text = (value: string): string =>
    written(loweredActivation(activation, { kind: 'step', name: value }, 0), language.dialect);
  return [
    language.assign(
      name,
      language.elementwise([x], ([value]) => text(value!)),
    ),
  ];
}

function softmaxLines(how: Normalisation, groups: Groups, name: string, x: string, language: VectorLanguage): string[] {
  const members = groupsOf(groups);
  const order = members.flat();
  const size = Math.max(...order, 0) + 1;
  const place = Array.from({ length: size }, (_, element) => order.indexOf(element));
  const parts = members.flatMap((indices, group) => {
    const part = `${name}g${group}`;
    const { dialect } = language;
    if (how === 'sparsemax')
      return [
        language.assign(`${part}x`, language.pick(x, indices)),
        language.assign(part, language.sparsemax(`${part}x`)),
      ];
    return [
      language.assign(`${part}x`, language.pick(x, indices)),
      language.assign(`${part}m`, language.group('max', `${part}x`)),
      language.assign(
        `${part}e`,
        language.elementwise([`${part}x`], ([a]) => dialect.call('exp', `${a} - ${part}m`)),
      ),
      language.assign(`${part}s`, language.group('sum', `${part}e`)),
      language.assign(
        part,
        how === 'logSoftmax'
          ? language.elementwise([`${part}x`], ([a]) => `${a} - ${part}m - ${dialect.call('log', `${part}s`)}`)
          : language.elementwise([`${part}e`], ([e]) => `${e} / ${part}s`),
      ),
    ];
  });
  const names = members.map((_, group) => language.spread(`${name}g${group}`));
  return [
    ...parts,
    language.assign(`${name}all`, language.join(names)),
    language.assign(name, language.pick(`${name}all`, place)),
  ];
}

function groupsOf({ starts, indices }: Groups): number[][] {
  return Array.from({ length: starts.length - 1 }, (_, group) => [
    ...indices.subarray(starts[group], starts[group + 1]),
  ]);
}

function combinedText(how: string, a: string, b: string, dialect: Dialect): string {
  switch (how) {
    case 'add':
      return `${a} + ${b}`;
    case 'subtract':
      return `${a} - ${b}`;
    case 'multiply':
      return `${a} * ${b}`;
    case 'divide':
      return dialect.quotient(a, b);
    case 'pow':
      return dialect.power(a, b);
    default:
      return dialect.extreme(how === 'max' ? 'max' : 'min', [a, b]);
  }
}

function scaledText({ centre, spread, logShift }: FoldedScaling, name: string, dialect: Dialect): string {
  const of = logShift === undefined ? name : dialect.call('log', `${name} + (${dialect.number(logShift)})`);
  if (centre === 0 && spread === 1) return of;
  return `(${of} - (${dialect.number(centre)})) / (${dialect.number(spread)})`;
}

function unscaledText({ centre, spread, logShift }: FoldedScaling, text: string, dialect: Dialect): string {
  const straight =
    centre === 0 && spread === 1 ? text : `${text} * (${dialect.number(spread)}) + (${dialect.number(centre)})`;
  return logShift === undefined ? straight : `${dialect.call('exp', straight)} - (${dialect.number(logShift)})`;
}

const pythonVectors: VectorLanguage = {
  dialect: pythonDialect([]),
  vector: (numbers) => `np.array([${Array.from(numbers, pythonNumber).join(', ')}])`,
  dense: (weights, width, bias, x) =>
    `np.array([${rowsOf(weights, width, pythonNumber)
      .map((row) => `[${row}]`)
      .join(', ')}]) @ ${x} + np.array([${Array.from(bias, pythonNumber).join(', ')}])`,
  elementwise: (names, text) => text(names),
  pick: (x, indices) => `${x}[[${Array.from(indices).join(', ')}]]`,
  join: (parts) => `np.array([${parts.join(', ')}])`,
  group: (how, x) => `np.${how === 'product' ? 'prod' : how}(${x})`,
  sparsemax: (x) => `np.maximum(${x} - np.max((np.cumsum(np.sort(${x})[::-1]) - 1) / np.arange(1, ${x}.size + 1)), 0)`,
  spread: (name) => `*${name}`,
  assign: (name, text) => `${name} = ${text}`,
};

const rVectors: VectorLanguage = {
  dialect: rDialect([]),
  vector: (numbers) => `c(${Array.from(numbers, rNumber).join(', ')})`,
  dense: (weights, width, bias, x) =>
    `as.vector(matrix(c(${Array.from(weights, rNumber).join(', ')}), ncol = ${width}, byrow = TRUE) %*% ${x}) + c(${Array.from(bias, rNumber).join(', ')})`,
  elementwise: (names, text) => text(names),
  pick: (x, indices) => `${x}[c(${Array.from(indices, (index) => index + 1).join(', ')})]`,
  join: (parts) => `c(${parts.join(', ')})`,
  group: (how, x) => `${how === 'product' ? 'prod' : how}(${x})`,
  sparsemax: (x) => `pmax(${x} - max((cumsum(sort(${x}, decreasing = TRUE)) - 1) / seq_along(${x})), 0)`,
  spread: (name) => name,
  assign: (name, text) => `${name} <- ${text}`,
};

const javascriptVectors: VectorLanguage = {
  dialect: javascriptDialect([]),
  vector: (numbers) => `[${Array.from(numbers).join(', ')}]`,
  dense: (weights, width, bias, x) =>
    `[${rowsOf(weights, width, String)
      .map((row) => `[${row}]`)
      .join(
        ', ',
      )}].map((w, i) => w.reduce((sum, factor, k) => sum + factor * ${x}[k], [${Array.from(bias).join(', ')}][i]))`,
  elementwise: (names, text) => `${names[0]!}.map((_, i) => ${text(names.map((name) => `${name}[i]`))})`,
  pick: (x, indices) => `[${Array.from(indices, (index) => `${x}[${index}]`).join(', ')}]`,
  join: (parts) => `[${parts.join(', ')}]`,
  group: (how, x) => {
    if (how === 'max' || how === 'min') return `Math.${how}(...${x})`;
    if (how === 'product') return `${x}.reduce((product, value) => product * value, 1)`;
    const total = `${x}.reduce((sum, value) => sum + value, 0)`;
    return how === 'mean' ? `${total} / ${x}.length` : total;
  },
  sparsemax: (x) =>
    `${x}.map((value) => Math.max(value - Math.max(...${x}.toSorted((a, b) => b - a).map((_, k, sorted) => (sorted.slice(0, k + 1).reduce((sum, each) => sum + each, 0) - 1) / (k + 1))), 0))`,
  spread: (name) => `...${name}`,
  assign: (name, text) => `const ${name} = ${text};`,
};

function rowsOf(weights: Float64Array, width: number, write: (value: number) => string): string[] {
  return Array.from({ length: weights.length / Math.max(width, 1) }, (_, row) =>
    Array.from(weights.subarray(row * width, (row + 1) * width), write).join(', '),
  );
}
