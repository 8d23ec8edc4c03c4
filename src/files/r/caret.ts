import type { RValue } from '../containers/rValues';
import type { Table } from '../../table/table';
import { refuse } from '../refuse';
import { classesOf, field, textsOf, withoutBackquotes } from './fields';
import { formulaOf, responseName } from './formula';
import type { Preparation, RContext, RModel, StoredData } from './model';
import { readPreProcess } from './preProcess';
import { behindRecipe } from './recipe';
import { frameTable } from './storedData';

/**
 * Reads an object of class `train` (package caret): its network is `finalModel`, in units after `preProcess`; formula,
 * contrasts and training data are those of the train object itself.
 */
export function readTrain(
  object: RValue,
  context: RContext,
  readModel: (object: RValue, context: RContext) => RModel | undefined,
): RModel {
  const final = field(object, 'finalModel');
  const inner = final && readModel(final, context);
  if (!final || !inner)
    return refuse(context.file, {
      code: 'r-class-unknown',
      message: `${context.file} holds a model trained by caret with method "${methodOf(object)}" (class ${final ? (classesOf(final)[0] ?? 'none') : 'none'}), not a network that can be read.`,
      remedy: 'Train with method = "nnet", "avNNet", "pcaNNet", "multinom" or "neuralnet".',
    });
  const xNames = textsOf(field(final, 'xNames'))?.map(withoutBackquotes);
  const taken = inner.prepare?.columns ?? inner.features;
  const features = xNames?.length === taken.length ? xNames : taken;
  const response = responseName(object) ?? 'output';
  const outputs = inner.outputs.map((name) => (name === '.outcome' ? response : name));
  const preProcess = field(object, 'preProcess');
  const prepared = preProcess && readPreProcess(preProcess, features, context);
  const formula = formulaOf(object, prepared?.prepare?.columns ?? features);
  const prepare = oneAfterTheOther(prepared?.prepare, inner.prepare);
  const lower = isClassifier(object, inner) ? sharesOf(inner.lower) : inner.lower;
  const data = trainingData(object, inner, response, context);
  const recipe = field(object, 'recipe');
  const model: RModel = {
    package: `caret, ${inner.package}`,
    features: inner.prepare ? inner.features : features,
    outputs,
    layers: inner.layers,
    ...(lower ? { lower } : {}),
    ...(formula ? { formula } : {}),
    ...(data ? { data } : {}),
    ...(prepared?.scalings ? { scalings: prepared.scalings } : {}),
    ...(prepare ? { prepare } : {}),
    questions: inner.questions,
    settled: inner.settled,
    problems: [...inner.problems, ...(prepared?.problems ?? [])],
  };
  return (recipe && behindRecipe(model, recipe, context)) ?? model;
}

/** Preparations of caret's train and of the model within it. */
function oneAfterTheOther(first: Preparation | undefined, second: Preparation | undefined): Preparation | undefined {
  if (!first || !second) return first ?? second;
  return { columns: first.columns, lower: (builder, x) => second.lower(builder, first.lower(builder, x)) };
}

/** Whether train's predict(type = "prob") makes the outputs of avNNet and pcaNNet sum to 1. */
function isClassifier(object: RValue, inner: RModel): boolean {
  const classification = textsOf(field(object, 'modelType'))?.[0] === 'Classification';
  return classification && inner.outputs.length > 1 && inner.settled.get('output') !== 'softmax';
}

function sharesOf(lower: RModel['lower']): RModel['lower'] {
  if (!lower) return undefined;
  return (builder, x) => {
    const scores = lower(builder, x);
    return builder.combine('divide', scores, builder.reduce('sum', scores, [0], true));
  };
}

function methodOf(object: RValue): string {
  return textsOf(field(object, 'method'))?.[0] ?? 'unknown';
}

/** The training data before preProcess; caret calls the response `.outcome`. */
function trainingData(object: RValue, inner: RModel, response: string, context: RContext): StoredData | undefined {
  const frame = field(object, 'trainingData');
  const stored = frame && frameTable(context.file, frame);
  if (!stored) return inner.data;
  const columns = stored.columns.map((column) => (column.name === '.outcome' ? { ...column, name: response } : column));
  const table: Table = { ...stored, columns };
  const generalizedWeights = inner.data?.generalizedWeights;
  return {
    table,
    units: 'original',
    ...(generalizedWeights?.length === table.rows ? { generalizedWeights } : {}),
  };
}
