import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  identity,
  isIdentity,
  modelPerOriginal,
  scalingFault,
  toModel,
  toOriginal,
  type Scaling,
} from '../../../src/table/scaling';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const scalings: fc.Arbitrary<Scaling> = fc.oneof(
  fc.constant(identity),
  fc.record({ kind: fc.constant('affine' as const), centre: finite(-100, 100), spread: finite(0.01, 100) }),
  fc.record({
    kind: fc.constant('logAffine' as const),
    shift: finite(0.5, 10),
    centre: finite(-3, 3),
    spread: finite(0.1, 5),
  }),
);

describe('a scaling', () => {
  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(scalings, finite(0, 1000), (scaling, value) => {
        expect(toOriginal(scaling, toModel(scaling, value))).toBeCloseTo(value, 6);
      }),
    );
  });

  it('has the slope that a small step shows', () => {
    fc.assert(
      fc.property(scalings, finite(0, 100), (scaling, value) => {
        const step = 1e-4;
        const rise = (toModel(scaling, value + step) - toModel(scaling, value - step)) / (2 * step);
        expect(Math.abs(rise / modelPerOriginal(scaling, value) - 1)).toBeLessThan(1e-5);
      }),
    );
  });

  it('has no value where the logarithm has none', () => {
    expect(toModel({ kind: 'logAffine', shift: 0, centre: 0, spread: 1 }, 0)).toBeNaN();
  });

  it('that changes nothing is known', () => {
    expect(isIdentity({ kind: 'affine', centre: 0, spread: 1 })).toBe(true);
    expect(isIdentity({ kind: 'affine', centre: 0, spread: 2 })).toBe(false);
  });

  it('that cannot be used says why', () => {
    expect(scalingFault({ kind: 'affine', centre: 0, spread: 0 })).toBe('has a spread of 0');
    expect(scalingFault({ kind: 'affine', centre: NaN, spread: 1 })).toBe('has a mean or spread that is not a number');
    expect(scalingFault(identity)).toBeUndefined();
  });
});
