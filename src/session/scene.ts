import type { Call } from '../ask';
import { type ColumnStatistics, columnStatistics, usualNumber } from '../table/columns';
import type { Binding } from '../table/binding';
import { valuesAtRows, type InputSource } from '../table/inputSource';
import { identity, toModel } from '../table/scaling';
import { describeModel } from './describeModel';
import type { Computation } from './computeSlopes';
import type { OutputSlopes } from './outputSlopes';
import { pointsAtRows } from './points';
import type { InputDescription, OutputDescription, Units, View } from './service';
import type { Connection, SessionState } from './sessionState';
import { shownSlopes } from './viewedSlopes';

/** One output with its data as a view shows it: everything here is in the view's units and over the view's rows. */
export interface Scene {
  readonly session: SessionState;
  readonly connection: Connection;
  readonly binding: Binding;
  readonly computation: Computation;
  readonly slopes: OutputSlopes;
  readonly inputs: readonly InputDescription[];
  readonly output: OutputDescription;
}

/** What an input's values look like over all usable rows. */
export interface InputSummary extends ColumnStatistics {
  /** What the average row shows: `usualNumber` of numbers, of a category the commonest element. */
  readonly usual: number;
}

/** What does not change while a table stays connected, so that a slider need not wait for it. */
export interface Surroundings {
  readonly inputs: readonly InputDescription[];
  readonly outputs: readonly OutputDescription[];
  readonly summaries: readonly InputSummary[];
}

const known = new WeakMap<Connection, Surroundings>();

/** Descriptions and summaries of the inputs, computed once per connection, in original units. */
export function surroundingsOf(session: SessionState, connection: Connection): Surroundings {
  const found = known.get(connection);
  if (found) return found;
  const { inputs, outputs } = describeModel(session);
  const { binding } = connection;
  const summaries = binding.inputs.map((_, input) => summaryOf(binding, input, binding.rows));
  const surroundings = { inputs, outputs, summaries };
  known.set(connection, surroundings);
  return surroundings;
}

/** The summary made last of each input, for it is asked for by many: each is a look through a whole column. */
const summaries = new WeakMap<InputSource, { readonly rows: Uint32Array; readonly summary: InputSummary }>();

/** Summary of one input over rows, in the binding's units. */
export function summaryOf(binding: Binding, input: number, rows: Uint32Array): InputSummary {
  const { source } = binding.inputs[input]!;
  const before = summaries.get(source);
  if (before?.rows === rows) return before.summary;
  const summary = summaryAt(source, rows);
  summaries.set(source, { rows, summary });
  return summary;
}

function summaryAt(source: InputSource, rows: Uint32Array): InputSummary {
  if (source.kind === 'levels')
    return { ...columnStatistics(new Float64Array()), usual: commonest(source.elements, rows) };
  if (source.kind === 'fixed') return { ...columnStatistics(Float64Array.of(source.value)), usual: source.value };
  const statistics = columnStatistics(source.values, rows);
  return { ...statistics, usual: usualNumber(statistics) };
}

/** Scenes by the slopes they show, which belong to one view of one connection. */
const scenes = new WeakMap<OutputSlopes, Scene>();

/** Opens one output for a view, with all its slopes computed. */
export async function sceneOf(session: SessionState, view: View, call: Call): Promise<Scene> {
  const connection = session.seen(view);
  const slopes = await shownSlopes(session, connection, view, await connection.cache.slopes(view.output, call));
  const scene = scenes.get(slopes) ?? sceneAt(session, connection, view, slopes);
  scenes.set(slopes, scene);
  return scene;
}

function sceneAt(session: SessionState, connection: Connection, view: View, slopes: OutputSlopes): Scene {
  const computation = connection.computation(view.output);
  const binding = inUnits(connection.binding, view.units);
  const { inputs, outputs } = surroundingsOf(session, connection);
  return {
    session,
    connection,
    binding,
    computation: { ...computation, binding },
    slopes,
    inputs,
    output: outputs[view.output]!,
  };
}

/** The binding as the view's units have it: in model units the columns are scaled beforehand and go in as they are. */
function inUnits(binding: Binding, units: Units): Binding {
  if (units === 'original') return binding;
  return {
    ...binding,
    inputs: binding.inputs.map((bound) => {
      const { source, scaling } = bound;
      if (source.kind === 'levels') return bound;
      const scaled =
        source.kind === 'fixed'
          ? { ...source, value: toModel(scaling, source.value) }
          : { ...source, values: source.values.map((value) => toModel(scaling, value)) };
      return { ...bound, scaling: identity, source: scaled };
    }),
    outputs: binding.outputs.map((bound) => ({ ...bound, scaling: identity })),
  };
}

/** Values of one input at rows; for a category its elements' numbers. */
export function valuesAt(binding: Binding, input: number, rows: Uint32Array): Float64Array {
  return valuesAtRows(binding.inputs[input]!.source, rows);
}

/** The average row: what is usual of every input. */
export function averageRow(binding: Binding, rows: Uint32Array): Float64Array {
  return Float64Array.from(binding.inputs, (_, input) => summaryOf(binding, input, rows).usual);
}

/** One row of the table as a point. */
export function rowAsPoint(binding: Binding, row: number): Float64Array {
  return Float64Array.from(pointsAtRows(binding, Uint32Array.of(row)).lines, (line) => line[0]!);
}

/** At most `most` positions, evenly drawn. */
export function evenlyDrawn(count: number, most: number): Uint32Array {
  const drawn = Math.min(count, most);
  return Uint32Array.from({ length: drawn }, (_, index) => Math.floor((index * count) / drawn));
}

function commonest(elements: Int32Array, rows: Uint32Array): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(elements[row]!, (counts.get(elements[row]!) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [-1, 0])[0];
}
