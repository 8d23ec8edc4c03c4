import { flatInputs, flatOutputs } from '../../network/features';
import type { Network } from '../../network/network';
import type { ScalingSet } from '../../table/scaling';
import { maxScalerFiles } from '../limits';
import type { Folder } from '../reading';
import { isUsable, readScaler } from './readScaler';
import { wordsOf } from './statistics';

/** A file beside the model that can be its scaler. It is offered, never taken by itself. */
export interface ScalerCandidate {
  readonly file: string;
  readonly scalings: ScalingSet;
  /** Why it may belong to the model, for people: `8 means match the 8 inputs by name`. */
  readonly reason: string;
  /** How well: all inputs by name, the right number, or only some inputs by name. */
  readonly fit: 'names' | 'count' | 'some' | 'outputs';
}

const endings = /\.(json|pkl|pickle|joblib|npz|rds|rda|rdata|gz|z)$/i;
const scalerWords =
  /^(scaler|scalers|scale|scaling|norm|normalizer|normalization|normalisation|normalize|standard|standardizer|minmax|preprocess|preprocessing|preprocessor|transformer|transform|mean|means|stats|statistics|moments|std)$/;
const fits: readonly ScalerCandidate['fit'][] = ['names', 'count', 'some', 'outputs'];

/**
 * The files in the model's folder that look like its scaler, the best first: by content (they scale as many columns, or
 * columns of the same names), and among equals by name. Two that fit equally well both stand in the list.
 */
export async function findScalers(
  folder: Folder,
  model: string,
  network: Network,
  columns: readonly string[] = [],
): Promise<readonly ScalerCandidate[]> {
  const names = (await folder.list()).filter((name) => name !== model && endings.test(name) && !name.includes('/'));
  const likely = [...names]
    .sort((a, b) => rank(b, model) - rank(a, model) || a.localeCompare(b))
    .slice(0, maxScalerFiles);
  const found: ScalerCandidate[] = [];
  for (const name of likely) {
    const bytes = await folder.read(name);
    const candidate = bytes && candidateOf({ name, bytes }, network, columns);
    if (candidate) found.push(candidate);
  }
  return found.sort((a, b) => fits.indexOf(a.fit) - fits.indexOf(b.fit));
}

/** Names that speak of scaling come first, and among them those that share words with the model's name. */
function rank(name: string, model: string): number {
  const words = wordsOf(name.replace(/\.[^.]*$/, ''));
  const own = new Set(wordsOf(model.replace(/\.[^.]*$/, '')));
  const speaks = words.some((word) => scalerWords.test(word)) ? 100 : 0;
  return speaks + words.filter((word) => own.has(word)).length;
}

function candidateOf(
  file: { readonly name: string; readonly bytes: Uint8Array },
  network: Network,
  columns: readonly string[],
): ScalerCandidate | undefined {
  const reading = readScaler(file);
  if (!isUsable(reading)) return undefined;
  const fit = fitOf(reading.scalings, network, columns);
  return fit && { file: file.name, scalings: reading.scalings, ...fit };
}

type Fit = Pick<ScalerCandidate, 'fit' | 'reason'>;

function fitOf(scalings: ScalingSet, network: Network, columns: readonly string[]): Fit | undefined {
  const inputs = flatInputs(network).filter((input) => input.kind === 'number');
  const outputs = flatOutputs(network);
  const fitsTarget = scalings.outputs?.length === outputs.length;
  const target = fitsTarget ? `; ${counted(outputs.length, 'output')} scaled too` : '';
  const count = scalings.inputs.length;
  if (count === 0)
    return fitsTarget ? { fit: 'outputs', reason: `scales ${counted(outputs.length, 'output')} only` } : undefined;
  const known = new Set((scalings.names ?? []).map(plain));
  const matching = inputs.filter(({ name }) => known.has(plain(name))).length;
  const ofInputs = counted(inputs.length, 'input');
  const scaled = counted(count, 'scaled column');
  if (matching === inputs.length && matching > 0) {
    const rest = count === matching ? '' : ` (of ${scaled})`;
    return {
      fit: 'names',
      reason: `${counted(matching, 'scaled column')} match${matching === 1 ? 'es' : ''} the ${ofInputs} by name${rest}${target}`,
    };
  }
  if (count === inputs.length)
    return { fit: 'count', reason: `${scaled} for ${ofInputs}, by position${namesNote(scalings, columns)}${target}` };
  return matching === 0 ? undefined : { fit: 'some', reason: `${matching} of ${ofInputs} match by name${target}` };
}

/** The scaler's own names, where the network has none like them: those of the table, or of something else. */
function namesNote({ names }: ScalingSet, columns: readonly string[]): string {
  if (!names) return '';
  const table = new Set(columns.map(plain));
  return names.every((name) => table.has(plain(name))) ? '; all are columns of the table' : '; the names differ';
}

function plain(name: string): string {
  return wordsOf(name).join(' ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
