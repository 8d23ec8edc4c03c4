import type { Call } from '../ask';
import { number } from '../findings/words';
import { slopeUnit } from '../table/units';
import { coverageNote } from './coverage';
import { shaken } from './inputCurve';
import { type Points, repeated, slopesAt, withLine } from './points';
import { averageRow, evenlyDrawn, rowAsPoint, type Scene, sceneOf, summaryOf, valuesAt } from './scene';
import type { SessionState } from './sessionState';
import type { Surface, SurfaceRequest } from './pairsQuestion';

/** Places of the grid each way, of the table in numbers, and rows drawn as dots or looked at for distances. */
const gridPlaces = 48;
const tablePlaces = 4;
const dots = 2000;
/** Beyond this many spreads the distance no longer matters. */
const farthest = 2;

/** The surface of one pair: the slope of the first input, or the forecast, over both values. */
export async function surfaceOf(session: SessionState, request: SurfaceRequest, call: Call): Promise<Surface> {
  const scene = await sceneOf(session, request, call);
  const { first, second, show, others } = request;
  const base =
    others === 'average' ? averageRow(scene.binding, scene.slopes.rows) : rowAsPoint(scene.binding, others.row);
  const x = axis(scene, first, gridPlaces);
  const y = axis(scene, second, gridPlaces);
  const values = await valuesOver(scene, request, base, x, y);
  const table = { x: axis(scene, first, tablePlaces), y: axis(scene, second, tablePlaces) };
  const { ranges } = scene.connection;
  const drawn = evenlyDrawn(ranges ? 0 : scene.slopes.rows.length, dots);
  const rows = drawn.map((position) => scene.slopes.rows[position]!);
  const places = { rows, x: valuesAt(scene.binding, first, rows), y: valuesAt(scene.binding, second, rows) };
  const [nameX, nameY] = [scene.inputs[first]!.name, scene.inputs[second]!.name];
  const rest = others === 'average' ? 'at their averages' : `as in row ${number(others.row + 1)}`;
  return {
    first: nameX,
    second: nameY,
    unit: show === 'slope' ? slopeUnit(scene.output, scene.inputs[first]!) : scene.output.unit || scene.output.name,
    x,
    y,
    values,
    min: values.reduce((low, value) => Math.min(low, value), Infinity),
    max: values.reduce((high, value) => Math.max(high, value), -Infinity),
    distance: ranges ? new Float32Array(values.length) : distances(scene, first, second, x, y, places),
    zero: show === 'slope' ? zeroLine(values, x, y) : new Float64Array(),
    dots: { rows, x: shownAt(scene, first, places.x, rows, 1), y: shownAt(scene, second, places.y, rows, 0x27d4eb2f) },
    table: { ...table, values: await valuesOver(scene, request, base, table.x, table.y) },
    caption: [
      show === 'slope'
        ? `Slope of ${nameX} at values of ${nameX} (to the right) and ${nameY} (upwards), all other inputs ${rest}.`
        : `Forecast of ${scene.output.name} at values of ${nameX} (to the right) and ${nameY} (upwards), all other inputs ${rest}.`,
      ranges
        ? ''
        : coverageNote({ rows: drawn.length, of: scene.slopes.rows.length }, 'Dots, and how near the data are, from'),
    ]
      .filter(Boolean)
      .join(' '),
  };
}

/** Where dots stand: whole numbers shaken, each axis its own way. */
function shownAt(scene: Scene, input: number, values: Float64Array, rows: Uint32Array, way: number): Float64Array {
  return summaryOf(scene.binding, input, scene.slopes.rows).whole ? shaken(values, rows, way) : values;
}

function axis(scene: Scene, input: number, places: number): Float64Array {
  const { min, max } = summaryOf(scene.binding, input, scene.slopes.rows);
  return Float64Array.from({ length: places }, (_, index) =>
    index === places - 1 ? max : min + ((max - min) * index) / (places - 1),
  );
}

async function valuesOver(
  scene: Scene,
  { first, second, show }: SurfaceRequest,
  base: Float64Array,
  x: Float64Array,
  y: Float64Array,
): Promise<Float64Array> {
  const count = x.length * y.length;
  const across = Float64Array.from({ length: count }, (_, place) => x[place % x.length]!);
  const up = Float64Array.from({ length: count }, (_, place) => y[Math.floor(place / x.length)]!);
  const points: Points = withLine(withLine(repeated(base, count), first, across), second, up);
  const { forecast, slopes } = await slopesAt(scene.computation, points);
  return show === 'slope' ? slopes[first]! : forecast;
}

/** Distance of each grid place to the nearest drawn row, both axes measured in spreads. */
function distances(
  scene: Scene,
  first: number,
  second: number,
  x: Float64Array,
  y: Float64Array,
  places: { readonly x: Float64Array; readonly y: Float64Array },
): Float32Array {
  const spread = (input: number): number => summaryOf(scene.binding, input, scene.slopes.rows).deviation || 1;
  const [perX, perY] = [1 / spread(first), 1 / spread(second)];
  const squares = new Float32Array(x.length * y.length).fill(farthest * farthest);
  for (let line = 0; line < y.length; line++) {
    for (let column = 0; column < x.length; column++) {
      let nearest = farthest * farthest;
      for (let row = 0; row < places.x.length; row++) {
        const a = (places.x[row]! - x[column]!) * perX;
        const b = (places.y[row]! - y[line]!) * perY;
        nearest = Math.min(nearest, a * a + b * b);
      }
      squares[line * x.length + column] = nearest;
    }
  }
  return squares.map(Math.sqrt);
}

/** Segments of the line at 0 by marching squares: each cell's crossings, found on its edges by straight lines. */
function zeroLine(values: Float64Array, x: Float64Array, y: Float64Array): Float64Array {
  const segments: number[] = [];
  const at = (column: number, line: number): number => values[line * x.length + column]!;
  for (let line = 0; line + 1 < y.length; line++) {
    for (let column = 0; column + 1 < x.length; column++) {
      const corners = [
        { x: x[column]!, y: y[line]!, value: at(column, line) },
        { x: x[column + 1]!, y: y[line]!, value: at(column + 1, line) },
        { x: x[column + 1]!, y: y[line + 1]!, value: at(column + 1, line + 1) },
        { x: x[column]!, y: y[line + 1]!, value: at(column, line + 1) },
      ];
      const crossings = corners.flatMap((from, index) => {
        const to = corners[(index + 1) % 4]!;
        if (from.value < 0 === to.value < 0) return [];
        const part = from.value / (from.value - to.value);
        return [{ x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) }];
      });
      for (let index = 0; index + 1 < crossings.length; index += 2)
        segments.push(crossings[index]!.x, crossings[index]!.y, crossings[index + 1]!.x, crossings[index + 1]!.y);
    }
  }
  return Float64Array.from(segments);
}
