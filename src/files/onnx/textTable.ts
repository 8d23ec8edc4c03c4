import type { NetworkBuilder, Tensor } from '../../network/builder';

/** A text in a graph: one that stands in the file, the column of an input that gives one per row, or made from others. */
type TextEntry =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'column'; readonly name: string }
  | TextChoice
  | MappedText;

/** One of two entries: the first where a number of the row is not 0. */
interface TextChoice {
  readonly kind: 'choice';
  readonly condition: Tensor;
  readonly then: number;
  readonly otherwise: number;
}

/** What a table gives for the text of an entry. */
interface MappedText {
  readonly kind: 'mapped';
  readonly from: number;
  readonly keys: readonly string[];
  readonly texts: readonly string[];
  readonly otherwise: string;
}

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

  /** The entry of a text that the data choose. */
  choice(condition: Tensor, then: number, otherwise: number): number {
    return this.entries.push({ kind: 'choice', condition, then, otherwise }) - 1;
  }

  /** The entry of the text that stands for another one in a table. */
  mapped(from: number, keys: readonly string[], texts: readonly string[], otherwise: string): number {
    const known = this.textOf(from);
    if (known !== undefined) return this.literal(texts[keys.indexOf(known)] ?? otherwise);
    return this.entries.push({ kind: 'mapped', from, keys, texts, otherwise }) - 1;
  }

  /** The text of an entry, if it stands in the file. */
  textOf(entry: number): string | undefined {
    const found = this.entries[entry];
    return found?.kind === 'literal' ? found.text : undefined;
  }

  /** The one-hot vector of an entry over the given levels; all zeros for a text that is none of them. */
  encode(entry: number, levels: readonly string[], builder: NetworkBuilder): Tensor {
    const found = this.entries[entry];
    switch (found?.kind) {
      case 'column':
        return this.encodeColumn(found.name, levels, builder);
      case 'choice': {
        const [then, otherwise] = [found.then, found.otherwise].map((one) => this.encode(one, levels, builder));
        return builder.select(found.condition, then!, otherwise!);
      }
      case 'mapped': {
        const { from, keys, texts, otherwise } = found;
        const hot = this.encode(from, keys, builder);
        const is = (level: string, text: string | undefined) => (level === text ? 1 : 0);
        const weights = levels.flatMap((level) => keys.map((_, k) => is(level, texts[k]) - is(level, otherwise)));
        return builder.dense(
          hot,
          Float64Array.from(weights),
          Float64Array.from(levels, (level) => is(level, otherwise)),
        );
      }
      default:
        return builder.constant(
          Float64Array.from(levels, (level) => (level === found?.text ? 1 : 0)),
          [levels.length],
        );
    }
  }

  private encodeColumn(name: string, levels: readonly string[], builder: NetworkBuilder): Tensor {
    const known = this.levels.get(name) ?? [];
    this.levels.set(name, [...new Set([...known, ...levels])]);
    const port = this.ports.get(name);
    // In the first of the two runs there are no ports yet, and what is computed is thrown away.
    if (!port) return builder.textInput(name, levels, 'zeros');
    return builder.take(
      port.tensor,
      0,
      levels.map((level) => port.levels.indexOf(level)),
    );
  }
}
