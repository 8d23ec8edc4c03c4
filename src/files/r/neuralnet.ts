import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Problem } from '../../problem';
import type { RValue } from '../containers/rValues';
import type { Question } from '../reading';
import { refuse } from '../refuse';
import {
  activationChoices,
  functionActivation,
  namedActivation,
  sameActivation,
  type UnitFunction,
} from './activation';
import {
  entriesOf,
  field,
  isTrue,
  matrixOf,
  matrixRow,
  numbersOf,
  textsOf,
  withoutBackquotes,
  type RMatrix,
} from './fields';
import { beyondLogistic, finiteWeights, settle, type RContext, type RModel, type StoredData } from './model';
import { largestMiss } from './replay';
import { frameTable, matrixTable } from './storedData';

/** The weights between two layers. */
interface WeightLayer {
  readonly inputs: number;
  readonly units: number;
  /** [unit][input] */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  /** Without the excluded ones. */
  readonly trained: number;
}

/**
 * Reads an object of class `nn` (package neuralnet): for every repetition a list of weight matrices
 * [1 + inputs, outputs] whose first row is the bias; NA marks excluded weights, which count as 0 as in its predict().
 */
export function readNeuralnet(object: RValue, context: RContext): RModel {
  const settled = new Map<string, string>();
  const problems: Problem[] = [];
  const repetition = chooseRepetition(object, context, settled, problems);
  const layers = weightLayers(repetition.weights, context);
  const functions = activationsOf(object, layers.length, context, settled);
  const { features, outputs } = portNames(object, layers);
  const lower = functions.hidden && functions.output && lowering(layers, functions.hidden, functions.output);
  const stored = storedForecasts(object, repetition.number);
  if (lower && stored) problems.push(...replayProblems(lower, stored, context));
  const response = numbersOf(field(object, 'response'));
  if (functions.output?.name === 'logistic' && response)
    problems.push(...beyondLogistic(response, 'linear.output = TRUE', context));
  const guess = lower || !stored ? undefined : bestGuess(layers, functions, stored);
  const data = storedData(object, repetition.number, features, outputs, context);
  return {
    package: 'neuralnet',
    features,
    outputs,
    layers: layers.map((layer, i) => ({
      name: i === layers.length - 1 ? 'output' : `hidden ${i + 1}`,
      kind: i === layers.length - 1 ? 'output' : 'hidden',
      size: layer.units,
      parameters: layer.trained,
      ...activationName(i === layers.length - 1 ? functions.output : functions.hidden),
    })),
    ...(lower ? { lower } : {}),
    ...(data ? { data } : {}),
    questions: functions.questions.map((question) => (guess === undefined ? question : { ...question, guess })),
    settled,
    problems,
  };
}

function activationName(unit: UnitFunction | undefined): { activation?: string } {
  return unit ? { activation: unit.name } : {};
}

function chooseRepetition(
  object: RValue,
  context: RContext,
  settled: Map<string, string>,
  problems: Problem[],
): { readonly number: number; readonly weights: RValue } {
  const weights = field(object, 'weights');
  const count = weights ? entriesOf(weights).length : 0;
  if (!weights || count === 0)
    return refuse(context.file, {
      code: 'r-not-trained',
      message: `The neuralnet object in ${context.file} holds no weights: its training did not converge.`,
      remedy: 'Train it again with a larger stepmax or threshold, and save it when it has converged.',
    });
  const answer = context.answers.get('repetition') ?? '1';
  const number = Number(answer);
  const chosen = entriesOf(weights)[number - 1]?.value;
  if (!/^\d+$/.test(answer) || !chosen)
    return refuse(context.file, {
      code: 'repetition-unknown',
      message: `${context.file} holds ${count} ${count === 1 ? 'repetition' : 'repetitions'}; there is no repetition ${answer}.`,
      remedy: `Answer repetition with a number from 1 to ${count}.`,
    });
  settled.set('repetition', answer);
  if (count > 1) problems.push(severalRepetitions(object, context, number, count));
  return { number, weights: chosen };
}

function severalRepetitions(object: RValue, context: RContext, number: number, count: number): Problem {
  const results = matrixOf(field(object, 'result.matrix'));
  const errors = results && Array.from(matrixRow(results, 0));
  const best = errors?.length === count ? errors.indexOf(Math.min(...errors)) + 1 : undefined;
  const lowest = best === undefined || best === number ? '' : ` Repetition ${best} has the lowest error.`;
  return {
    code: 'r-repetitions',
    message: `${context.file} holds ${count} repetitions of the training; repetition ${number} is shown${number === 1 ? ", as R's predict() does" : ''}.${lowest}`,
    file: context.file,
    remedy: 'Answer repetition=2, and so on, to see another one.',
    severity: 'info',
  };
}

function weightLayers(weights: RValue, context: RContext): readonly WeightLayer[] {
  const layers = entriesOf(weights).map(({ value }, i) => weightLayer(matrixOf(value), i, context));
  const broken = layers.findIndex((layer, i) => i > 0 && layer.inputs !== layers[i - 1]!.units);
  if (layers.length === 0 || broken >= 0)
    return refuse(context.file, {
      code: 'r-weights-broken',
      message:
        layers.length === 0
          ? `The neuralnet object in ${context.file} holds a repetition without weights.`
          : `The weight matrices ${broken} and ${broken + 1} of the neuralnet object in ${context.file} do not fit each other.`,
      remedy: 'Save the object again as neuralnet() gave it.',
    });
  return layers;
}

function weightLayer(matrix: RMatrix | undefined, number: number, context: RContext): WeightLayer {
  if (!matrix || matrix.rows < 1 || matrix.columns < 1)
    return refuse(context.file, {
      code: 'r-weights-broken',
      message: `Weights ${number + 1} of the neuralnet object in ${context.file} are no matrix of numbers.`,
      remedy: 'Save the object again as neuralnet() gave it.',
    });
  const inputs = matrix.rows - 1;
  const bias = new Float64Array(matrix.columns);
  const weights = new Float64Array(inputs * matrix.columns);
  let trained = 0;
  matrix.values.forEach((value, at) => {
    const row = at % matrix.rows;
    const unit = Math.floor(at / matrix.rows);
    const weight = Number.isNaN(value) ? 0 : value;
    if (!Number.isNaN(value)) trained++;
    if (row === 0) bias[unit] = weight;
    else weights[unit * inputs + row - 1] = weight;
  });
  const part = `Layer ${number + 1}`;
  return {
    inputs,
    units: matrix.columns,
    weights: finiteWeights(context, part, weights),
    bias: finiteWeights(context, part, bias),
    trained,
  };
}

interface Functions {
  readonly hidden: UnitFunction | undefined;
  readonly output: UnitFunction | undefined;
  readonly questions: readonly Question[];
}

/**
 * Hidden units use act.fct. The output is linear with linear.output; else it uses output.act.fct, which is logistic
 * unless given; objects before neuralnet 1.44.4 have none and use act.fct there too.
 */
function activationsOf(object: RValue, layers: number, context: RContext, settled: Map<string, string>): Functions {
  const linear = namedActivation('linear');
  const hiddenValue = field(object, 'act.fct');
  const outputValue = field(object, 'output.act.fct') ?? hiddenValue;
  const questions: Question[] = [];
  const decide = (id: 'hidden' | 'output', value: RValue | undefined, what: string): UnitFunction | undefined => {
    const known = value && functionActivation(value);
    if (known) {
      settle(settled, context, id, known.name, sameActivation);
      return known;
    }
    const answer = context.answers.get(id);
    if (answer !== undefined) return answeredActivation(id, answer, context);
    questions.push({
      id,
      ask: `What does ${what}, a function of the user's own that is never run, compute?`,
      choices: activationChoices,
    });
    return undefined;
  };
  const hidden = layers === 1 ? linear : decide('hidden', hiddenValue, 'act.fct');
  if (!isTrue(field(object, 'linear.output'))) {
    if (outputValue !== hiddenValue || layers === 1)
      return { hidden, output: decide('output', outputValue, 'output.act.fct'), questions };
    if (hidden) settle(settled, context, 'output', hidden.name, sameActivation);
    return { hidden, output: hidden, questions };
  }
  settle(settled, context, 'output', 'linear', sameActivation);
  return { hidden, output: linear, questions };
}

function answeredActivation(id: string, answer: string, context: RContext): UnitFunction {
  const unit = namedActivation(answer);
  if (unit) return unit;
  return refuse(context.file, {
    code: 'answer-unknown',
    message: `The answer ${id}=${answer} names no activation that is known for ${context.file}.`,
    remedy: `Answer with one of: ${activationChoices.join(', ')}.`,
  });
}

function portNames(
  object: RValue,
  layers: readonly WeightLayer[],
): { readonly features: readonly string[]; readonly outputs: readonly string[] } {
  const variables = field(object, 'model.list');
  const fitting = (count: number, word: string, ...candidates: readonly (readonly string[] | undefined)[]): string[] =>
    (
      candidates.find((names) => names?.length === count && names.every((name) => name !== '')) ??
      Array.from({ length: count }, (_, i) => (count === 1 ? word : `${word} ${i + 1}`))
    ).map(withoutBackquotes);
  return {
    features: fitting(
      layers[0]!.inputs,
      'input',
      matrixOf(field(object, 'covariate'))?.columnNames,
      textsOf(field(variables, 'variables')),
    ),
    outputs: fitting(
      layers.at(-1)!.units,
      'output',
      textsOf(field(variables, 'response')),
      matrixOf(field(object, 'response'))?.columnNames,
    ),
  };
}

function lowering(
  layers: readonly WeightLayer[],
  hidden: UnitFunction,
  output: UnitFunction,
): NonNullable<RModel['lower']> {
  return (builder: NetworkBuilder, features: Tensor): Tensor =>
    layers.reduce((x, layer, i) => {
      const last = i === layers.length - 1;
      builder.at(last ? 'output' : `hidden ${i + 1}`);
      return (last ? output : hidden).apply(builder, builder.dense(x, layer.weights, layer.bias));
    }, features);
}

interface StoredForecasts {
  readonly rows: readonly Float64Array[];
  readonly forecasts: readonly Float64Array[];
}

function storedForecasts(object: RValue, repetition: number): StoredForecasts | undefined {
  const covariate = matrixOf(field(object, 'covariate'));
  const results = field(object, 'net.result');
  const result = results && matrixOf(entriesOf(results)[repetition - 1]?.value);
  if (!covariate || covariate.rows === 0 || result?.rows !== covariate.rows) return undefined;
  const count = Math.min(covariate.rows, 50);
  return {
    rows: Array.from({ length: count }, (_, row) => matrixRow(covariate, row)),
    forecasts: Array.from({ length: count }, (_, row) => matrixRow(result, row)),
  };
}

function replayProblems(
  lower: NonNullable<RModel['lower']>,
  stored: StoredForecasts,
  context: RContext,
): readonly Problem[] {
  const miss = largestMiss(lower, stored.rows, stored.forecasts);
  if (miss === undefined || miss < 1e-6) return [];
  return [
    {
      code: 'stored-forecasts-differ',
      message: `The forecasts stored in ${context.file} differ from what its weights give (by up to ${miss.toPrecision(2)} of their size): the object was changed after its training.`,
      file: context.file,
      remedy: 'Check activation and weights, or save the object again as neuralnet() gave it.',
      severity: 'warning',
    },
  ];
}

/** The answer with which the weights give the forecasts that are stored beside them. */
function bestGuess(layers: readonly WeightLayer[], functions: Functions, stored: StoredForecasts): string | undefined {
  const misses = activationChoices.map((name) => {
    const unit = namedActivation(name);
    const hidden = functions.hidden ?? unit;
    const output = functions.output ?? unit;
    const miss = hidden && output && largestMiss(lowering(layers, hidden, output), stored.rows, stored.forecasts);
    return { name, miss: miss ?? Infinity };
  });
  return misses.find(({ miss }) => miss < 1e-6)?.name;
}

function storedData(
  object: RValue,
  repetition: number,
  features: readonly string[],
  outputs: readonly string[],
  context: RContext,
): StoredData | undefined {
  const covariate = matrixOf(field(object, 'covariate'));
  const response = matrixOf(field(object, 'response'));
  if (covariate?.columns !== features.length) return undefined;
  const frame = field(object, 'data');
  const whole = frame && frameTable(context.file, frame);
  const complete =
    whole?.rows === covariate.rows &&
    features.every((name) => whole.columns.some((column) => column.name === name && column.kind === 'number'));
  const named = { ...covariate, columnNames: features };
  const table = complete
    ? whole
    : matrixTable(
        context.file,
        response?.columns === outputs.length && response.rows === covariate.rows
          ? [named, { ...response, columnNames: outputs }]
          : [named],
      );
  if (!table) return undefined;
  const weights = field(object, 'generalized.weights');
  const matrix = weights && matrixOf(entriesOf(weights)[repetition - 1]?.value);
  if (matrix?.rows !== table.rows || matrix.columns !== features.length * outputs.length)
    return { table, units: 'model' };
  const generalizedWeights = Array.from({ length: matrix.rows }, (_, row) => matrixRow(matrix, row));
  return { table, units: 'model', generalizedWeights };
}
