import type { Checked } from './checked';

/** What is known of a row, as bits: it belongs to the half that regions are found on; it fails; it was not checked. */
export const label = { finding: 1, fails: 2, unchecked: 4 } as const;

/** The bits of a label one by one, each 0 or 1. */
export function bitsOf(labels: number) {
  return { finding: labels & 1, fails: (labels >> 1) & 1, checked: 1 - (labels >> 2) };
}

/** The rows a rule was checked on in two halves: regions are found on one and judged on the other. */
export interface Halves {
  /** By position. */
  readonly labels: Uint8Array;
  /** How many rows have a label, by label. */
  readonly counts: Float64Array;
  /** The failing positions of each half, ascending. */
  readonly failing: { readonly finding: Uint32Array; readonly judging: Uint32Array };
}

/** Puts one of each two failing rows, and one of each two others, into the finding half: by chance, but always the same. */
export function halvesOf(checked: Checked, positions: Uint32Array, failing: Uint32Array): Halves {
  const { labels, counts } = labelled(checked, positions);
  const halves = [new Uint32Array(failing.length), new Uint32Array(failing.length)] as const;
  const lengths = [0, 0];
  for (let place = 0; place < failing.length; place++) {
    const position = failing[place]!;
    const half = halfOf(place);
    counts[labels[position]!]! -= 1;
    labels[position] = label.fails + half;
    halves[half][lengths[half]!++] = position;
  }
  const [judging, finding] = [halves[0].subarray(0, lengths[0]), halves[1].subarray(0, lengths[1])];
  counts[label.fails] = judging.length;
  counts[label.fails + label.finding] = finding.length;
  return { labels, counts, failing: { finding, judging } };
}

/** The halves of all rows, before it is known which fail; made once and copied. */
const splits = new WeakMap<Checked, Pick<Halves, 'counts' | 'labels'>>();

function labelled(checked: Checked, positions: Uint32Array): Pick<Halves, 'counts' | 'labels'> {
  const split = splits.get(checked) ?? splitOf(checked.rows.length);
  splits.set(checked, split);
  if (positions.length === checked.rows.length) return { labels: split.labels.slice(), counts: split.counts.slice() };
  const labels = new Uint8Array(checked.rows.length).fill(label.unchecked);
  const counts = new Float64Array(8);
  for (const position of positions) {
    const half = split.labels[position]!;
    labels[position] = half;
    counts[half]! += 1;
  }
  return { labels, counts };
}

function splitOf(rows: number): Pick<Halves, 'counts' | 'labels'> {
  const labels = new Uint8Array(rows);
  const counts = new Float64Array(8);
  for (let position = 0; position < rows; position++) {
    const half = halfOf(position);
    labels[position] = half;
    counts[half]! += 1;
  }
  return { labels, counts };
}

/** 1 for one of each two numbers, 0 for the other. */
function halfOf(place: number): 0 | 1 {
  return ((scrambled(place >> 1) + place) & 1) === 1 ? 1 : 0;
}

/** A fixed scramble of whole numbers (Knuth's multiplicative hash with a fold). */
export function scrambled(number: number): number {
  const spread = Math.imul(number + 1, 2654435761);
  return (spread ^ (spread >>> 15)) >>> 0;
}
