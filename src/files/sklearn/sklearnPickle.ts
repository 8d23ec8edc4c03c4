import { NetworkBuilder } from '../../network/builder';
import { flatInputs, flatOutputs } from '../../network/features';
import type { Network } from '../../network/network';
import type { Problem } from '../../problem';
import { decompressedHead } from '../containers/compression';
import { looksLikePickle, mayBePickled, readPickledFile, type PickledFile } from '../containers/joblib';
import { attribute, isKind, type PickleValue } from '../containers/pickleValues';
import { kerasHdf5 } from '../keras/kerasHdf5';
import { kerasZip } from '../keras/kerasZip';
import type { Format, NamedBytes, Question, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { arraysIn, readPickledArrays } from './arraysAlone';
import { contentsOf, embeddedFile, isOwnClass, type Contents, type Found } from './contents';
import { withArticle, type Fitted } from './fitted';
import type { Lowering } from './frame';
import { inputColumns, inputFrame, type InputColumns } from './inputs';
import { predict } from './predictors';
import { refuseEstimator } from './refusals';
import { chooseScalings } from './scalerChoice';

/**
 * Models of scikit-learn saved with joblib or pickle, compressed or not; dictionaries, lists and tuples that hold such
 * a model; dictionaries of weight arrays; and pickles around a whole Keras file.
 */
export const sklearnPickle: Format = {
  name: 'pickle',
  matches: ({ bytes }) => mayBePickled(bytes) && looksLikePickle(decompressedHead(bytes)),
  read: async (file, options) => {
    const pickled = readPickledFile(file.bytes, { file: file.name });
    const contents = contentsOf(pickled, file.name);
    if (contents.estimators.length > 0) return readModelIn(file, contents, pickled.format, options);
    return (await readEmbedded(file, pickled, contents, options)) ?? readArrays(file, pickled, contents, options);
  },
};

/** What can lie in a pickle as a whole file. */
const embeddedFormats: readonly Format[] = [kerasZip, kerasHdf5];

async function readEmbedded(
  file: NamedBytes,
  pickled: PickledFile,
  contents: Contents,
  options: ReadOptions,
): Promise<Reading | undefined> {
  const bytes = embeddedFile(pickled.value);
  const inside = bytes && { name: file.name, bytes };
  const reading = inside && (await embeddedFormats.find((format) => format.matches(inside))?.read(inside, options));
  if (!reading?.network) return reading;
  const { scalings, problems } = chooseScalings(file.name, contents.transformers, sizesOf(reading.network));
  return { ...reading, ...(scalings ? { scalings } : {}), problems: [...reading.problems, ...problems] };
}

function readArrays(file: NamedBytes, pickled: PickledFile, contents: Contents, options: ReadOptions): Reading {
  const found = arraysIn(pickled.value, isOwnClass);
  if (found.arrays.length === 0 || contents.others.length > 0 || contents.transformers.length > 0)
    return refuseContents(file, contents, pickled.value);
  const reading = readPickledArrays(file.name, pickled.format, found, options);
  return { ...reading, problems: [...reading.problems, ...unreadCode(file, contents, 'Weights')] };
}

function readModelIn(
  file: NamedBytes,
  contents: Contents,
  format: PickledFile['format'],
  options: ReadOptions,
): Reading {
  const chosen = chooseEstimator(file, contents.estimators, options);
  if ('ask' in chosen) return { questions: [chosen], settled: new Map(), problems: [] };
  return readEstimator(file, chosen, contents, format);
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
  const { scalings, problems } = chooseScalings(file.name, contents.transformers, sizesOf(network));
  return {
    network,
    ...(scalings ? { scalings } : {}),
    questions: [],
    settled: contents.estimators.length > 1 ? new Map([['object', chosen.path]]) : new Map(),
    problems: [...lowering.problems, ...problems, ...unreadCode(file, contents)],
  };
}

function sizesOf(network: Network): { readonly inputs: number; readonly outputs: number } {
  return { inputs: flatInputs(network).length, outputs: flatOutputs(network).length };
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
  const answer = options.answers.get('object');
  const chosen = estimators.find(({ path }) => path === answer);
  if (chosen) return chosen;
  if (answer !== undefined) {
    refuse(file.name, {
      code: 'object-unknown',
      message: `${file.name} holds no model called ${answer}.`,
      remedy: `Answer object with one of: ${choices.join(', ')}.`,
    });
  }
  return {
    id: 'object',
    ask: `${file.name} holds ${estimators.length} models: which one shall be opened?`,
    choices,
    ...(choices[0] === undefined ? {} : { guess: choices[0] }),
  };
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

/** What was found in an object of the user's own: a whole model, or weights alone. */
function unreadCode(file: NamedBytes, contents: Contents, found: 'Model' | 'Weights' = 'Model'): Problem[] {
  if (contents.wrapper === undefined) return [];
  return [
    {
      code: 'pickle-own-class',
      message:
        found === 'Model'
          ? `The model lies in an object of the class ${contents.wrapper}, whose code is not in ${file.name}: only the model itself is shown.`
          : `The weights lie in an object of the class ${contents.wrapper}, whose code is not in ${file.name}: they are read as layers in a row.`,
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
