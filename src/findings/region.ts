import type { Checked } from './checked';
import { rowsMeeting } from './conditions';
import type { Region } from './finding';
import { regionWords } from './findingWords';
import { bitsOf, halvesOf, type Halves } from './halves';
import { conditionOf } from './regionLimits';
import { drawSample, sampleColumns } from './regionSample';
import { searchRegion } from './regionSearch';
import type { Condition } from './rule';

/** Fewer failing rows than this show no pattern that a second half could confirm. */
const fewestFailing = 8;
/** A region holds at least this share of the failing rows of the held-out half, … */
const leastCoverage = 0.8;
/** … has at least this F-score there … */
const leastScore = 0.35;
/** … and beats "everywhere" by this much. */
const leastLift = 0.1;
/** How much a failing row found weighs beside another one left out (β² of the F-score), from even to nearly all of them. */
const recallWeights = [1, 4, 16];

/**
 * The smallest readable region (at most three conditions on columns) that holds the failing rows. It is found on one half
 * of the rows and judged on the other, so that it is no accident of the rows it was found on.
 *
 * @param positions all positions the rule was checked at
 * @param failing those at which it fails, ascending
 */
export function findRegion(checked: Checked, positions: Uint32Array, failing: Uint32Array): Region {
  if (failing.length < fewestFailing || failing.length === positions.length) return noRegion;
  const halves = halvesOf(checked, positions, failing);
  for (const conditions of candidates(checked, halves)) {
    const region = judged(conditions, checked, halves);
    if (region) return region;
  }
  return noRegion;
}

const noRegion: Region = { conditions: [], words: regionWords([]), precision: 0, coverage: 0, failing: 0, rows: 0 };

/** Regions that hold enough of the failing rows of the finding half, the highest F-score (β = 1) first. */
function candidates(checked: Checked, halves: Halves): readonly (readonly Condition[])[] {
  const drawn = drawSample(halves);
  const columns = sampleColumns(checked, drawn);
  const found = new Map<string, { readonly conditions: readonly Condition[]; readonly score: number }>();
  for (const recall of recallWeights) {
    const { parts, coverage, score } = searchRegion(columns, { ...drawn, recall });
    const conditions = parts.map((part) => conditionOf(part, parts)).filter((each) => Object.keys(each).length > 1);
    if (conditions.length > 0 && coverage >= leastCoverage) found.set(regionWords(conditions), { conditions, score });
  }
  return [...found.values()].sort((a, b) => b.score - a.score).map(({ conditions }) => conditions);
}

/** The region with its exact counts, unless it does not do on the half it was not found on. */
function judged(conditions: readonly Condition[], checked: Checked, { labels, counts, failing }: Halves) {
  const { table, rows } = checked;
  const inside = countsInside(rowsMeeting(conditions, table, rows), labels);
  const hits = inside.judging.failing;
  const all = failing.judging.length;
  if (hits < leastCoverage * all) return undefined;
  const size = inside.judging.rows;
  const everywhere = (2 * all) / (counts[0]! + 2 * all);
  if ((2 * hits) / (size + all) < Math.max(leastScore, everywhere + leastLift)) return undefined;
  return {
    conditions,
    words: regionWords(conditions),
    precision: hits / size,
    coverage: hits / all,
    failing: hits + inside.finding.failing,
    rows: size + inside.finding.rows,
  };
}

/** How many of the rows of each half lie inside, and how many of those fail; summed by bits, which takes no branch. */
function countsInside(inside: Uint8Array, labels: Uint8Array) {
  let [rows, failing, findingRows, findingFailing] = [0, 0, 0, 0];
  for (let position = 0; position < labels.length; position++) {
    const { finding, fails, checked } = bitsOf(labels[position]!);
    const counts = inside[position]! & checked;
    rows += counts;
    failing += counts & fails;
    findingRows += counts & finding;
    findingFailing += counts & finding & fails;
  }
  return {
    judging: { rows: rows - findingRows, failing: failing - findingFailing },
    finding: { rows: findingRows, failing: findingFailing },
  };
}
