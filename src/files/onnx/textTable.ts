import type { NetworkBuilder, Tensor } from '../../network/builder';

/** A text in a graph: one that stands in the file, or the column of an input that gives one per row. */
type TextEntry =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'column'; readonly name: string };

/**
 * The texts of a graph. A text tensor is a constant tensor of entry numbers, so slicing and joining texts is the same
 * as for numbers; only encoders (OneHotEncoder, LabelEncoder, Equal) look at what an entry is.
 *
 * An input port needs all levels its column is compared with before the graph is lowered, so a graph with text inputs
 * is lowered twice: the first table collects the levels, the second has the ports in the graph's order.
 */
export class TextTable {
  /** Levels seen so far, by column. */
  readonly levels = new Map<string, string[]>();
  private readonly entries: TextEntry[] = [];
  private readonly ports = new Map<string, { readonly levels: readonly string[]; readonly tensor: Tensor }>();
  private readonly literals = new Map<string, number>();

  /** The entry of a text that stands in the file. */
  literal(text: string): number {
    const known = this.literals.get(text);
    if (known !== undefined) return known;
    const entry = this.entries.push({ kind: 'literal', text }) - 1;
    this.literals.set(text, entry);
    return entry;
  }

  /** The entry of an input's column; with its levels known, its port is made now. */
  column(name: string, builder: NetworkBuilder, levels: readonly string[] | undefined): number {
    if (levels) this.ports.set(name, { levels, tensor: builder.textInput(name, levels, 'zeros') });
    return this.entries.push({ kind: 'column', name }) - 1;
  }

  /** The text of an entry, if it stands in the file. */
  textOf(entry: number): string | undefined {
    const found = this.entries[entry];
    return found?.kind === 'literal' ? found.text : undefined;
  }

  /** The one-hot vector of an entry over the given levels; all zeros for a text that is none of them. */
  encode(entry: number, levels: readonly string[], builder: NetworkBuilder): Tensor {
    const found = this.entries[entry];
    if (found?.kind !== 'column') {
      const hot = Float64Array.from(levels, (level) => (level === found?.text ? 1 : 0));
      return builder.constant(hot, [levels.length]);
    }
    const known = this.levels.get(found.name) ?? [];
    this.levels.set(found.name, [...new Set([...known, ...levels])]);
    const port = this.ports.get(found.name);
    // In the first of the two runs there are no ports yet, and what is computed is thrown away.
    if (!port) return builder.textInput(found.name, levels, 'zeros');
    return builder.take(
      port.tensor,
      0,
      levels.map((level) => port.levels.indexOf(level)),
    );
  }
}
