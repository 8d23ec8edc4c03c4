/** Numbers that look random and are the same in every run: mulberry32 by Tommy Ettinger. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
    // Neighbouring seeds give like first numbers.
    for (let round = 0; round < 4; round++) this.next();
  }

  /** From 0 up to but not 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
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
