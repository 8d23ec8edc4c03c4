import { describe, expect, it } from 'vitest';
import { auditSlopes, type AuditTables } from '../../../src/findings/audit';
import { randomNumbers } from '../../../src/slopes/randomNumbers';

const next = randomNumbers(5);
const lines = (): Float64Array[] =>
  Array.from({ length: 40 }, () => Float64Array.from([0, 0, 0], () => next() * 4 - 2));
const ours = lines();
const y = Float64Array.from(ours, () => 0.1 + 0.8 * next());
const model = ours.map((line) => line.map((slope, input) => slope * [2, 5, 9][input]!));

function audit(theirs: readonly Float64Array[], more: Partial<AuditTables> = {}) {
  const rows = Uint32Array.from(theirs, (_, row) => row);
  return auditSlopes({ inputs: ['a', 'b', 'c'], output: 'volume', rows, theirs, ours, model, y, ...more });
}

describe('an audit', () => {
  it('agrees with the same slopes, also in few digits', () => {
    expect(audit(ours.map((line) => line.map(Math.fround)))).toMatchObject({ agree: 40, causes: [], signsDiffer: 0 });
  });

  it.each([
    ['units', model],
    ['log-odds', ours.map((line, row) => line.map((slope) => slope / (y[row]! * (1 - y[row]!))))],
    ['sign', ours.map((line) => line.map((slope) => -slope))],
    ['factor', ours.map((line) => line.map((slope) => 2.5 * slope))],
    ['factor', ours.map((line) => line.map((slope, input) => slope * [0.3, 1.7, 4][input]!))],
    ['ddof', ours.map((line) => line.map((slope) => slope * Math.sqrt(39 / 40)))],
    ['column order', ours.map(([a = 0, b = 0, c = 0]) => Float64Array.of(b, c, a))],
    ['transposed', ours.map((line, row) => line.map((_, input) => flatColumn(row * 3 + input)))],
  ] satisfies [string, readonly Float64Array[]][])('names the cause: %s', (kind, theirs) => {
    expect(audit(theirs).causes[0]).toMatchObject({ kind, rows: 40, share: 1 });
  });

  it('names slopes before the last step first', () => {
    const before = lines();
    const { causes } = audit(before, { beforeLast: { original: before, model: lines() } });
    expect(causes[0]).toMatchObject({ kind: 'last step', share: 1 });
  });

  it('says so where nothing explains it', () => {
    const { causes, message } = audit(lines());
    expect(causes).toEqual([]);
    expect(message).toMatch(/Nothing that Slopescope looks for explains it\.$/);
  });
});

function flatColumn(place: number): number {
  return ours[place % 40]![Math.floor(place / 40)]!;
}
