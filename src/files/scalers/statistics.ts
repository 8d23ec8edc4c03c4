import type { Leaf } from './numberTree';

/** What a list of numbers in a scaler file is of the data. */
export type Measure = 'mean' | 'spread' | 'variance' | 'low' | 'high' | 'dataLow' | 'dataHigh' | 'greatest' | 'range';

/** Whether numbers belong to the inputs or to the target; `open` when nothing says so. */
export type Side = 'inputs' | 'outputs' | 'open';

/** The statistics of one side. */
export interface Statistics {
  readonly measures: ReadonlyMap<Measure, readonly number[]>;
  /** Names of the columns, when the file names them. */
  readonly names?: readonly string[];
  /** What kind of scaling the file says it is, in its own words. */
  readonly kind?: string;
  readonly flags: ReadonlyMap<string, boolean>;
  /** Whether the keys are those of scikit-learn's own attributes (`min_`, `scale_`). */
  readonly attributes: boolean;
}

const measureWords: readonly (readonly [Measure, RegExp])[] = [
  ['dataLow', /^(data|feature) (min|mins|minimum)$/],
  ['dataHigh', /^(data|feature) (max|maxs|maximum)$/],
  ['greatest', /^(max abs|maxabs|abs max|absmax)$/],
  ['range', /^(feature range|output range|target range|range|bounds|range bounds)$/],
  ['mean', /^(mean|means|mu|avg|average|averages|center|centers|centre|centres|median|medians|loc|location)$/],
  ['variance', /^(var|vars|variance|variances)$/],
  [
    'spread',
    /^(std|stds|stdev|stdevs|stddev|stddevs|std dev|sd|sds|sigma|sigmas|scale|scales|spread|spreads|iqr|standard deviations?|deviations?)$/,
  ],
  ['low', /^(min|mins|minimum|minimums|minima|lo|low|lower)$/],
  ['high', /^(max|maxs|maxes|maximum|maximums|maxima|hi|high|upper)$/],
];

const targetWords: ReadonlySet<string> = new Set(
  'y target targets output outputs out label labels response outcome'.split(' '),
);
const inputWords: ReadonlySet<string> = new Set('x input inputs in feature features predictor predictors'.split(' '));
const fillerWords: ReadonlySet<string> = new Set(
  'scaler scalers scaling scalings norm normalization normalisation normalizer normaliser standardization params parameters param stats statistics statistic train training values standard minmax preprocessing per column columns all'.split(
    ' ',
  ),
);
const namesWords = /^((feature|input|column|variable|x) )?(names|columns|features|cols|inputs|variables)( in)?$/;
const kindWords =
  /^(kind|type|class|method|scaler|name|class name|scaling|transform|transformation|normalization|mode)$/;
const flagWords = /^(with (mean|std|centering|scaling)|log|log1p|clip)$/;

/** A word of a key: `X_train_mean` and `meanX` are `x train mean` and `mean x`. */
export function wordsOf(key: string): readonly string[] {
  return key
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Which side the words of a file's name or of a key speak of. */
export function sideOf(words: readonly string[]): Side {
  if (words.some((word) => targetWords.has(word))) return 'outputs';
  return words.some((word) => inputWords.has(word)) ? 'inputs' : 'open';
}

/** Sorts the leaves of a file by side and measure; per-column dictionaries become lists in the order of the file. */
export function statisticsOf(leaves: readonly Leaf[]): ReadonlyMap<Side, Statistics> {
  const sides = new Map<Side, Collected>();
  for (const leaf of leaves) {
    const read = readPath(leaf);
    const side = sides.get(read.side) ?? new Collected();
    sides.set(read.side, side);
    side.take(leaf, read);
  }
  return new Map([...sides].map(([side, collected]) => [side, collected.finish()]));
}

/** A path split into what is said of the side, the words of the measure, and the name of a column. */
interface ReadPath {
  readonly side: Side;
  readonly words: string;
  readonly column: string | undefined;
  readonly underscored: boolean;
}

function readPath({ path, content }: Leaf): ReadPath {
  let side: Side = 'open';
  const said: string[] = [];
  const columns: string[] = [];
  for (const [at, key] of path.entries()) {
    const words = wordsOf(key);
    const isNames = at === path.length - 1 && content.kind === 'texts' && namesWords.test(words.join(' '));
    // `feature_range` and `feature_names` are of no side, though they hold its words.
    if (isNames || isMeasure(words.join(' '))) {
      said.push(words.join(' '));
      continue;
    }
    const meaning = words.filter((word) => !targetWords.has(word) && !inputWords.has(word) && !fillerWords.has(word));
    if (meaning.length > 0 && !isMeasure(meaning.join(' ')) && !isSetting(meaning.join(' '))) {
      columns.push(key);
      continue;
    }
    if (side === 'open') side = sideOf(words);
    if (meaning.length > 0) said.push(meaning.join(' '));
  }
  const underscored = path.at(-1)?.endsWith('_') ?? false;
  return { side, words: said.join(' '), column: columns.length > 0 ? columns.join('.') : undefined, underscored };
}

function isMeasure(words: string): boolean {
  return measureWords.some(([, pattern]) => pattern.test(words));
}

function isSetting(words: string): boolean {
  return kindWords.test(words) || flagWords.test(words);
}

class Collected {
  private readonly vectors = new Map<Measure, readonly number[]>();
  private readonly byColumn = new Map<Measure, Map<string, number>>();
  private readonly flags = new Map<string, boolean>();
  private names: readonly string[] | undefined;
  private kind: string | undefined;
  private attributes = false;

  take({ path, content }: Leaf, { words, column, underscored }: ReadPath): void {
    if (content.kind === 'flag') this.flags.set(words, content.value);
    else if (content.kind === 'texts') this.takeTexts(path, words, content);
    else {
      const measure = measureWords.find(([, pattern]) => pattern.test(words))?.[0];
      if (measure === undefined) return;
      this.attributes ||= underscored;
      if (column === undefined) this.vectors.set(measure, content.values);
      else if (content.values.length === 1) {
        const columns = this.byColumn.get(measure) ?? new Map<string, number>();
        this.byColumn.set(measure, columns.set(column, content.values[0]!));
      }
    }
  }

  finish(): Statistics {
    const measures = new Map(this.vectors);
    let { names } = this;
    for (const [measure, columns] of this.byColumn) {
      const keys = [...columns.keys()];
      const order: readonly string[] =
        names?.length === keys.length && names.every((name) => columns.has(name)) ? names : keys;
      measures.set(
        measure,
        order.map((name) => columns.get(name)!),
      );
      if (!names && keys.some((key) => !/^\d+$/.test(key))) names = order;
    }
    return {
      measures,
      flags: this.flags,
      attributes: this.attributes,
      ...(names ? { names } : {}),
      ...(this.kind === undefined ? {} : { kind: this.kind }),
    };
  }

  private takeTexts(
    path: readonly string[],
    words: string,
    { values, single }: { readonly values: readonly string[]; readonly single: boolean },
  ): void {
    const key = wordsOf(path.at(-1) ?? '').join(' ');
    if (single && kindWords.test(words === '' ? key : words))
      this.kind = `${this.kind ?? ''} ${values.join(' ')}`.trim();
    else if (!single && (namesWords.test(key) || path.length === 0)) this.names = values;
  }
}
