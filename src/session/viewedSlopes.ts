import type { Call } from '../ask';
import { failingPositions } from './checkRules';
import type { OutputSlopes } from './outputSlopes';
import type { RowFilter, View } from './service';
import type { Connection, SessionState } from './sessionState';

/** Slopes as a view shows them, and how many usable rows there are in all. */
export interface ViewedSlopes {
  readonly slopes: OutputSlopes;
  readonly all: number;
  /** Everything asked for is computed; while not, `slopes` is an evenly drawn part of the rows. */
  readonly complete: boolean;
  /** Rows computed so far: fewer than all in a first picture, and after a stop. */
  readonly computed: number;
}

/** What a view shows: its rows, in its units. While a long run goes on it is an evenly drawn part of the rows. */
export async function viewedSlopes(
  session: SessionState,
  connection: Connection,
  view: View,
  call: Call,
): Promise<ViewedSlopes> {
  const { cache } = connection;
  const first = await cache.firstPicture(view.output);
  const original = first ?? (await cache.slopes(view.output, call));
  const slopes = await shownSlopes(session, connection, view, original);
  return { slopes, all: cache.rows(view.output), complete: !first, computed: original.rows.length };
}

/** The slopes shown last where they are not all in original units: a view asks several questions about the same. */
const last = new WeakMap<Connection, { readonly made: readonly unknown[]; readonly slopes: OutputSlopes }>();

/** Slopes of an output as a view shows them: its rows, in its units. */
export async function shownSlopes(
  session: SessionState,
  connection: Connection,
  view: View,
  original: OutputSlopes,
): Promise<OutputSlopes> {
  if (!view.filter && view.units === 'original') return original;
  const made = [original, session.rules, view.units, JSON.stringify(view.filter)];
  const before = last.get(connection);
  if (before && made.every((each, index) => each === before.made[index])) return before.slopes;
  const positions = view.filter && (await positionsOf(session, connection, original, view.filter));
  const kept = positions ? atPositions(original, positions) : original;
  const slopes = connection.cache.inUnits(kept, view.units);
  last.set(connection, { made, slopes });
  return slopes;
}

async function positionsOf(
  session: SessionState,
  connection: Connection,
  slopes: OutputSlopes,
  filter: RowFilter,
): Promise<Uint32Array> {
  if (filter.kind === 'failing') return failingPositions(session, connection, session.rules[filter.rule], slopes);
  const view: View = { output: slopes.output, units: 'original' };
  return connection.cache.order(view, slopes, filter.order).slice(filter.from, filter.to).sort();
}

function atPositions(slopes: OutputSlopes, positions: Uint32Array): OutputSlopes {
  return {
    output: slopes.output,
    rows: Uint32Array.from(positions, (position) => slopes.rows[position]!),
    forecast: Float64Array.from(positions, (position) => slopes.forecast[position]!),
    slopes: slopes.slopes.map((column) =>
      column.length === 0 ? column : Float32Array.from(positions, (position) => column[position]!),
    ),
    atKink: Uint8Array.from(positions, (position) => slopes.atKink[position]!),
  };
}
