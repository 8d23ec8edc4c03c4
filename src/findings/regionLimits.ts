import { admit, type SampleColumn } from './intervalSearch';
import type { Part } from './regionSearch';
import type { Condition } from './rule';

/** A part of a column with limits as short as they can be without moving a row across that the other parts let in. */
export function conditionOf(part: Part, parts: readonly Part[]): Condition {
  const { column, inside } = part;
  if (inside.kind === 'levels' || column.kind === 'text') {
    const codes = inside.kind === 'levels' ? inside.codes : [];
    return { column: column.name, levels: column.kind === 'text' ? codes.map((code) => column.levels[code]!) : [] };
  }
  const sorted = valuesAdmitted(
    column,
    parts.filter((other) => other !== part),
  );
  const first = sorted.findIndex((value) => value >= inside.low);
  const last = sorted.findLastIndex((value) => value <= inside.high);
  const above = first > 0 ? shortest(sorted[first - 1]!, sorted[first]!) : undefined;
  const atMost = last < sorted.length - 1 ? shortest(sorted[last]!, sorted[last + 1]!) : undefined;
  const whole = sorted.every(Number.isInteger);
  if (whole && above !== undefined && atMost !== undefined) {
    return { column: column.name, atLeast: Math.floor(above) + 1, atMost: Math.floor(atMost) };
  }
  if (whole && atMost !== undefined && sorted[0] === sorted[last]) {
    return { column: column.name, atLeast: sorted[last]!, atMost: sorted[last]! };
  }
  return {
    column: column.name,
    ...(above === undefined ? {} : { above }),
    ...(atMost === undefined ? {} : { atMost }),
  };
}

/** The different values of a column, ascending, in the rows of the sample that other parts let in. */
function valuesAdmitted(column: Extract<SampleColumn, { kind: 'number' }>, others: readonly Part[]): readonly number[] {
  const admitted = new Uint8Array(column.codes.length).fill(1);
  for (const other of others) admit(other.column, other.inside, admitted);
  const occurs = new Uint8Array(column.values.length);
  column.codes.forEach((code, place) => {
    if (code >= 0 && admitted[place] === 1) occurs[code] = 1;
  });
  return Array.from(column.values).filter((_, code) => occurs[code] === 1);
}

/** The shortest decimal number c with low ≤ c < high. */
export function shortest(low: number, high: number): number {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (low <= 0 && high > 0) return 0;
  for (let power = Math.ceil(Math.log10(largest)); power > -18; power--) {
    for (const digit of [1, 0.5]) {
      const step = digit * 10 ** power;
      const candidate = Number((Math.ceil(low / step - 1e-9) * step).toPrecision(15));
      if (candidate >= low && candidate < high) return candidate;
    }
  }
  return low;
}
