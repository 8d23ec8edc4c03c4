import { flatInputs } from '../network/features';
import type { Network } from '../network/network';
import { identity, type Scaling, type ScalingSet } from '../table/scaling';
import type { Column, Table } from '../table/table';
import { scaleOfInputs } from './leadingScale';
import type { UsualRange } from './service';

/** A network with the scaling in use. */
interface ScaledModel {
  readonly network: Network;
  readonly scaling: ScalingSet | undefined;
}

/** How many spreads around the average count as usual, and points that stand in for a table. */
const spreads = 2;
const points = 2000;

/**
 * Usual values per flat input as the file tells them: the scaler's average ± 2 spreads, its lowest to its highest value, or
 * what the graph itself begins with; undefined where nothing tells. Categories have no range: [0, 0].
 */
export function rangesOfFile(session: ScaledModel): (UsualRange | undefined)[] {
  const inside = scaleOfInputs(session.network);
  const isFromTo = /min.?max/i.test(session.scaling?.origin ?? '');
  return flatInputs(session.network).map(({ kind }, index) => {
    if (kind === 'text') return { low: 0, high: 0 };
    const scaling: Scaling = session.scaling?.inputs[index] ?? identity;
    const known = scaling.kind === 'affine' ? scaling : inside[index];
    if (!known) return undefined;
    const { centre, spread } = known;
    const ends = isFromTo ? [centre, centre + spread] : [centre - spreads * spread, centre + spreads * spread];
    return { low: Math.min(...ends), high: Math.max(...ends) };
  });
}

/** The same where it is known of every input; undefined where it is not. */
export function usualRanges(session: ScaledModel): UsualRange[] | undefined {
  const ranges = rangesOfFile(session);
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

/**
 * A table that stands in for data: points spread evenly over ranges, a category's levels in turn. Everything that is
 * computed from it holds for those ranges, not for anybody's data, and must be said so.
 */
export function pointsTable(session: ScaledModel, ranges: readonly UsualRange[]): Table {
  const inputs = flatInputs(session.network);
  const columns = inputs.map(({ name, port, kind }, index): Column => {
    if (kind === 'text') {
      const levels = session.network.inputs[port]!.levels ?? [];
      return {
        kind: 'text',
        name,
        levels,
        codes: Int32Array.from({ length: points }, (_, row) => row % levels.length),
      };
    }
    const { low, high } = ranges[index]!;
    const values = Float64Array.from(
      { length: points },
      (_, row) => low + (high - low) * evenSpread(row + 1, index, inputs.length),
    );
    return { kind: 'number', name, values, textCount: 0, whole: false };
  });
  return {
    name: 'usual ranges',
    rows: points,
    columns,
    lines: Uint32Array.from({ length: points }, (_, row) => row + 1),
    dialect: { delimiter: ',', decimal: '.', encoding: 'none', header: false },
  };
}

/** Up to so many dimensions an additive recurrence fills a box evenly; in more its steps are too alike. */
const mostRecurring = 12;

/**
 * Coordinate of a point that is one of many spread evenly over the unit box: the fractional part of n · φ^−(k+1), where φ
 * solves x^(d+1) = x + 1 (Roberts 2018); in many dimensions a fixed mixture of both numbers.
 */
export function evenSpread(point: number, dimension: number, dimensions: number): number {
  if (dimensions > mostRecurring) {
    let mixed = Math.imul(point, 0x9e3779b1) ^ Math.imul(dimension + 1, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }
  let phi = 2;
  for (let round = 0; round < 30; round++) phi = (1 + phi) ** (1 / (dimensions + 1));
  return (0.5 + point * phi ** -(dimension + 1)) % 1;
}
