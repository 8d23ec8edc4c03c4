import { hasError, ProblemError, type Problem } from '../../problem';
import type { Scaling, ScalingSet } from '../../table/scaling';
import { looksLikePickle, readPickledFile } from '../containers/joblib';
import { decompress, decompressedHead } from '../containers/compression';
import { isNpy, readNpy } from '../containers/npy';
import { readRFile, startsLikeR } from '../containers/rSerialization';
import { isZip, openZip } from '../containers/zip';
import { parseJson } from '../json';
import { maxScalerBytes } from '../limits';
import type { NamedBytes } from '../reading';
import { refusal } from '../refuse';
import { contentsOf } from '../sklearn/contents';
import { chooseScalings } from '../sklearn/scalerChoice';
import { columnScalings, type ReadColumns } from './columnScalings';
import { jsonLeaves, pickleLeaves, type Leaf } from './numberTree';
import { rLeaves } from './rLeaves';
import { sideOf, statisticsOf, wordsOf, type Side, type Statistics } from './statistics';

/** What a scaler file says; without scalings at least one problem says why. */
export interface ScalerReading {
  readonly scalings?: ScalingSet;
  readonly problems: readonly Problem[];
}

/**
 * Reads a file that scales the columns of a network: JSON (means and deviations, minima and maxima, scikit-learn's
 * attributes, dictionaries of inputs and target), a scaler saved with joblib or pickle, arrays in an .npz, or R's lists,
 * `scale()` results and caret's `preProcess`. It is recognised by content. Scalings of the target alone (`scaler_y.pkl`) leave `inputs` empty.
 */
export function readScaler(file: NamedBytes): ScalerReading {
  try {
    if (file.bytes.length > maxScalerBytes) throw notScaler(file, 'is far too large for a scaler');
    const { bytes } = file;
    const head = decompressedHead(bytes);
    if (looksLikePickle(head)) return readPickled(file);
    if (startsLikeR(head)) return fromLeaves(file, rLeaves(readRFile(file.name, unpacked(file))));
    if (isZip(bytes)) return fromLeaves(file, archivedLeaves(file));
    if (isNpy(bytes)) throw notScaler(file, 'is a single array: what its numbers mean is not said');
    const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
    if (/^[{[]/.test(start)) return fromLeaves(file, jsonLeaves(parseJson(bytes, file.name)));
    throw notScaler(file, 'is no JSON, joblib, pickle, npz or R file');
  } catch (error) {
    // Content that breaks its own format's rules in a way nobody foresaw is a damaged file for the user.
    const known = error instanceof ProblemError ? error : notScaler(file, 'is damaged');
    return { problems: [known.problem] };
  }
}

function readPickled(file: NamedBytes): ScalerReading {
  const pickled = readPickledFile(file.bytes, { file: file.name });
  const contents = contentsOf(pickled, file.name);
  if (contents.transformers.length === 0) return fromLeaves(file, pickleLeaves(pickled.value));
  const chosen = chooseScalings(file.name, contents.transformers);
  const { scalings } = chosen;
  if (!scalings) return { problems: chosen.problems.map((problem) => ({ ...problem, severity: 'error' })) };
  const names = scalings.names ?? contents.texts.find((texts) => texts.value.length === scalings.inputs.length)?.value;
  const named = names ? { ...scalings, names } : scalings;
  return { scalings: ofTargetFile(file, named), problems: chosen.problems };
}

/** A file named for the target (`scaler_y.joblib`) with one set of scalings scales the target. */
function ofTargetFile(file: NamedBytes, scalings: ScalingSet): ScalingSet {
  if (scalings.outputs || sideOf(wordsOf(file.name)) !== 'outputs') return scalings;
  return { inputs: [], outputs: scalings.inputs, origin: scalings.origin };
}

function unpacked(file: NamedBytes): Uint8Array {
  return decompress(file.bytes, maxScalerBytes, file.name).bytes;
}

function archivedLeaves(file: NamedBytes): readonly Leaf[] {
  const leaves: Leaf[] = [];
  for (const entry of openZip(file.bytes, file.name).values()) {
    if (!entry.name.endsWith('.npy')) continue;
    const name = entry.name.slice(0, -'.npy'.length);
    const array = readNpy(entry.read(maxScalerBytes), file.name, name);
    const path = name.split('/');
    if (array.kind === 'numbers')
      leaves.push({
        path,
        content: { kind: 'numbers', values: Array.from(array.values), single: array.shape.length === 0 },
      });
    else if (array.kind === 'texts')
      leaves.push({ path, content: { kind: 'texts', values: array.values, single: array.shape.length === 0 } });
  }
  return leaves;
}

function fromLeaves(file: NamedBytes, leaves: readonly Leaf[]): ScalerReading {
  const statistics = statisticsOf(leaves);
  const open = statistics.get('open');
  const openSide: Side = sideOf(wordsOf(file.name)) === 'outputs' && !statistics.has('outputs') ? 'outputs' : 'inputs';
  const inputs = sideScalings(file, statistics.get('inputs'), openSide === 'inputs' ? open : undefined);
  const outputs = sideScalings(file, statistics.get('outputs'), openSide === 'outputs' ? open : undefined);
  if (!inputs && !outputs) throw notScaler(file, 'holds no means and deviations and no minima and maxima');
  const names = namesFor(inputs?.scalings.length ?? 0, [statistics.get('inputs'), open]);
  const what = [...new Set([inputs?.what, outputs?.what].filter((one) => one !== undefined))].join('; ');
  return {
    scalings: {
      inputs: inputs?.scalings ?? [],
      ...(names ? { names } : {}),
      ...(outputs ? { outputs: outputs.scalings } : {}),
      origin: `${file.name} (${what})`,
    },
    problems: [],
  };
}

/** The statistics of a side; what the file says without naming a side (the kind, a range) counts for both. */
function sideScalings(
  file: NamedBytes,
  own: Statistics | undefined,
  open: Statistics | undefined,
): { readonly scalings: readonly Scaling[]; readonly what: string } | undefined {
  const joined = own && own.measures.size > 0 ? own : (open ?? own);
  if (!joined) return undefined;
  const shared = open && joined === own ? withShared(own, open) : joined;
  const read: ReadColumns | undefined = columnScalings(shared);
  if (!read || 'scalings' in read) return read;
  throw refusal(file.name, {
    code: 'scaler-unclear',
    message: `${file.name} ${read.fault}.`,
    remedy: read.remedy,
  });
}

function withShared(own: Statistics, open: Statistics): Statistics {
  const range = open.measures.get('range');
  const kind = own.kind ?? open.kind;
  return {
    ...own,
    measures: range && !own.measures.has('range') ? new Map([...own.measures, ['range', range]]) : own.measures,
    flags: new Map([...open.flags, ...own.flags]),
    ...(kind === undefined ? {} : { kind }),
  };
}

function namesFor(count: number, statistics: readonly (Statistics | undefined)[]): readonly string[] | undefined {
  return statistics.find((one) => one?.names?.length === count && count > 0)?.names;
}

/** Whether a reading can be offered: it has scalings and no error. */
export function isUsable(reading: ScalerReading): reading is ScalerReading & { readonly scalings: ScalingSet } {
  return reading.scalings !== undefined && !hasError(reading.problems);
}

function notScaler(file: NamedBytes, what: string): ProblemError {
  return refusal(file.name, {
    code: 'scaler-unknown',
    message: `${file.name} is not a scaler that can be read: it ${what}.`,
    remedy:
      'Give a JSON like {"mean": […], "std": […]} or {"min": […], "max": […]}, or a scaler saved with joblib, pickle or numpy.savez.',
  });
}
