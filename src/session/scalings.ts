import type { Folder, NamedBytes, Question } from '../files/reading';
import { findScalers, type ScalerCandidate } from '../files/scalers/find';
import { readScaler } from '../files/scalers/readScaler';
import { hasError, type Problem } from '../problem';
import type { Binding } from '../table/binding';
import { bindTable } from '../table/bindTable';
import { wholeStatistics } from '../table/columns';
import { matchNames } from '../table/matching';
import type { Scaling, ScalingSet } from '../table/scaling';
import type { Table } from '../table/table';
import { scalingOfTable } from '../table/tableScaling';
import type { ScalingChoice, TableChoice } from './connection';
import type { SessionState } from './sessionState';

/** The scaling to use, said aloud in `problems`, or a question where more than one could be meant. */
export interface ChosenScaling {
  readonly scaling?: ScalingSet;
  readonly problems: readonly Problem[];
  readonly questions: readonly Question[];
}

/** The scaling of a model's inputs and outputs on a table, as it was chosen or else as it is found. */
export async function chooseScaling(
  session: SessionState,
  table: Table,
  choice: TableChoice,
  folder: Folder,
  said: ScalingChoice,
  answered: string | undefined,
): Promise<ChosenScaling> {
  const chosen = await inputScaling(session, table, choice, folder, said.inputs, answered);
  if (said.outputs === undefined) return chosen;
  const { scaling = { inputs: [], origin: '' } } = chosen;
  if (said.outputs === 'none') return chosen.scaling ? { ...chosen, scaling: { ...scaling, outputs: [] } } : chosen;
  const own = ofTable(session, table, choice);
  const outputs = own?.outputs ?? [];
  const origin = [scaling.origin, `the output by ${own?.origin ?? ''}`].filter(Boolean).join('; ');
  return outputs.length === 0 ? chosen : { ...chosen, scaling: { ...scaling, outputs, origin } };
}

/** By the table's own mean and spread, where its columns can feed the model. */
function ofTable(session: SessionState, table: Table, choice: TableChoice): ScalingSet | undefined {
  const { binding } = bindTable(session.fileNetwork, table, { ...choice, categories: {} });
  return binding && scalingOfTable(binding);
}

/**
 * Finds the scaling the inputs of a model went through: the file given, what lies in the model's own file, or the one
 * scaler beside the model that fits it and the table. A scaler that is found is never used silently, and not used at all
 * when the table's numbers look scaled already.
 */
async function inputScaling(
  session: SessionState,
  table: Table,
  choice: TableChoice,
  folder: Folder,
  given: ScalingChoice['inputs'],
  answered: string | undefined,
): Promise<ChosenScaling> {
  if (given === 'none') return { problems: [], questions: [] };
  if (given === 'table') {
    const own = ofTable(session, table, choice);
    return { ...(own ? { scaling: { inputs: own.inputs, origin: own.origin } } : {}), problems: [], questions: [] };
  }
  if (given) return fromFile(given);
  const names = table.columns.map((column) => column.name);
  const beside = await findScalers(folder, session.file.name, session.fileNetwork, names);
  const whole = beside.filter((candidate) => candidate.fit === 'names' || candidate.fit === 'count');
  const candidates = distinct(session.reading.scalings ? [inFile(session, session.reading.scalings), ...whole] : whole);
  const own = answered === undefined ? ownNormalization(session) : undefined;
  if (own !== undefined && whole[0])
    return { problems: [notBesideOwn(whole[0], own, session.file.name)], questions: [] };
  const chosen = answered === undefined ? candidates : candidates.filter((candidate) => candidate.file === answered);
  const [first, second] = chosen;
  if (!first) return { problems: [], questions: [] };
  if (second && answered === undefined) return { problems: [], questions: [whichScaler(candidates, table)] };
  const { binding } = bindTable(session.fileNetwork, table, { ...choice, categories: {} }, first.scalings);
  if (binding && looksScaled(binding)) return { problems: [leftOut(first, table)], questions: [] };
  const outputs = beside.find((candidate) => candidate.fit === 'outputs')?.scalings.outputs;
  const scaling = first.scalings.outputs === undefined && outputs ? { ...first.scalings, outputs } : first.scalings;
  return { scaling, problems: [used(first, table.name), ...otherOrder(first, binding)], questions: [] };
}

/** A model whose inputs have no names most likely takes them in the order of its scaler, not in that of the table. */
function otherOrder({ file, scalings: { names } }: ScalerCandidate, binding: Binding | undefined): Problem[] {
  const taken = binding?.inputs.map(({ name }) => name) ?? [];
  const places = matchNames(names ?? [], taken);
  const byPosition = binding?.inputs.every(({ how }) => how === 'position') === true;
  const all = places.length === taken.length && places.every((place) => place !== undefined);
  if (!byPosition || !names || !all || places.every((place, index) => place === index)) return [];
  return [
    {
      code: 'scaler-order',
      message: `${file} lists its columns in another order (${names.join(', ')}) than ${binding.table.name}: the inputs of the model, which have no names, may be in that order.`,
      file: binding.table.name,
      remedy: `Give the order of the inputs (--columns ${names.join(',')}) if so.`,
      severity: 'warning',
    },
  ];
}

/** The one scaler beside a model without a table, for its usual ranges; said aloud like any other. */
export async function scalerBeside(session: SessionState, folder: Folder): Promise<ChosenScaling> {
  if (session.reading.scalings) return { scaling: session.reading.scalings, problems: [], questions: [] };
  if (ownNormalization(session) !== undefined) return { problems: [], questions: [] };
  const beside = await findScalers(folder, session.file.name, session.fileNetwork);
  const [first, second] = distinct(
    beside.filter((candidate) => candidate.fit === 'names' || candidate.fit === 'count'),
  );
  if (!first || second) return { problems: [], questions: [] };
  return { scaling: first.scalings, problems: [used(first, session.file.name)], questions: [] };
}

/** The layer of a model that scales its inputs itself: whatever lies beside it would scale them twice. */
function ownNormalization({ fileNetwork }: SessionState): string | undefined {
  return fileNetwork.source.layers.find(({ kind }) => kind === 'Normalization')?.name;
}

function notBesideOwn({ file }: ScalerCandidate, layer: string, model: string): Problem {
  return {
    code: 'scaler-twice',
    message: `${model} scales its inputs itself, by the layer ${layer}, so ${file} beside it is not used.`,
    file,
    remedy: 'Choose it as the scaler if the inputs went through both.',
    severity: 'info',
  };
}

function fromFile(file: NamedBytes): ChosenScaling {
  const { scalings, problems } = readScaler(file);
  return { ...(scalings && !hasError(problems) ? { scaling: scalings } : {}), problems, questions: [] };
}

function inFile(session: SessionState, scalings: ScalingSet): ScalerCandidate {
  return { file: session.file.name, scalings, reason: 'it lies in the model’s own file', fit: 'names' };
}

/** Candidates whose numbers differ: the same scaler is often saved in several formats. */
function distinct(candidates: readonly ScalerCandidate[]): ScalerCandidate[] {
  return candidates.filter(
    (candidate, index) => !candidates.slice(0, index).some((earlier) => alike(earlier.scalings, candidate.scalings)),
  );
}

function alike(a: ScalingSet, b: ScalingSet): boolean {
  const same = (x: readonly Scaling[] = [], y: readonly Scaling[] = []): boolean =>
    x.length === y.length && x.every((scaling, index) => close(scaling, y[index]!));
  return same(a.inputs, b.inputs) && (!a.outputs || !b.outputs || same(a.outputs, b.outputs));
}

function close(a: Scaling, b: Scaling): boolean {
  if (a.kind === 'identity' || b.kind === 'identity') return a.kind === b.kind;
  const near = (x: number, y: number): boolean => Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x));
  return a.kind === b.kind && near(a.centre, b.centre) && near(a.spread, b.spread);
}

/** From this number of rows on the columns' means and spreads tell scaled from original numbers. */
const rowsThatTell = 10;

/**
 * Whether the table's columns look like what the scaler gives rather than like what it takes: by the distance of their
 * means and spreads from either, over all rows of the table. Columns of whole numbers only are never scaled ones; with
 * few rows the evidence must be overwhelming.
 */
function looksScaled({ table, inputs }: Binding): boolean {
  let asRaw = 0;
  let asScaled = 0;
  let whole = true;
  for (const { source, scaling } of inputs) {
    if (source.kind !== 'numbers' || scaling.kind !== 'affine') continue;
    const statistics = wholeStatistics(source.values);
    const { mean, deviation, min, max } = statistics;
    const spread = Math.abs(scaling.spread);
    const size = deviation > 0 ? deviation : Math.max(max - min, spread * 1e-3);
    whole &&= statistics.whole;
    asRaw += Math.abs(mean - scaling.centre) / spread + Math.abs(Math.log(size / spread));
    asScaled += Math.abs(mean) + Math.abs(Math.log(size));
  }
  if (whole) return false;
  return table.rows < rowsThatTell ? 4 * asScaled < asRaw : asScaled < asRaw;
}

function whichScaler(candidates: readonly ScalerCandidate[], table: Table): Question {
  const reasons = candidates.map((candidate) => `${candidate.file} (${candidate.reason})`).join(', ');
  return {
    id: 'scaler',
    ask: `Which scaler did the inputs of ${table.name} go through: ${reasons}?`,
    choices: candidates.map((candidate) => candidate.file),
    guess: candidates[0]!.file,
  };
}

function used({ scalings, reason }: ScalerCandidate, file: string): Problem {
  return {
    code: 'scaler-found',
    message: `The inputs are scaled by ${scalings.origin}: ${reason}.`,
    file,
    remedy: 'Choose another scaler, or none, if they were not.',
    severity: 'info',
  };
}

function leftOut({ scalings }: ScalerCandidate, table: Table): Problem {
  return {
    code: 'scaler-left-out',
    message: `${table.name} looks scaled already, so ${scalings.origin} is not applied to it.`,
    file: table.name,
    remedy: 'Name the scaler if the table holds original units.',
    severity: 'warning',
  };
}
