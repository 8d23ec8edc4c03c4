import { NetworkBuilder, ShapeError, type Tensor } from '../../network/builder';
import { cellsOf, type RValue } from '../containers/rValues';
import { basisOf, type Basis } from './basis';
import { contrastCoding, dummyCoding, type Coding } from './contrasts';
import { deparse, expressionOf, type Expression } from './expression';
import { ExpressionLowering } from './expressionLowering';
import { attribute, field, matrixOf, numberOf, textsOf, withoutBackquotes } from './fields';

/** How a model's features come from the columns of its table: R's model matrix. */
export interface RFormula {
  /** The columns of the table it takes, in the order of the formula. */
  readonly columns: readonly string[];
  /** Declares the columns as inputs (factors as text inputs) and gives the features as one vector. */
  readonly lower: (builder: NetworkBuilder) => Tensor;
  /** Set where columns that are called like the features are not the features yet. */
  readonly always?: true;
}

/** One variable of the formula: numbers computed from columns, a factor column and its levels, or a condition. */
type Variable =
  | { readonly kind: 'number'; readonly name: string; readonly expression: Expression }
  | { readonly kind: 'basis'; readonly name: string; readonly basis: Basis }
  | {
      readonly kind: 'factor';
      readonly name: string;
      readonly column: string;
      readonly levels: readonly string[];
      readonly contrast: RValue | undefined;
    }
  | {
      readonly kind: 'condition';
      readonly name: string;
      readonly expression: Expression;
      readonly levels: readonly string[];
      readonly contrast: RValue | undefined;
    };

/** A variable within a term: numbers as they are, or a factor in a coding. */
interface Part {
  readonly variable: Variable;
  readonly names: readonly string[];
  readonly coding?: Coding;
}

/**
 * The formula of a model object with `terms`, `xlevels` and `contrasts`; `features` are its model-matrix columns.
 * Undefined when there is none, when its features are the table's columns themselves, or when the columns worked out
 * from it are not exactly the features.
 */
export function formulaOf(object: RValue, features: readonly string[]): RFormula | undefined {
  const terms = field(object, 'terms');
  const variables = terms && variablesOf(object, terms);
  const parts = variables && termsOf(terms, variables);
  if (!parts || parts.every((term) => term.length === 1 && isPlain(term[0]!.variable))) return undefined;
  const names = parts.flatMap((term) => productNames(term));
  const places = features.map((feature) => names.indexOf(feature));
  // Features may be fewer, where columns that never change were left out before the training, but not in another order.
  if (places.some((place, i) => place < 0 || (i > 0 && place <= places[i - 1]!))) return undefined;
  const used = parts.filter((_, term) => features.some((feature) => productNames(parts[term]!).includes(feature)));
  const columns = columnsOf(used.flat().map((part) => part.variable));
  if (!columns) return undefined;
  const kept = used.flatMap((term) => productNames(term)).flatMap((name, i) => (features.includes(name) ? [i] : []));
  return {
    columns: [...columns.keys()],
    lower: (builder) => builder.take(lowerTerms(builder, used, columns), 0, kept),
  };
}

/** The response as the formula or the call of the model names it. */
export function responseName(object: RValue): string | undefined {
  const terms = field(object, 'terms');
  const at = numberOf(terms && attribute(terms, 'response')) ?? 0;
  const variables = terms && attribute(terms, 'variables');
  const response = at > 0 && variables ? [...cellsOf(variables, 10_000)][at]?.car : callArgument(object);
  const expression = response && expressionOf(response);
  if (!expression) return undefined;
  // The y of nnet(x, y) is often a column of a table: zcars$mpg, data[["mpg"]], data[, "mpg"].
  if (at <= 0 && expression.kind === 'call' && /^(\$|\[|\[\[)$/.test(expression.name)) {
    const last = expression.args.at(-1)?.value;
    return last?.kind === 'symbol' ? last.name : last?.kind === 'text' ? last.value : undefined;
  }
  return withoutBackquotes(deparse(expression));
}

function callArgument(object: RValue): RValue | undefined {
  const call = field(object, 'call');
  if (call?.kind !== 'language') return undefined;
  const [, ...args] = cellsOf(call, 100);
  const form = args.find((cell) => cell.tag === 'form' || cell.tag === 'formula')?.car;
  if (form?.kind === 'language') return [...cellsOf(form, 3)][1]?.car;
  return args.find((cell) => cell.tag === 'y')?.car;
}

function isPlain(variable: Variable): boolean {
  return variable.kind === 'number' && variable.expression.kind === 'symbol';
}

/** The variables in the order of the formula's factor table; those that are not understood are undefined. */
function variablesOf(object: RValue, terms: RValue): readonly (Variable | undefined)[] | undefined {
  const list = attribute(terms, 'variables');
  if (list?.kind !== 'language') return undefined;
  const rows = factorTable(terms)?.variables;
  const classes = attribute(terms, 'dataClasses');
  const classNames = textsOf(classes && attribute(classes, 'names')) ?? [];
  const classOf = (name: string): string => textsOf(classes)?.[classNames.indexOf(name)] ?? 'numeric';
  const [, ...cells] = cellsOf(list, 10_000);
  if (rows?.length !== cells.length) return undefined;
  const forForecasts = attribute(terms, 'predvars');
  const calls = forForecasts?.kind === 'language' ? [...cellsOf(forForecasts, 10_000)].slice(1) : cells;
  return cells.map((cell, i): Variable | undefined => {
    const name = rows[i] ?? '';
    const expression = expressionOf(cell.car);
    const kind = classOf(name);
    if (kind.startsWith('nmatrix')) {
      const basis = calls[i] && basisOf(calls[i].car);
      return basis?.expressions.every(isUnderstood) ? { kind: 'basis', name, basis } : undefined;
    }
    const levels = kind === 'logical' ? ['FALSE', 'TRUE'] : textsOf(field(field(object, 'xlevels'), name));
    if (!expression) return undefined;
    if (!levels)
      return kind === 'numeric' && isUnderstood(expression) ? { kind: 'number', name, expression } : undefined;
    const column = factorColumn(expression);
    const contrast = field(field(object, 'contrasts'), name);
    if (column !== undefined) return { kind: 'factor', name, column, levels, contrast };
    const isCondition = kind === 'logical' && isUnderstood(expression);
    return isCondition ? { kind: 'condition', name, expression, levels, contrast } : undefined;
  });
}

/** Whether an expression is made of numbers, columns and known functions alone. */
function isUnderstood(expression: Expression): boolean {
  if (expression.kind === 'symbol') return true;
  const trial = new NetworkBuilder();
  const inputs = symbolsOf(expression).map((name): [string, Tensor] => [name, trial.input(name, [1])]);
  return new ExpressionLowering(trial).lower(expression, { tensors: new Map(inputs) }) !== undefined;
}

/** The column behind a factor: itself, or what factor() and its like are called with. */
function factorColumn(expression: Expression): string | undefined {
  if (expression.kind === 'symbol') return expression.name;
  if (expression.kind !== 'call' || !/^((as\.)?(factor|ordered|character|logical)|relevel|C)$/.test(expression.name))
    return undefined;
  const first = expression.args[0]?.value;
  const relabelled = expression.args.some((arg) => arg.name === 'labels');
  return first?.kind === 'symbol' && !relabelled ? first.name : undefined;
}

function factorTable(terms: RValue):
  | {
      readonly variables: readonly string[];
      readonly terms: number;
      readonly values: Float64Array;
    }
  | undefined {
  const factors = attribute(terms, 'factors');
  const matrix = matrixOf(factors);
  const names = factors && attribute(factors, 'dimnames');
  const variables = names?.kind === 'list' ? textsOf(names.items[0]) : undefined;
  return matrix && variables?.length === matrix.rows
    ? { variables, terms: matrix.columns, values: matrix.values.slice() }
    : undefined;
}

/** For each term its variables, factors in the coding that R's model.matrix gives them there. */
function termsOf(
  terms: RValue,
  variables: readonly (Variable | undefined)[],
): readonly (readonly Part[])[] | undefined {
  const table = factorTable(terms);
  if (!table || table.terms > 10_000) return undefined;
  const count = variables.length;
  if (numberOf(attribute(terms, 'intercept')) === 0) {
    // Without an intercept the first factor gets a column for every level.
    const first = table.values.findIndex((value, at) => value > 0 && variables[at % count]?.kind === 'factor');
    if (first >= 0) table.values[first] = 2;
  }
  const result: Part[][] = [];
  for (let term = 0; term < table.terms; term++) {
    const parts: Part[] = [];
    for (const [row, variable] of variables.entries()) {
      const use = table.values[term * count + row]!;
      if (use === 0) continue;
      const part = variable && partOf(variable, use === 2);
      if (!part) return undefined;
      parts.push(part);
    }
    result.push(parts);
  }
  return result;
}

function partOf(variable: Variable, full: boolean): Part | undefined {
  if (variable.kind === 'number') return { variable, names: [withoutBackquotes(variable.name)] };
  if (variable.kind === 'basis')
    return { variable, names: variable.basis.suffixes.map((name) => variable.name + name) };
  const coding = full ? dummyCoding(variable.levels) : contrastCoding(variable.contrast, variable.levels);
  return coding && { variable, coding, names: coding.names.map((name) => variable.name + name) };
}

/** Names of a term's columns; the first variable varies fastest. */
function productNames(parts: readonly Part[]): string[] {
  return parts.reduce<string[]>(
    (names, part) =>
      names.length === 0 ? [...part.names] : part.names.flatMap((name) => names.map((first) => `${first}:${name}`)),
    [],
  );
}

/** All columns the variables speak of, with the levels of factors; undefined when one is used as both. */
function columnsOf(variables: readonly Variable[]): ReadonlyMap<string, readonly string[] | undefined> | undefined {
  const columns = new Map<string, readonly string[] | undefined>();
  for (const variable of variables) {
    const levels = variable.kind === 'factor' ? variable.levels : undefined;
    const names = symbolsIn(variable);
    for (const name of names) {
      if (columns.has(name) && columns.get(name) !== levels) return undefined;
      columns.set(name, levels);
    }
  }
  return columns;
}

function symbolsIn(variable: Variable): readonly string[] {
  if (variable.kind === 'factor') return [variable.column];
  return (variable.kind === 'basis' ? variable.basis.expressions : [variable.expression]).flatMap(symbolsOf);
}

function symbolsOf(expression: Expression): readonly string[] {
  if (expression.kind === 'symbol') return expression.name === 'pi' ? [] : [expression.name];
  return expression.kind === 'call' ? expression.args.flatMap((arg) => symbolsOf(arg.value)) : [];
}

function lowerTerms(
  builder: NetworkBuilder,
  terms: readonly (readonly Part[])[],
  columns: ReadonlyMap<string, readonly string[] | undefined>,
): Tensor {
  const inputs = new Map(
    [...columns].map(([name, levels]): [string, Tensor] => [
      name,
      // R refuses levels the model was not trained on; all zeros would be the forecast of the first level.
      levels ? builder.textInput(name, levels) : builder.input(name, [1], [name]),
    ]),
  );
  return builder.concat(
    terms.map((parts) =>
      parts.map((part) => lowerPart(builder, part, inputs)).reduce((a, b) => product(builder, a, b)),
    ),
    0,
  );
}

function lowerPart(builder: NetworkBuilder, part: Part, inputs: ReadonlyMap<string, Tensor>): Tensor {
  const { variable } = part;
  builder.at(variable.name);
  const computed = (expression: Expression): Tensor => {
    const value = new ExpressionLowering(builder).lower(expression, { tensors: inputs });
    if (!value) throw new ShapeError(`${variable.name} in the formula is not made of known functions`);
    return builder.reshape(value, [1]);
  };
  const coded = (oneHot: Tensor): Tensor => builder.dense(oneHot, part.coding?.weights ?? new Float64Array());
  switch (variable.kind) {
    case 'number':
      return computed(variable.expression);
    case 'basis':
      return variable.basis.lower(builder, variable.basis.expressions.map(computed));
    case 'factor':
      return coded(inputs.get(variable.column)!);
    case 'condition': {
      const holds = computed(variable.expression);
      return coded(builder.concat([builder.activation(holds, { kind: 'not' }), holds], 0));
    }
  }
}

/** All products of two vectors' elements; those of the first vary fastest. */
function product(builder: NetworkBuilder, a: Tensor, b: Tensor): Tensor {
  const [first = 1] = a.shape;
  const [second = 1] = b.shape;
  const size = first * second;
  const pick = (index: (at: number) => number): Int32Array => Int32Array.from({ length: size }, (_, at) => index(at));
  return builder.combine(
    'multiply',
    builder.gather(
      a,
      pick((at) => at % first),
      [size],
    ),
    builder.gather(
      b,
      pick((at) => Math.floor(at / first)),
      [size],
    ),
  );
}
