/** What inputs are ranked by. */
export interface Ranked {
  readonly name: string;
  /** Mean |slope| × spread of the input: what a typical step of it moves, in the output's unit. */
  readonly typicalEffect: number;
  /** Highest − lowest of the average forecast curve. */
  readonly reach?: number;
  /** Rows with a slope below 0. */
  readonly below: number;
}

/** An order of inputs. */
export type RankBy = 'effect' | 'reach' | 'below' | 'name' | 'model';

/** Mean |slope| × spread; 0 for a column that never changes, NaN where there is no slope. */
export function typicalEffect(meanAbsoluteSlope: number, spread: number): number {
  return spread === 0 ? 0 : meanAbsoluteSlope * spread;
}

/** Numbers of the inputs, strongest first; ties and what has no number by their place in the model. */
export function rankInputs(inputs: readonly Ranked[], by: RankBy): number[] {
  const places = inputs.map((_, index) => index);
  if (by === 'model') return places;
  if (by === 'name') return places.sort((a, b) => inputs[a]!.name.localeCompare(inputs[b]!.name, 'en') || a - b);
  const measure = (index: number): number => {
    const { typicalEffect: effect, reach = Number.NaN, below } = inputs[index]!;
    const value = { effect, reach, below }[by];
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  };
  return places.sort((a, b) => compare(measure(b), measure(a)) || a - b);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
