import { NetworkBuilder, type Tensor } from '../../network/builder';
import type { Network } from '../../network/network';
import type { Problem } from '../../problem';
import { areUnnamed } from '../../table/matching';
import type { ScalingSet } from '../../table/scaling';
import { compressionOf, decompress, decompressedHead } from '../containers/compression';
import { readRFile, startsLikeR, type RFile } from '../containers/rSerialization';
import type { RValue } from '../containers/rValues';
import { maxRBytes } from '../limits';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { findCandidates, readCandidate, type Candidate } from './candidates';
import { classesOf } from './fields';
import type { RContext, RModel, StoredData } from './model';
import { lowerScalings, preProcessColumns, readPreProcess, type PreProcessing } from './preProcess';
import { refuseContent } from './refusals';
import { behindRecipe } from './recipe';
import { findScalings, scalerNames } from './scaler';
import { scalesOtherRows } from './otherRows';
import { readWeightLists } from './weightLists';
import { unscaledTable } from './unscaled';

/** Files of R's saveRDS() and save(): networks of neuralnet, nnet and caret::train, and lists that hold one. */
export const rSerialized: Format = {
  name: 'rds',
  matches: ({ bytes }) => startsLikeR(bytes) || isCompressedR(bytes),
  read: readFile,
};

async function readFile(file: NamedBytes, options: ReadOptions): Promise<Reading> {
  const unpacked = decompress(file.bytes, maxRBytes, file.name).bytes;
  const content = readRFile(file.name, unpacked);
  const context: RContext = { file: file.name, answers: options.answers };
  const candidates = findCandidates(content.objects);
  if (candidates.length === 0)
    return (await readWeightLists(content.objects, file.name, options)) ?? refuseContent(file.name, content.objects);
  const candidate = chosen(candidates, context);
  if (!candidate) return asking(candidates, context);
  const read = readCandidate(candidate.value, context);
  if (!read) return refuseContent(file.name, content.objects);
  const model = behindRecipeBeside(namedByScaler(read, candidate), candidate, context);
  return readingOf(content, candidate, model, context, options);
}

function chosen(candidates: readonly Candidate[], context: RContext): Candidate | undefined {
  const [first, second] = candidates;
  if (!second) return first;
  const answer = context.answers.get('object');
  if (answer === undefined) return undefined;
  const named = candidates.find((candidate) => candidate.path === answer);
  if (named) return named;
  return refuse(context.file, {
    code: 'object-unknown',
    message: `${context.file} holds no network called ${answer}.`,
    remedy: `Answer object with one of: ${candidates.map((candidate) => candidate.path).join(', ')}.`,
  });
}

function asking(candidates: readonly Candidate[], context: RContext): Reading {
  const choices = candidates.map((candidate) => candidate.path);
  return {
    questions: [{ id: 'object', ask: `Which network of ${context.file} is meant?`, choices }],
    settled: new Map(),
    problems: [],
  };
}

function readingOf(
  content: RFile,
  candidate: Candidate,
  model: RModel,
  context: RContext,
  options: ReadOptions,
): Reading {
  const beside: PreProcessing =
    model.scalings || model.prepare ? { problems: [] } : besideModel(candidate, model, context);
  const scalings = model.scalings ?? beside.scalings;
  const data =
    model.data && (scalings ? { ...model.data, table: inOriginalUnits(model.data, model, scalings) } : model.data);
  const columns = options.columns ?? data?.table.columns.map((column) => column.name) ?? [];
  const prepared = beside.prepare ? { ...model, prepare: beside.prepare } : model;
  const lowered = model.lower && buildNetwork(content, candidate, prepared, scalings, columns, context);
  return {
    ...(lowered ? { network: lowered.network } : {}),
    ...(lowered && !lowered.scaled && scalings ? { scalings } : {}),
    ...(data ? { table: data.table } : {}),
    ...(data?.generalizedWeights ? { generalizedWeights: data.generalizedWeights } : {}),
    questions: model.questions,
    settled: new Map([...model.settled, ...(candidate.path === '' ? [] : [['object', candidate.path] as const])]),
    problems: [...model.problems, ...beside.problems, ...insideProblems(candidate, context)],
  };
}

/** An object of a class of the user's own may scale, average or bend what the network inside gives. */
function insideProblems({ path, inside }: Candidate, { file }: RContext): readonly Problem[] {
  if (inside === undefined) return [];
  return [
    {
      code: 'r-inside-class',
      message: `The network ${path} in ${file} is part of an object of class ${inside}; what that class does around the network is not known and not shown.`,
      file,
      remedy:
        'Save the network itself, with its scaling in a plain list, to be sure: saveRDS(list(model = net, means = m, sds = s), "net.rds").',
      severity: 'warning',
    },
  ];
}

/** Scalings in the same list or file: a preProcess object of caret, or means, deviations, minima and maxima. */
function besideModel(candidate: Candidate, model: RModel, context: RContext): PreProcessing {
  const preProcess = preProcessBeside(candidate);
  return preProcess
    ? readPreProcess(preProcess, model.features, context, model.outputs)
    : findScalings(siblingsOf(candidate, model), model.features, model.outputs, context.file);
}

/** What stands beside a network and may belong to it. */
function siblingsOf({ siblings }: Candidate, model: RModel): Candidate['siblings'] {
  return siblings.filter((sibling) => !scalesOtherRows(sibling.value, model));
}

/** A recipe saved beside the network comes before it, where it gives what the network takes. */
function behindRecipeBeside(model: RModel, { siblings }: Candidate, context: RContext): RModel {
  if (model.scalings || model.prepare || model.formula?.always) return model;
  const recipes = siblings.filter((sibling) => classesOf(sibling.value).includes('recipe'));
  for (const recipe of recipes) {
    const behind = behindRecipe(model, recipe.value, context);
    if (behind) return behind;
  }
  return model;
}

function preProcessBeside(candidate: Candidate): RValue | undefined {
  return candidate.siblings.find((sibling) => classesOf(sibling.value).includes('preProcess'))?.value;
}

/** nnet(x, y) keeps no names; those of the scaler beside it are the columns' own. */
function namedByScaler(model: RModel, candidate: Candidate): RModel {
  if (!areUnnamed(model.features)) return model;
  const preProcess = preProcessBeside(candidate);
  const names = preProcess
    ? preProcessColumns(preProcess)
    : scalerNames(siblingsOf(candidate, model), model.features, model.outputs);
  return names?.length === model.features.length ? { ...model, features: names } : model;
}

function inOriginalUnits(data: StoredData, model: RModel, scalings: ScalingSet): StoredData['table'] {
  return data.units === 'original' ? data.table : unscaledTable(data.table, model.features, model.outputs, scalings);
}

/**
 * The network over the columns of a table where those are known to be what the model's formula starts from (factors
 * become text inputs, scaling becomes part of the graph), else over the model's own numeric features.
 */
function buildNetwork(
  content: RFile,
  candidate: Candidate,
  model: RModel,
  scalings: ScalingSet | undefined,
  columns: readonly string[],
  context: RContext,
): { readonly network: Network; readonly scaled: boolean } | undefined {
  if (!model.lower) return undefined;
  const names = model.prepare?.columns ?? model.features;
  if (names.length === 0)
    return refuse(context.file, {
      code: 'r-no-inputs',
      message: `The network in ${context.file} has no inputs.`,
      remedy: 'Train it with at least one input.',
    });
  const known = new Set(columns);
  const holds = (wanted: readonly string[]): boolean => wanted.every((name) => known.has(name));
  const replaces = model.formula?.always ?? (model.formula && holds(model.formula.columns) && !holds(names));
  const formula = replaces ? model.formula : undefined;
  const builder = new NetworkBuilder();
  let x: Tensor = formula ? formula.lower(builder) : builder.input('input', [names.length], names);
  if (formula && scalings) x = lowerScalings(builder.at('preProcess'), x, scalings.inputs);
  if (model.prepare) x = model.prepare.lower(builder, x);
  const [only] = model.outputs;
  const output = only !== undefined && model.outputs.length === 1 ? only : 'output';
  builder.output(output, model.lower(builder, x), model.outputs);
  const network = builder.finish(candidate.path === '' ? context.file.replace(/\.[^.]*$/, '') : candidate.path, {
    file: context.file,
    format: content.kind,
    framework: `R ${content.version}, ${model.package}`,
    layers: model.layers,
  });
  return { network, scaled: formula !== undefined };
}

/** Whether a file in one of R's compressions begins like an R file inside. */
function isCompressedR(bytes: Uint8Array): boolean {
  const compression = compressionOf(bytes);
  const ofR = compression === 'gzip' || compression === 'bzip2' || compression === 'xz';
  return ofR && startsLikeR(decompressedHead(bytes));
}
