/** Values by key that together take at most so many bytes; the ones asked for longest ago are let go first. */
export class RecentlyUsed<Key, Value> {
  private readonly budget: number;
  private readonly bytesOf: (value: Value) => number;
  /** Least recently used first. */
  private readonly kept = new Map<Key, Value>();

  constructor(budget: number, bytesOf: (value: Value) => number) {
    this.budget = budget;
    this.bytesOf = bytesOf;
  }

  has(key: Key): boolean {
    return this.kept.has(key);
  }

  get(key: Key): Value | undefined {
    const value = this.kept.get(key);
    if (value === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, value);
    return value;
  }

  /** Keeps a value, even one that is larger than the budget: it is the one in use. */
  set(key: Key, value: Value): void {
    this.kept.delete(key);
    this.makeRoom(this.bytesOf(value));
    this.kept.set(key, value);
  }

  /** Lets values go until so many bytes more are within the budget: called before they are taken. */
  makeRoom(bytes: number): void {
    let all = bytes;
    for (const value of this.kept.values()) all += this.bytesOf(value);
    for (const [key, value] of this.kept) {
      if (all <= this.budget) return;
      this.kept.delete(key);
      all -= this.bytesOf(value);
    }
  }

  /** Lets all values go that a test holds for. */
  drop(test: (value: Value, key: Key) => boolean): void {
    for (const [key, value] of this.kept) if (test(value, key)) this.kept.delete(key);
  }
}
