import type { Failing } from './case';
import { count, counted } from './words';

/** "12 of the 33 failing rows", "the failing row". */
export function rowsOf(many: number, { failing }: Failing, capital = false): string {
  if (failing.length === 1) return capital ? 'The failing row' : 'the failing row';
  return many === failing.length
    ? `${capital ? 'All' : 'all'} ${counted(many, 'failing row')}`
    : `${count(many)} of the ${count(failing.length)} failing rows`;
}

/** The same among the failing rows that were looked at, where not all were: "59 of 60 evenly drawn failing rows". */
export function rowsSeen(many: number, looked: number, found: Failing): string {
  return looked === found.failing.length ? rowsOf(many, found) : `${count(many)} of ${evenlyDrawnRows(looked)}`;
}

/** "60 evenly drawn failing rows" */
export function evenlyDrawnRows(looked: number): string {
  return `${count(looked)} evenly drawn failing rows`;
}

/** Up to `most` of the positions, evenly drawn. */
export function drawn(positions: Uint32Array, most: number): Uint32Array {
  if (positions.length <= most) return positions;
  return Uint32Array.from({ length: most }, (_, index) => positions[Math.floor((index * positions.length) / most)]!);
}

/** The positions that pass a test, in their order; many times as fast as `filter` of a typed array. */
export function positionsWhere(positions: Uint32Array, passes: (position: number) => boolean): Uint32Array {
  const found = new Uint32Array(countWhere(positions, passes));
  let many = 0;
  for (let index = 0; many < found.length; index++) {
    const position = positions[index]!;
    if (passes(position)) found[many++] = position;
  }
  return found;
}

/** How many of the positions pass a test. */
export function countWhere(positions: Uint32Array, passes: (position: number) => boolean): number {
  let many = 0;
  for (const position of positions) if (passes(position)) many++;
  return many;
}
