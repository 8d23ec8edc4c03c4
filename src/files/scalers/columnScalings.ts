import type { Scaling } from '../../table/scaling';
import type { Measure, Statistics } from './statistics';

/** Scalings of the columns with what they are made of, or why the statistics say none. */
export type ReadColumns =
  | { readonly scalings: readonly Scaling[]; readonly what: string }
  | { readonly fault: string; readonly remedy: string };

/**
 * What statistics amount to: (x − mean) / deviation, (x − min) / (max − min) stretched to the range, x · scale_ + min_
 * as scikit-learn's MinMaxScaler stores it, or x / greatest. A deviation or range of 0 counts as 1, as in scikit-learn.
 * Undefined when there is nothing like it.
 */
export function columnScalings(statistics: Statistics): ReadColumns | undefined {
  const { measures } = statistics;
  const ways = (['standard', 'minMax', 'factor', 'greatest'] as const).filter((way) => has[way](statistics));
  const way = chosen(ways, statistics);
  if (way === undefined) return ways.length > 1 || ways.includes('factor') ? ambiguous(ways) : undefined;
  const used = readers[way](statistics);
  const lengths = new Set([...used.lists].map((list) => list.length));
  if (lengths.size !== 1) {
    return {
      fault: `holds lists of different lengths (${[...lengths].join(' and ')} numbers)`,
      remedy: 'Give one number per column in each list.',
    };
  }
  const count = used.lists[0]!.length;
  if (measures.size === 0 || count === 0) return undefined;
  const affine = Array.from({ length: count }, (_, i) => used.column(i));
  if (affine.some(({ centre, spread }) => !Number.isFinite(centre) || !Number.isFinite(spread)))
    return { fault: 'holds numbers that are missing or infinite', remedy: 'Save the scaler again.' };
  const scalings = affine.map(({ centre, spread }) => withLogarithm(statistics, centre, spread || 1));
  return { scalings, what: used.what };
}

type Way = 'standard' | 'minMax' | 'factor' | 'greatest';

function list(statistics: Statistics, measure: Measure): readonly number[] | undefined {
  return statistics.measures.get(measure);
}

/** Whether the statistics allow a way of scaling. */
const has: Readonly<Record<Way, (statistics: Statistics) => boolean>> = {
  standard: (s) =>
    (s.measures.has('mean') || s.flags.get('with mean') === false || s.flags.get('with centering') === false) &&
    (s.measures.has('spread') ||
      s.measures.has('variance') ||
      s.flags.get('with std') === false ||
      s.flags.get('with scaling') === false),
  minMax: (s) =>
    (s.measures.has('low') && s.measures.has('high')) || (s.measures.has('dataLow') && s.measures.has('dataHigh')),
  factor: (s) =>
    s.measures.has('low') && s.measures.has('spread') && !s.measures.has('high') && !s.measures.has('mean'),
  greatest: (s) => s.measures.has('greatest') || (s.measures.has('spread') && s.measures.size === 1),
};

/** The one way there is, or the one that the file's own words name; a MinMaxScaler's own data range settles it too. */
function chosen(ways: readonly Way[], statistics: Statistics): Way | undefined {
  const kind = (statistics.kind ?? '').toLowerCase().replace(/[^a-z]/g, '');
  const named: Way | undefined = /minmax|range/.test(kind)
    ? 'minMax'
    : kind.includes('maxabs')
      ? 'greatest'
      : /standard|zscore|robust|meanstd|normal/.test(kind)
        ? 'standard'
        : undefined;
  if (named && ways.includes(named)) return named;
  if (named === 'minMax' && ways.includes('factor')) return 'factor';
  if (statistics.measures.has('dataLow') && ways.includes('minMax')) return 'minMax';
  if (ways.length !== 1)
    return ways.includes('greatest') && statistics.measures.has('greatest') ? 'greatest' : undefined;
  const [only] = ways;
  if (only === 'factor') return statistics.attributes ? 'factor' : undefined;
  if (only === 'greatest' && !statistics.measures.has('greatest'))
    return statistics.attributes ? 'greatest' : undefined;
  return only;
}

interface Used {
  readonly lists: readonly (readonly number[])[];
  readonly column: (at: number) => { readonly centre: number; readonly spread: number };
  readonly what: string;
}

const readers: Readonly<Record<Way, (statistics: Statistics) => Used>> = {
  standard: (s) => {
    const mean = list(s, 'mean');
    const spread = list(s, 'spread') ?? list(s, 'variance')?.map(Math.sqrt);
    const centred = s.flags.get('with mean') !== false && s.flags.get('with centering') !== false ? mean : undefined;
    const scaled = s.flags.get('with std') !== false && s.flags.get('with scaling') !== false ? spread : undefined;
    return {
      lists: [mean, spread].filter((one) => one !== undefined),
      column: (at) => ({ centre: centred?.[at] ?? 0, spread: scaled?.[at] ?? 1 }),
      what: 'means and standard deviations',
    };
  },
  minMax: (s) => {
    const low = list(s, 'dataLow') ?? list(s, 'low') ?? [];
    const high = list(s, 'dataHigh') ?? list(s, 'high') ?? [];
    const [from = 0, to = 1] = list(s, 'range') ?? [];
    return {
      lists: [low, high],
      column: (at) => {
        const factor = (to - from) / (high[at]! - low[at]! || 1);
        return { centre: low[at]! - from / factor, spread: 1 / factor };
      },
      what: from === 0 && to === 1 ? 'minima and maxima' : `minima and maxima, scaled to ${from} … ${to}`,
    };
  },
  factor: (s) => {
    const [offset, factor] = [list(s, 'low') ?? [], list(s, 'spread') ?? []];
    return {
      lists: [offset, factor],
      column: (at) => ({ centre: -offset[at]! / factor[at]!, spread: 1 / factor[at]! }),
      what: 'min_ and scale_ of a MinMaxScaler',
    };
  },
  greatest: (s) => {
    const greatest = list(s, 'greatest') ?? list(s, 'spread') ?? [];
    return { lists: [greatest], column: (at) => ({ centre: 0, spread: greatest[at]! }), what: 'greatest values' };
  },
};

function ambiguous(ways: readonly Way[]): ReadColumns {
  const factor = ways.includes('factor');
  return {
    fault: factor
      ? 'holds "min" and "scale", which can mean x · scale + min or (x − min) / scale'
      : 'holds means with deviations and minima with maxima: either can be the scaling',
    remedy: 'Add "kind": "standard" or "kind": "minmax" to the file, or leave out the numbers that are not used.',
  };
}

function withLogarithm(statistics: Statistics, centre: number, spread: number): Scaling {
  const kind = (statistics.kind ?? '').toLowerCase();
  if (statistics.flags.get('log1p') === true || /\blog1p\b/.test(kind))
    return { kind: 'logAffine', shift: 1, centre, spread };
  if (statistics.flags.get('log') === true || /\blog\b/.test(kind))
    return { kind: 'logAffine', shift: 0, centre, spread };
  return { kind: 'affine', centre, spread };
}
