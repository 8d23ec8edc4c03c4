import type { RValue } from '../containers/rValues';
import type { Table } from '../../table/table';
import { refuse } from '../refuse';
import { classesOf, field, textsOf, withoutBackquotes } from './fields';
import { formulaOf, responseName } from './formula';
import type { RContext, RModel, StoredData } from './model';
import { readPreProcess } from './preProcess';
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
      remedy: 'Train with method = "nnet" or method = "neuralnet".',
    });
  const xNames = textsOf(field(final, 'xNames'))?.map(withoutBackquotes);
  const features = xNames?.length === inner.features.length ? xNames : inner.features;
  const response = responseName(object) ?? 'output';
  const outputs = inner.outputs.map((name) => (name === '.outcome' ? response : name));
  const preProcess = field(object, 'preProcess');
  const prepared = preProcess && readPreProcess(preProcess, features, context);
  const formula = formulaOf(object, prepared?.prepare?.columns ?? features);
  const data = trainingData(object, inner, response, context);
  return {
    package: `caret, ${inner.package}`,
    features,
    outputs,
    layers: inner.layers,
    ...(inner.lower ? { lower: inner.lower } : {}),
    ...(formula ? { formula } : {}),
    ...(data ? { data } : {}),
    ...(prepared?.scalings ? { scalings: prepared.scalings } : {}),
    ...(prepared?.prepare ? { prepare: prepared.prepare } : {}),
    questions: inner.questions,
    settled: inner.settled,
    problems: [...inner.problems, ...(prepared?.problems ?? [])],
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
