import type { Call } from '../ask';
import { valuesAtRows } from '../table/inputSource';
import { computeSlopes, type Computation, scaledColumn, scaledOutput } from './computeSlopes';
import { inModelUnits, type OutputSlopes } from './outputSlopes';
import { RecentlyUsed } from './recentlyUsed';
import { orderRows } from './rowOrder';
import type { RowOrder, Units, View } from './service';

/** Rows an evenly drawn first picture is made of, and the number of rows from which one is made. */
const previewRows = 20_000;
const previewFrom = 100_000;

/** Bytes that the slopes of several outputs, and orders of rows, may take: 1,000,000 rows × 20 inputs take 93 MB per output. */
const storeBytes = 256 * 2 ** 20;
const orderBytes = 64 * 2 ** 20;

/**
 * The slopes of one connection: computed once per output, kept in original units, converted and ordered as views ask. Of
 * many outputs those asked for longest ago are let go and computed again when they are wanted, so that memory does not
 * grow with the outputs. It ends with the connection.
 */
export class SlopeCache {
  private readonly computation: (output: number) => Computation;
  private readonly computed: RecentlyUsed<number, OutputSlopes>;
  private readonly previews = new Map<number, Promise<OutputSlopes>>();
  private readonly running = new Map<number, Run>();
  private readonly orders = new RecentlyUsed<string, Uint32Array>(orderBytes, (order) => order.byteLength);

  constructor(computation: (output: number) => Computation, budget = storeBytes) {
    this.computation = computation;
    this.computed = new RecentlyUsed(budget, bytesOf);
  }

  /**
   * Slopes at all usable rows, in original units. Who asks while they are computed waits for the same run; when it ends
   * because who began it no longer wants it, it is begun again for those who do.
   */
  async slopes(output: number, call?: Call): Promise<OutputSlopes> {
    const known = this.computed.get(output);
    if (known) return known;
    const run = this.running.get(output) ?? this.start(output, call);
    const slopes = await run.slopes;
    const isWanted = slopes.rows.length === this.rows(output) || run.stop.signal.aborted || call?.signal.aborted;
    return isWanted ? slopes : this.slopes(output, call);
  }

  /** Stops what is being computed: the rows that are there stay, and everything then covers these. */
  stop(): void {
    for (const { stop } of this.running.values()) stop.abort();
  }

  /** An evenly drawn part of the rows while a long run goes on, so that a picture is there at once; undefined when all is there. */
  async firstPicture(output: number): Promise<OutputSlopes | undefined> {
    if (this.computed.has(output) || this.rows(output) <= previewFrom) return undefined;
    return this.preview(output);
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
    const value = (input: number): Float64Array => valuesAtRows(inputs[input]!.source, slopes.rows);
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

  private start(output: number, call?: Call): Run {
    const computation = this.computation(output);
    this.computed.makeRoom(storeSize(computation));
    const stop = new AbortController();
    const signal = call ? AbortSignal.any([call.signal, stop.signal]) : stop.signal;
    const run: Run = { stop, slopes: this.whole(output, computation, { progress: () => undefined, ...call, signal }) };
    this.running.set(output, run);
    const ended = (slopes?: OutputSlopes): void => {
      this.running.delete(output);
      const isKept = slopes && (stop.signal.aborted || slopes.rows.length === computation.binding.rows.length);
      if (isKept) this.computed.set(output, slopes);
    };
    run.slopes.then(ended, () => {
      ended();
    });
    return run;
  }

  /** The first picture is computed before the rest: behind the whole it would come too late to be one. */
  private async whole(output: number, computation: Computation, call?: Call): Promise<OutputSlopes> {
    const { rows } = computation.binding;
    if (rows.length > previewFrom) await this.preview(output);
    return computeSlopes(computation, rows, call);
  }

  private preview(output: number): Promise<OutputSlopes> {
    const known = this.previews.get(output);
    if (known) return known;
    const computation = this.computation(output);
    const slopes = computeSlopes(computation, drawnRows(computation.binding.rows));
    this.previews.set(output, slopes);
    return slopes;
  }
}

/** The computation of one output that is under way. */
interface Run {
  readonly slopes: Promise<OutputSlopes>;
  readonly stop: AbortController;
}

/** Ascending rows at the multiples of the golden ratio: spread evenly, and in step with no table that repeats itself. */
function drawnRows(rows: Uint32Array): Uint32Array {
  const golden = (Math.sqrt(5) - 1) / 2;
  const drawn = Uint32Array.from(
    { length: previewRows },
    (_, index) => rows[Math.floor((((index + 0.5) * golden) % 1) * rows.length)]!,
  );
  return drawn.sort();
}

/** Bytes of the slopes of one output that are computed; the rows' numbers belong to the binding. */
function bytesOf({ slopes, forecast, atKink }: OutputSlopes): number {
  return slopes.reduce((sum, column) => sum + column.byteLength, forecast.byteLength + atKink.byteLength);
}

/** The same before they are computed. */
function storeSize({ binding, switched }: Computation): number {
  const columns = switched.filter((isSwitched) => !isSwitched).length;
  return binding.rows.length * (4 * columns + 8 + 1);
}
