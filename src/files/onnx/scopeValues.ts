import type { Value } from './value';

/** The values a list of nodes sees, by name. Stored tensors are decoded when a node first asks for them. */
export class ScopeValues {
  private readonly made = new Map<string, Value>();
  private readonly stored = new Map<string, () => Value>();

  has(name: string): boolean {
    return this.made.has(name) || this.stored.has(name);
  }

  get(name: string): Value | undefined {
    const known = this.made.get(name);
    if (known) return known;
    const value = this.stored.get(name)?.();
    if (value) this.made.set(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.made.set(name, value);
  }

  /** A value that is made when it is first asked for. */
  setLater(name: string, make: () => Value): void {
    this.stored.set(name, make);
  }
}
