import { unitBytes } from './instructions';
import { pairCount, type Plan } from './plan';

/** Arithmetic of a run: float32 for the many, float64 for the exact. */
export type Precision = 'float32' | 'float64';

/** Lines of rows in memory: element `start + row` of line `line` is `data[line * stride + start + row]`. */
export interface Lines {
  readonly data: Float32Array | Float64Array;
  /** Numbers from one line to the next. */
  readonly stride: number;
  /** Row of the store that the chunk's first row is. */
  readonly start: number;
}

/** Some rows to compute: where they come from and where results go. */
export interface Chunk {
  readonly rows: number;
  /** Lines [input]. */
  readonly x: Lines;
  /** Lines [output], in the order of the plan's outputs. */
  readonly y?: Lines;
  /** Lines [output][input]; for a plan of second derivatives a line per element it was compiled for. */
  readonly jacobian?: Lines;
  /** Lines [pair] of a plan of second derivatives: pair (i, j), j ≤ i, of its elements is line i (i + 1) / 2 + j. */
  readonly hessian?: Lines;
  readonly guard?: Guard;
}

/** What a guarded run measures besides: how near rows lie to a kink, and how large units grow. */
export interface Guard {
  /** By how much each margin is lowered, in the order of `plan.margins`. */
  readonly errors: Float64Array;
  /** Out, per row: the smallest |distance to a kink| − error; infinite without kinks, −infinite where it is unknown. */
  readonly margins: Float64Array;
  /** In and out, per slot of the plan: the largest magnitude seen. Only where it is wanted. */
  readonly peaks?: Float64Array;
}

/** The kernels, ready to run plans. One instance belongs to one thread. */
export interface Kernels {
  /** Whether products and sums are fused in float32 (relaxed SIMD); results then differ in the last digits. */
  readonly fused: boolean;
  /** Values and slopes of a chunk of rows. */
  run(plan: Plan, precision: Precision, chunk: Chunk): void;
  /** The benchmark's yardstick: `rounds` rounds of 96 float32 operations (multiply and add) in 128-bit vectors. */
  multiplyAddLoop(rounds: number): number;
}

/** Whether this runtime can load the build with fused multiply-add. */
export function canFuse(relaxed: Uint8Array<ArrayBuffer>): boolean {
  return WebAssembly.validate(relaxed);
}

/** Compiles a build of the kernels; `fused` says that it is the relaxed one. */
export async function createKernels(
  wasm: Uint8Array<ArrayBuffer> | WebAssembly.Module,
  fused = false,
): Promise<Kernels> {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
  const instance = await WebAssembly.instantiate(module, {});
  return new WasmKernels(readExports(instance.exports), fused);
}

/** Bytes that staging areas may take; a chunk is cut into passes that fit. */
const stagingBytes = 8 * 2 ** 20;
/** Bytes of panels worked on together: within the second cache together with the weights of a block. */
const tileBytes = 192 * 1024;
/** So many panels share one reading of the weights even where a panel is large, up to `largeTileBytes`. */
const fewestPanels = 8;
const largeTileBytes = 64 * 2 ** 20;

class WasmKernels implements Kernels {
  readonly fused: boolean;
  private readonly wasm: WasmExports;
  /** One plan's places in memory, one per precision that it was run in. */
  private loaded: readonly Loaded[] = [];

  constructor(wasm: WasmExports, fused: boolean) {
    this.wasm = wasm;
    this.fused = fused;
  }

  run(plan: Plan, precision: Precision, chunk: Chunk): void {
    const loaded = this.find(plan, precision);
    const { passRows, groupSize } = loaded;
    const sections = plan.sections.length - 2;
    for (let first = 0; first < chunk.rows; first += passRows) {
      const rows = Math.min(passRows, chunk.rows - first);
      this.bringIn(loaded, chunk, first, rows);
      for (let group = 0; group === 0 || group < sections; group += groupSize) {
        const wanted = chunk.jacobian ?? chunk.hessian;
        const end = wanted ? Math.min(group + groupSize, sections) : group;
        this.start(loaded, rows, group, end, chunk.guard);
        if (!wanted) break;
        for (let section = group; section < end; section++)
          this.takeSlopes(loaded, chunk, first, rows, section, section - group);
      }
      this.takeValues(loaded, chunk, first, rows);
    }
    if (chunk.guard?.peaks) this.takePeaks(loaded, chunk.guard.peaks);
  }

  /** Where a plan lies in memory; it is brought there if need be, in place of another. */
  private find(plan: Plan, precision: Precision): Loaded {
    const same = this.loaded.filter((each) => each.plan === plan);
    const found = same.find((each) => each.precision === precision) ?? this.load(plan, precision, same.at(-1)?.end);
    this.loaded = same.includes(found) ? same : [...same, found];
    this.wasm.placeTile(found.panels, found.panelBytes);
    this.wasm.placePlan(found.weights, found.tables);
    this.wasm.placeGuard(found.margins, found.peaks, found.errors);
    return found;
  }

  multiplyAddLoop(rounds: number): number {
    return this.wasm.multiplyAddLoop(rounds);
  }

  /** Lays out memory for a plan and copies its instructions and numbers in. */
  private load(plan: Plan, precision: Precision, start = this.wasm.freeMemory()): Loaded {
    const size: 4 | 8 = precision === 'float32' ? 4 : 8;
    const panelRows = unitBytes / size;
    // An odd number of cache lines per panel keeps panels from competing for the same cache sets.
    const panelBytes = (plan.slots | 1) * unitBytes;
    const few = panelBytes * fewestPanels <= largeTileBytes ? fewestPanels : 1;
    const tile = Math.min(64, Math.max(few, Math.floor(tileBytes / panelBytes)));
    const { lines } = plan;
    const sections = Math.max(plan.sections.length - 2, 1);
    const budget = stagingBytes / size;
    const groupSize = Math.max(1, Math.min(sections, Math.floor(budget / (tile * panelRows * Math.max(lines, 1)))));
    const perRow = plan.inputs + plan.outputs.length + lines * groupSize + 1;
    const passPanels = Math.max(1, Math.min(4096 / panelRows, Math.floor(budget / perRow / panelRows)));
    const place = new Allocator(start);
    const lineBytes = passPanels * unitBytes;
    const errors = plan.margins.reduce((sum, site) => sum + site.count, 0);
    const loaded = {
      plan,
      precision,
      size,
      panelRows,
      tile,
      groupSize,
      passRows: passPanels * panelRows,
      lineBytes,
      instructions: place.take(plan.instructions.byteLength),
      tables: place.take(plan.tables.byteLength),
      weights: place.take(plan.weights.length * size),
      panels: place.take(panelBytes * tile),
      x: place.take(lineBytes * plan.inputs),
      y: place.take(lineBytes * plan.outputs.length),
      slopes: place.take(lineBytes * lines * groupSize),
      margins: place.take(lineBytes),
      errors: place.take(errors * size),
      errorCount: errors,
      peaks: place.take(plan.slots * 16),
      panelBytes,
      end: place.end,
    };
    this.reserve(place.end);
    new Int32Array(this.wasm.memory.buffer, loaded.instructions, plan.instructions.length).set(plan.instructions);
    new Int32Array(this.wasm.memory.buffer, loaded.tables, plan.tables.length).set(plan.tables);
    this.numbers(loaded, loaded.weights, plan.weights.length).set(plan.weights);
    return loaded;
  }

  private reserve(end: number): void {
    const missing = end - this.wasm.memory.buffer.byteLength;
    if (missing > 0) this.wasm.memory.grow(Math.ceil(missing / 65536));
  }

  private numbers(loaded: Loaded, address: number, count: number): Float32Array | Float64Array {
    const { buffer } = this.wasm.memory;
    return loaded.size === 4 ? new Float32Array(buffer, address, count) : new Float64Array(buffer, address, count);
  }

  /** Rows to the staging area; the last row fills up the last panel. */
  private bringIn(loaded: Loaded, chunk: Chunk, first: number, rows: number): void {
    const line = loaded.lineBytes / loaded.size;
    const staging = this.numbers(loaded, loaded.x, line * loaded.plan.inputs);
    const padded = Math.ceil(rows / loaded.panelRows) * loaded.panelRows;
    for (let input = 0; input < loaded.plan.inputs; input++) {
      const from = input * chunk.x.stride + chunk.x.start + first;
      const to = input * line;
      staging.set(chunk.x.data.subarray(from, from + rows), to);
      staging.fill(staging[to + rows - 1]!, to + rows, to + padded);
    }
    if (!chunk.guard) return;
    this.numbers(loaded, loaded.errors, loaded.errorCount).set(chunk.guard.errors);
    const before = chunk.guard.peaks;
    if (first > 0 || !before) return;
    const peaks = this.numbers(loaded, loaded.peaks, (loaded.plan.slots * 16) / loaded.size);
    const lanes = 16 / loaded.size;
    peaks.forEach((_, index) => (peaks[index] = before[Math.floor(index / lanes)]!));
  }

  /** Values, and the slopes of sections `group` to `end`. */
  private start(loaded: Loaded, rows: number, group: number, end: number, guard: Guard | undefined): void {
    const { plan, size } = loaded;
    const word = (section: number): number => loaded.instructions + 4 * plan.sections[section]!;
    const slopes = loaded.slopes - group * plan.lines * loaded.lineBytes;
    this.wasm.placeRows(loaded.lineBytes, loaded.x, loaded.y, slopes);
    const panels = Math.ceil(rows / loaded.panelRows);
    const run = size === 4 ? this.wasm.run32 : this.wasm.run64;
    run(loaded.tile, panels, word(0), word(1), word(1 + group), word(1 + end), guard ? (guard.peaks ? 2 : 1) : 0);
  }

  /** The lines of one section to where they are wanted; `place` is its number within the group in the staging area. */
  private takeSlopes(loaded: Loaded, chunk: Chunk, first: number, rows: number, section: number, place: number): void {
    const { plan, lineBytes, size } = loaded;
    const line = lineBytes / size;
    const staging = this.numbers(loaded, loaded.slopes + place * plan.lines * lineBytes, line * plan.lines);
    for (let k = 0; k < plan.lines; k++) {
      const { to, number } = target(chunk, plan, section, k);
      if (to) to.data.set(staging.subarray(k * line, k * line + rows), number * to.stride + to.start + first);
    }
  }

  private takeValues(loaded: Loaded, chunk: Chunk, first: number, rows: number): void {
    const line = loaded.lineBytes / loaded.size;
    const { y, guard } = chunk;
    if (y) {
      const staging = this.numbers(loaded, loaded.y, line * loaded.plan.outputs.length);
      for (let output = 0; output < loaded.plan.outputs.length; output++) {
        const from = output * line;
        y.data.set(staging.subarray(from, from + rows), output * y.stride + y.start + first);
      }
    }
    if (guard) guard.margins.set(this.numbers(loaded, loaded.margins, line).subarray(0, rows), first);
  }

  private takePeaks(loaded: Loaded, to: Float64Array): void {
    const lanes = 16 / loaded.size;
    const peaks = this.numbers(loaded, loaded.peaks, loaded.plan.slots * lanes);
    to.forEach((_, slot) => {
      let top = 0;
      for (let lane = 0; lane < lanes; lane++) {
        const size = peaks[slot * lanes + lane]!;
        // NaN must win: an unknown size is no bound.
        if (!(size <= top)) top = size;
      }
      to[slot] = top;
    });
  }
}

/** Where line `k` of a section's results belongs. */
function target(
  { jacobian, hessian }: Chunk,
  plan: Plan,
  section: number,
  k: number,
): { readonly to: Lines | undefined; readonly number: number } {
  if (plan.mode === 'reverse') return { to: jacobian, number: section * plan.inputs + k };
  if (plan.mode === 'forward') return { to: jacobian, number: k * plan.inputs + section };
  const pairs = pairCount(plan);
  return k < pairs ? { to: hessian, number: k } : { to: jacobian, number: k - pairs };
}

/** A plan in memory: addresses in bytes, and how chunks are cut. */
interface Loaded {
  readonly plan: Plan;
  readonly precision: Precision;
  /** Bytes per number. */
  readonly size: 4 | 8;
  readonly panelRows: number;
  /** Panels per tile. */
  readonly tile: number;
  /** Sections per call; the values are computed anew for each group of sections. */
  readonly groupSize: number;
  readonly passRows: number;
  readonly lineBytes: number;
  readonly panelBytes: number;
  /** First byte behind the plan. */
  readonly end: number;
  readonly instructions: number;
  readonly tables: number;
  readonly weights: number;
  readonly panels: number;
  readonly x: number;
  readonly y: number;
  readonly slopes: number;
  readonly margins: number;
  readonly errors: number;
  readonly errorCount: number;
  readonly peaks: number;
}

/** Hands out memory, aligned to cache lines. */
class Allocator {
  end: number;

  constructor(start: number) {
    this.end = Math.ceil(start / unitBytes) * unitBytes;
  }

  take(bytes: number): number {
    const start = this.end;
    this.end += Math.ceil(bytes / unitBytes) * unitBytes;
    return start;
  }
}

type Run = (
  tile: number,
  panels: number,
  values: number,
  valuesEnd: number,
  slopes: number,
  slopesEnd: number,
  guarded: number,
) => void;

interface WasmExports {
  readonly memory: WebAssembly.Memory;
  readonly run32: Run;
  readonly run64: Run;
  freeMemory(): number;
  placeTile(base: number, stride: number): void;
  placePlan(weights: number, tables: number): void;
  placeRows(lineBytes: number, inputs: number, values: number, slopes: number): void;
  placeGuard(margins: number, peaks: number, errors: number): void;
  multiplyAddLoop(rounds: number): number;
}

/** The module's exports, typed; a build that lacks one is a bug. */
function readExports(given: WebAssembly.Exports): WasmExports {
  const { memory } = given;
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError('The kernels export no memory.');
  const call = (name: string): ((...numbers: readonly number[]) => number) => {
    const found = given[name];
    if (typeof found !== 'function') throw new TypeError(`The kernels do not export ${name}.`);
    return (...numbers) => Number(Reflect.apply(found, undefined, numbers));
  };
  return {
    memory,
    run32: call('run32'),
    run64: call('run64'),
    freeMemory: call('freeMemory'),
    placeTile: call('placeTile'),
    placePlan: call('placePlan'),
    placeRows: call('placeRows'),
    placeGuard: call('placeGuard'),
    multiplyAddLoop: call('multiplyAddLoop'),
  };
}
