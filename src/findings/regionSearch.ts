import {
  admit,
  bestPart,
  scoreOf,
  weightsInside,
  type Inside,
  type LabelledRows,
  type SampleColumn,
} from './intervalSearch';

/** One condition of a region: a part of a column. */
export interface Part {
  readonly column: SampleColumn;
  readonly inside: Inside;
}

const mostConditions = 3;
/** Another condition has to add this much to the F-score. */
const neededGain = 0.04;
/** A limit whose loss costs no more than this is left out: shorter reads better. */
const cheapLoss = 0.01;
/** How many first conditions are followed up: the best one alone need not be part of the best pair. */
const starts = 5;

/** What a search found, and how it does on the rows it was found on. */
export interface FoundRegion {
  readonly parts: readonly Part[];
  /** Failing rows inside ÷ failing rows. */
  readonly coverage: number;
  /** The F-score with β = 1. */
  readonly score: number;
}

/** The conditions, at most three, with the highest F-score found by growing from the best single ones. */
export function searchRegion(columns: readonly SampleColumn[], rows: LabelledRows): FoundRegion {
  const search = new RegionSearch(columns, rows);
  const everywhere = search.places([]);
  const firsts = columns
    .flatMap((column) => search.best(column, everywhere, 0) ?? [])
    .sort((a, b) => b.score - a.score)
    .slice(0, starts);
  let best: Scored = { parts: [], score: 0 };
  for (const first of firsts) {
    const grown = search.simplified(search.grown({ parts: [first.part], score: first.score }));
    // The first of equals stays: it was the strongest alone.
    if (grown.score > best.score + 1e-9) best = grown;
  }
  return search.figures(best.parts);
}

interface Scored {
  readonly parts: readonly Part[];
  readonly score: number;
}

/** A part of a column, with the score of the region that it belongs to. */
interface ScoredPart {
  readonly part: Part;
  readonly score: number;
}

class RegionSearch {
  private readonly columns: readonly SampleColumn[];
  private readonly rows: LabelledRows;
  private readonly failing: number;
  /** What was found to add to a region: several starts lead to the same one. */
  private readonly additions = new Map<string, ScoredPart | undefined>();

  constructor(columns: readonly SampleColumn[], rows: LabelledRows) {
    this.columns = columns;
    this.rows = rows;
    this.failing = weightsInside(rows, this.admitted([])).hits;
  }

  /** How conditions do by an even weighing. */
  figures(parts: readonly Part[]): FoundRegion {
    const { hits, size } = weightsInside(this.rows, this.admitted(parts));
    return { parts, coverage: hits / this.failing, score: (2 * hits) / (size + this.failing) };
  }

  /** The best part of a column among some places, where its score is higher than another one. */
  best(column: SampleColumn, places: Uint32Array, above: number): ScoredPart | undefined {
    const found = bestPart(column, this.rows, places, this.failing, above);
    return found && { part: { column, inside: found.inside }, score: found.score };
  }

  /** Adds conditions while they are worth it, moving the earlier ones to where they fit best beside the new one. */
  grown(start: Scored): Scored {
    let region = start;
    while (region.parts.length < mostConditions) {
      const added = this.addition(region);
      const next = this.settled(added ? { parts: [...region.parts, added.part], score: added.score } : region);
      if (next.score < region.score + neededGain) break;
      region = next;
    }
    return this.settled(region);
  }

  /** The part of another column that does most for a region. */
  private addition({ parts, score }: Scored): ScoredPart | undefined {
    const key = parts
      .map(({ column, inside }) => JSON.stringify([this.columns.indexOf(column), inside]))
      .sort()
      .join();
    if (this.additions.has(key)) return this.additions.get(key);
    const used = new Set(parts.map(({ column }) => column));
    const places = this.places(parts);
    let best: ScoredPart | undefined;
    for (const column of this.columns) {
      if (!used.has(column)) best = this.best(column, places, best?.score ?? score) ?? best;
    }
    this.additions.set(key, best);
    return best;
  }

  /** Drops limits and whole conditions that hardly help. */
  simplified(region: Scored): Scored {
    let simple = region;
    for (const part of region.parts) {
      for (const shorter of this.shorter(part)) {
        const parts = simple.parts.flatMap((each) => (each.column === part.column ? shorter : [each]));
        const score = this.score(parts);
        if (parts.length > 0 && score >= simple.score - cheapLoss) simple = { parts, score };
      }
    }
    return simple;
  }

  /** Moves each condition to its best place beside the others until nothing gets better. */
  private settled(region: Scored): Scored {
    let settled = region;
    for (let round = 0; round < 4; round++) {
      const before = settled.score;
      for (const { column } of settled.parts) {
        const others = settled.parts.filter((part) => part.column !== column);
        const moved = this.best(column, this.places(others), settled.score);
        if (!moved) continue;
        settled = {
          parts: settled.parts.map((part) => (part.column === column ? moved.part : part)),
          score: moved.score,
        };
      }
      if (settled.score <= before + 1e-9) break;
    }
    return settled;
  }

  /** Ways to say less about a column: one limit only, or nothing. */
  private shorter({ column, inside }: Part): readonly (readonly Part[])[] {
    if (inside.kind === 'levels') return [[]];
    const { low, high } = inside;
    const open = (from: number, to: number): readonly Part[] => [
      { column, inside: { kind: 'range', low: from, high: to } },
    ];
    return [open(low, Number.POSITIVE_INFINITY), open(Number.NEGATIVE_INFINITY, high), []];
  }

  private score(parts: readonly Part[]): number {
    return parts.length === 0 ? 0 : scoreOf(this.rows, this.admitted(parts), this.failing);
  }

  /** The places that parts let in, ascending. */
  places(parts: readonly Part[]): Uint32Array {
    const admitted = this.admitted(parts);
    const places = new Uint32Array(admitted.length);
    let many = 0;
    for (let place = 0; place < admitted.length; place++) {
      places[many] = place;
      many += admitted[place]!;
    }
    return places.subarray(0, many);
  }

  private admitted(parts: readonly Part[]): Uint8Array {
    const admitted = new Uint8Array(this.rows.fails.length).fill(1);
    for (const { column, inside } of parts) admit(column, inside, admitted);
    return admitted;
  }
}
