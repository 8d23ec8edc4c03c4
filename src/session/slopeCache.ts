import type { Call } from '../ask';
import { computeSlopes, type Computation, scaledColumn, scaledOutput } from './computeSlopes';
import { inModelUnits, type OutputSlopes } from './outputSlopes';
import { orderRows } from './rowOrder';
import type { RowOrder, Units, View } from './service';

/** Rows an evenly drawn first picture is made of, and the number of rows from which one is made. */
const previewRows = 20_000;
const previewFrom = 100_000;

/**
 * The slopes of one connection: computed once per output, kept in original units, converted and ordered as views ask. It ends with the connection.
 */
export class SlopeCache {
  private readonly computation: (output: number) => Computation;
  private readonly computed = new Map<number, OutputSlopes>();
  private readonly previews = new Map<number, OutputSlopes>();
  private readonly running = new Map<number, Promise<OutputSlopes>>();
  private readonly orders = new Map<string, Uint32Array>();

  constructor(computation: (output: number) => Computation) {
    this.computation = computation;
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

  /** An evenly drawn part of the rows while a long run goes on, so that a picture is there at once; undefined when all is there. */
  async firstPicture(output: number): Promise<OutputSlopes | undefined> {
    if (this.computed.has(output) || this.rows(output) <= previewFrom) return undefined;
    return this.previews.get(output) ?? this.preview(output);
  }

  /** How many usable rows there are. */
  rows(output: number): number {
    return this.computation(output).binding.rows.length;
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

  /** Slopes as they are kept, or converted to the units that the network takes. */
  inUnits(slopes: OutputSlopes, units: Units): OutputSlopes {
    if (units === 'original') return slopes;
    const { inputs, outputs } = this.computation(slopes.output).binding;
    return inModelUnits(slopes, inputs.map(scaledColumn), scaledOutput(outputs[slopes.output]!.scaling));
  }

  private async preview(output: number): Promise<OutputSlopes> {
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
}
