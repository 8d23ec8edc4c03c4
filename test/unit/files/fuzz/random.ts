import { randomNumbers } from '../../../../src/slopes/randomNumbers';

/** Choices that look random and are the same in every run. */
export class Random {
  /** From 0 up to but not 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = randomNumbers(seed);
    // Neighbouring seeds give like first numbers.
    for (let round = 0; round < 4; round++) this.next();
  }

  /** A whole number from 0 up to but not `end`; 0 when there is none. */
  below(end: number): number {
    return Math.floor(this.next() * Math.max(1, end));
  }

  /** One of a list that is not empty. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** True in `share` of all calls. */
  chance(share: number): boolean {
    return this.next() < share;
  }
}
