import { NetworkBuilder } from '../../network/builder';
import type { Network, OutputPort } from '../../network/network';
import type { Problem } from '../../problem';
import { decompressedHead } from '../containers/compression';
import { looksLikePickle, mayBePickled, readPickledFile, type PickledFile } from '../containers/joblib';
import { attribute, isKind, type PickleValue } from '../containers/pickleValues';
import type { Format, NamedBytes, Question, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { arraysIn, readPickledArrays } from './arraysAlone';
import { contentsOf, embeddedFile, type Contents, type Found } from './contents';
import { withArticle, type Fitted } from './fitted';
import type { Lowering } from './frame';
import { inputColumns, inputFrame, type InputColumns } from './inputs';
import { predict } from './predictors';
import { refuseEstimator } from './refusals';
import { chooseScalings } from './scalerChoice';

/**
 * Models of scikit-learn saved with joblib or pickle, compressed or not; dictionaries, lists and tuples that hold such
 * a model; dictionaries of weight arrays; and pickles around a whole file of one of the `embedded` formats.
 */
export function pickleFormat(embedded: readonly Format[]): Format {
  return {
    name: 'pickle',
    matches: ({ bytes }) => mayBePickled(bytes) && looksLikePickle(decompressedHead(bytes)),
    read: async (file, options) => {
      const pickled = readPickledFile(file.bytes, { file: file.name });
      const inside = embeddedFile(pickled.value);
      const format = inside && embedded.find((one) => one.matches({ name: file.name, bytes: inside }));
      if (inside && format) return format.read({ name: file.name, bytes: inside }, options);
      return readModelIn(file, pickled, options);
    },
  };
}

/** The format without others inside it. */
export const sklearnPickle: Format = pickleFormat([]);

function readModelIn(file: NamedBytes, pickled: PickledFile, options: ReadOptions): Reading {
  const contents = contentsOf(pickled.value, file.name);
  if (contents.estimators.length === 0) {
    const arrays = arraysIn(pickled.value);
    if (arrays.length > 0 && contents.others.length === 0 && contents.transformers.length === 0)
      return readPickledArrays(file.name, pickled.format, arrays, contents.texts, options);
    return refuseContents(file, contents, pickled.value);
  }
  const chosen = chooseEstimator(file, contents.estimators, options);
  if ('ask' in chosen) return { questions: [chosen], settled: new Map(), problems: [] };
  return readEstimator(file, chosen, contents, pickled.format);
}

function readEstimator(
  file: NamedBytes,
  chosen: Found<Fitted>,
  contents: Contents,
  format: PickledFile['format'],
): Reading {
  const lowering: Lowering = { file: file.name, builder: new NetworkBuilder(), layers: [], problems: [] };
  const columns = withNames(inputColumns(chosen.value), contents);
  const frame = inputFrame(chosen.value, columns, lowering);
  const { tensor, names } = predict(chosen.value, frame, lowering);
  lowering.builder.output('output', tensor, names);
  const version = versionOf(chosen.value);
  const network = lowering.builder.finish(file.name.replace(/\.[^.]*$/, ''), {
    file: file.name,
    format,
    ...(version === undefined ? {} : { framework: `scikit-learn ${version}` }),
    layers: lowering.layers,
  });
  const sizes = { inputs: columns.count, outputs: outputSize(network) };
  const { scalings, problems } = chooseScalings(file.name, contents.transformers, sizes);
  return {
    network,
    ...(scalings ? { scalings } : {}),
    questions: [],
    settled: contents.estimators.length > 1 ? new Map([['object', chosen.path]]) : new Map(),
    problems: [...lowering.problems, ...problems, ...unreadCode(file, contents)],
  };
}

function outputSize(network: Network): number {
  return network.outputs.reduce((sum, output: OutputPort) => sum + output.size, 0);
}

/** Several models in one file: which one is meant is asked by the keys that lead to them. */
function chooseEstimator(
  file: NamedBytes,
  estimators: readonly Found<Fitted>[],
  options: ReadOptions,
): Found<Fitted> | Question {
  const [first] = estimators;
  if (first && estimators.length === 1) return first;
  const choices = estimators.map(({ path }) => path);
  const chosen = estimators.find(({ path }) => path === options.answers.get('object'));
  return (
    chosen ?? {
      id: 'object',
      ask: `${file.name} holds ${estimators.length} models: which one shall be opened?`,
      choices,
      ...(choices[0] === undefined ? {} : { guess: choices[0] }),
    }
  );
}

/** Feature names that lie beside the model, when it has none itself. */
function withNames(columns: InputColumns, contents: Contents): InputColumns {
  if (columns.names) return columns;
  const fitting = contents.texts.filter(
    ({ value }) => value.length === columns.count && new Set(value).size === value.length,
  );
  const named = fitting.find(({ path }) => /feature|column|input|name|variable|^x$/i.test(path)) ?? fitting[0];
  return named ? { ...columns, names: named.value } : columns;
}

function versionOf(fitted: Fitted): string | undefined {
  const version = attribute(fitted.object, '_sklearn_version');
  return typeof version === 'string' ? version : undefined;
}

function unreadCode(file: NamedBytes, contents: Contents): Problem[] {
  if (contents.wrapper === undefined) return [];
  return [
    {
      code: 'pickle-own-class',
      message: `The model lies in an object of the class ${contents.wrapper}, whose code is not in ${file.name}: only the model itself is shown.`,
      file: file.name,
      remedy: `Check that ${contents.wrapper} does nothing else to inputs and outputs.`,
      severity: 'warning',
    },
  ];
}

function refuseContents(file: NamedBytes, contents: Contents, value: PickleValue): never {
  const [other] = contents.others;
  if (other) return refuseEstimator(other.value);
  const [scaler] = contents.transformers;
  if (scaler) {
    return refuse(file.name, {
      code: 'sklearn-scaler-alone',
      message: `${file.name} holds ${withArticle(scaler.value.object.name)}: a scaler, not a network.`,
      remedy: 'Choose it as the scaler of a network instead.',
    });
  }
  return refuse(file.name, {
    code: 'pickle-no-model',
    message: `${file.name} holds ${describe(value)}, not a model.`,
    remedy: 'Save the fitted model itself with joblib.dump(model, file).',
  });
}

function describe(value: PickleValue): string {
  if (isKind(value, 'dict')) {
    const keys = [...value.entries.keys()].filter((key) => typeof key === 'string');
    return `a dictionary with ${keys.length === 0 ? 'no named entries' : `the entries ${keys.slice(0, 8).join(', ')}`}`;
  }
  if (isKind(value, 'array')) return 'an array';
  if (isKind(value, 'list') || isKind(value, 'tuple')) return `a ${value.kind} of ${value.items.length} values`;
  if (isKind(value, 'global')) return `the name of ${withArticle('class')} (${value.module}.${value.name})`;
  return typeof value === 'string' ? 'a text' : 'a single value';
}
