import type { Call } from '../ask';
import { computeSlopes, type Computation, scaledColumn, scaledOutput } from './computeSlopes';
import { inModelUnits, type OutputSlopes } from './outputSlopes';
import { orderRows } from './rowOrder';
import type { RowFilter, RowOrder, Units, View } from './service';

/** Rows an evenly drawn first picture is made of, and the number of rows from which one is made. */
const previewRows = 20_000;
const previewFrom = 100_000;

/** Slopes as a view shows them, and how many usable rows there are in all. */
export interface ViewedSlopes {
  readonly slopes: OutputSlopes;
  readonly all: number;
  /** Everything asked for is computed; while not, `slopes` is an evenly drawn part of the rows. */
  readonly complete: boolean;
}

/**
 * The slopes of one connection: computed once per output, kept in original units, converted, filtered and ordered as
 * views ask. It ends with the connection.
 */
export class SlopeCache {
  private readonly computation: (output: number) => Computation;
  private readonly failing: (rule: number, slopes: OutputSlopes) => Promise<Uint32Array>;
  private readonly computed = new Map<number, OutputSlopes>();
  private readonly previews = new Map<number, OutputSlopes>();
  private readonly running = new Map<number, Promise<OutputSlopes>>();
  private readonly orders = new Map<string, Uint32Array>();

  /** @param failing gives the positions at which a rule (by number) fails */
  constructor(
    computation: (output: number) => Computation,
    failing: (rule: number, slopes: OutputSlopes) => Promise<Uint32Array>,
  ) {
    this.computation = computation;
    this.failing = failing;
  }

  /** Slopes at all usable rows, in original units. A run that is stopped leaves the rows it has, and they stay. */
  async slopes(output: number, call?: Call): Promise<OutputSlopes> {
    const known = this.computed.get(output) ?? this.running.get(output);
    if (known) return known;
    const computation = this.computation(output);
    const run = computeSlopes(computation, computation.binding.rows, call);
    this.running.set(output, run);
    try {
      const slopes = await run;
      this.computed.set(output, slopes);
      return slopes;
    } finally {
      this.running.delete(output);
    }
  }

  /** Goes on after a stop: what is not complete is computed again when it is asked for. */
  resume(): void {
    for (const [output, slopes] of this.computed) {
      if (slopes.rows.length < this.computation(output).binding.rows.length) this.computed.delete(output);
    }
    this.orders.clear();
  }

  /** What a view shows. While a long run goes on it is an evenly drawn part of the rows, so that a picture is there at once. */
  async viewed(view: View, call: Call): Promise<ViewedSlopes> {
    const all = this.computation(view.output).binding.rows.length;
    const early = all > previewFrom && !this.computed.has(view.output);
    const original = early ? await this.preview(view.output) : await this.slopes(view.output, call);
    const filtered = view.filter ? await this.filtered(view.output, original, view.filter) : original;
    return { slopes: this.inUnits(filtered, view.units), all, complete: !early };
  }

  /** Positions of a view's rows in the order asked for; kept, since hovering and scrolling ask again. */
  order(view: View, slopes: OutputSlopes, order: RowOrder): Uint32Array {
    const key = JSON.stringify([view.output, view.units, view.filter ?? null, order, slopes.rows.length]);
    const known = this.orders.get(key);
    if (known) return known;
    const { inputs } = this.computation(view.output).binding;
    const value = (input: number): Float64Array => {
      const column = scaledColumn(inputs[input]!);
      return Float64Array.from(slopes.rows, (row) => column.at(row));
    };
    const ordered = orderRows(order, slopes, value);
    this.orders.set(key, ordered);
    return ordered;
  }

  private async preview(output: number): Promise<OutputSlopes> {
    const known = this.previews.get(output);
    if (known) return known;
    const computation = this.computation(output);
    const { rows } = computation.binding;
    const drawn = Uint32Array.from(
      { length: previewRows },
      (_, index) => rows[Math.floor((index * rows.length) / previewRows)]!,
    );
    const slopes = await computeSlopes(computation, drawn);
    this.previews.set(output, slopes);
    return slopes;
  }

  private inUnits(slopes: OutputSlopes, units: Units): OutputSlopes {
    if (units === 'original') return slopes;
    const { inputs, outputs } = this.computation(slopes.output).binding;
    return inModelUnits(slopes, inputs.map(scaledColumn), scaledOutput(outputs[slopes.output]!.scaling));
  }

  private async filtered(output: number, slopes: OutputSlopes, filter: RowFilter): Promise<OutputSlopes> {
    const positions =
      filter.kind === 'positions'
        ? this.order({ output, units: 'original' }, slopes, filter.order).slice(filter.from, filter.to).sort()
        : await this.failing(filter.rule, slopes);
    return {
      output,
      rows: Uint32Array.from(positions, (position) => slopes.rows[position]!),
      forecast: Float64Array.from(positions, (position) => slopes.forecast[position]!),
      slopes: slopes.slopes.map((column) =>
        column.length === 0 ? column : Float32Array.from(positions, (position) => column[position]!),
      ),
      atKink: Uint8Array.from(positions, (position) => slopes.atKink[position]!),
    };
  }
}
