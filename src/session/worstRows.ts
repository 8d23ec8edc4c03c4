import { count, counted, number, percent, signed } from '../findings/words';
import { slopeUnit } from '../table/units';
import { coverageNote } from './coverage';
import { forecastsAt, pointsAtRows, withLine } from './points';
import { evenlyDrawn, type Scene, valuesAt } from './scene';
import type { Beyond } from './slopeMap';
import type { SlopeParts, WorstRows } from './inputQuestion';
import { unitParts } from './unitParts';

/** Rows listed, rows that parts are averaged over, and units listed. */
const listed = 6;
const averagedRows = 200;
const listedUnits = 24;

/** Position of the row whose slope lies farthest on the wrong side; the lowest slope where none does. */
export function worstPosition(scene: Scene, input: number): number | undefined {
  const own = scene.slopes.slopes[input]!;
  let worst: number | undefined;
  own.forEach((slope, position) => {
    if (worst === undefined || slope < own[worst]!) worst = position;
  });
  return worst;
}

/** Where it falls: the six rows with the lowest slopes beyond, or the six lowest slopes. */
export async function worstRows(scene: Scene, input: number, beyond: Beyond): Promise<WorstRows> {
  const { rows, slopes, forecast } = scene.slopes;
  const own = slopes[input]!;
  const failing = own.reduce((many, slope) => (beyond(slope) ? many + 1 : many), 0);
  const candidates = Uint32Array.from(own.keys());
  const order = candidates.sort((a, b) => Number(beyond(own[b]!)) - Number(beyond(own[a]!)) || own[a]! - own[b]!);
  const worst = order.slice(0, listed);
  const shown = [input, ...relatedInputs(scene, input)];
  const tableRows = worst.map((position) => rows[position]!);
  const points = pointsAtRows(scene.binding, tableRows);
  const before = await forecastsAt(scene.computation, points);
  const after = await forecastsAt(
    scene.computation,
    withLine(
      points,
      input,
      points.lines[input]!.map((x) => x + 1),
    ),
  );
  const { name } = scene.inputs[input]!;
  const [first] = worst;
  return {
    heading: failing > 0 ? 'Where it falls' : 'Where it rises least',
    sentence:
      failing > 0
        ? `${scene.output.name} falls as ${name} rises in ${counted(failing, 'row')} (${percent(failing / own.length)}); worst ${signed(own[first!]!)} ${slopeUnit(scene.output, scene.inputs[input]!)} at row ${count(rows[first!]! + 1)}.`
        : `${scene.output.name} falls in no row as ${name} rises.`,
    columns: shown.map((flat) => scene.inputs[flat]!.name),
    rows: Array.from(worst, (position, index) => ({
      row: rows[position]!,
      line: scene.connection.table.lines[rows[position]!]!,
      values: shown.map((flat) => valuesAt(scene.binding, flat, Uint32Array.of(rows[position]!))[0]!),
      slope: own[position]!,
      step: after[index]! - before[index]!,
      forecast: forecast[position]!,
    })),
    failing,
  };
}

/** How the slope at one row is made up of the units of the last hidden layer, beside the same parts on average. */
export function partsAt(scene: Scene, input: number, row: number): SlopeParts | undefined {
  const { network } = scene.connection;
  const { output, rows } = scene.slopes;
  const own = unitParts(network, scene.binding, row, output, input);
  if (!own) return undefined;
  const averages = new Float64Array(own.parts.length);
  const averaged = evenlyDrawn(rows.length, averagedRows).map((position) => rows[position]!);
  const over = { rows: averaged.length, of: rows.length };
  for (const each of averaged) {
    const parts = unitParts(network, scene.binding, each, output, input)?.parts ?? new Float64Array(averages.length);
    parts.forEach((part, unit) => (averages[unit]! += part / averaged.length));
  }
  const units = own.names
    .map((name, unit) => ({ name, part: own.parts[unit]!, average: averages[unit]! }))
    .sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
  const rest = units.slice(listedUnits);
  const slope = own.parts.reduce((sum, part) => sum + part, 0);
  return {
    row,
    line: scene.connection.table.lines[row]!,
    slope,
    sentence: [partsSentence(units, slope, row), coverageNote(over, 'Averages are over')].filter(Boolean).join(' '),
    over,
    units: units.slice(0, listedUnits),
    ...(rest.length === 0
      ? {}
      : {
          rest: {
            units: rest.length,
            part: rest.reduce((sum, { part }) => sum + part, 0),
            average: rest.reduce((sum, { average }) => sum + average, 0),
          },
        }),
  };
}

function partsSentence(units: SlopeParts['units'], slope: number, row: number): string {
  const up = units.find(({ part }) => part > 0);
  const down = units.find(({ part }) => part < 0);
  const at = `At row ${count(row + 1)}`;
  const total = `the slope is ${signed(slope)}`;
  if (!up && !down) return `${at} every hidden unit is off for this input: ${total}.`;
  if (!down) return `${at} no hidden unit pulls the slope down: ${total}.`;
  if (!up) return `${at} no hidden unit pushes the slope up: ${total}.`;
  return `${at} ${down.name} pulls the slope down most (${signed(down.part)}), ${up.name} pushes it up most (${signed(up.part)}): ${total}.`;
}

/** The two inputs that move most with this one over the rows (Pearson's |r|). */
function relatedInputs(scene: Scene, input: number): number[] {
  const { rows } = scene.slopes;
  const own = valuesAt(scene.binding, input, rows);
  const related = scene.inputs.flatMap((description, other) => {
    if (other === input || description.kind === 'switched' || scene.binding.inputs[other]!.source.kind !== 'numbers')
      return [];
    const r = Math.abs(correlation(own, valuesAt(scene.binding, other, rows)));
    return [{ other, r: Number.isNaN(r) ? -1 : r }];
  });
  return related
    .sort((a, b) => b.r - a.r)
    .slice(0, 2)
    .map(({ other }) => other);
}

function correlation(a: Float64Array, b: Float64Array): number {
  const average = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [average(a), average(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, index) => {
    both += (value - meanA) * (b[index]! - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[index]! - meanB) ** 2;
  });
  return both / Math.sqrt(squaresA * squaresB);
}

/** "0 to 24 in the data, whole numbers" */
export function valuesInWords(
  kind: string,
  { min, max, constant, count: present }: { min: number; max: number; constant: boolean; count: number },
): string {
  if (kind === 'switched' && present === 0) return 'categories';
  if (kind === 'yes/no') return '0 or 1';
  if (constant) return `${number(min)} in every row`;
  if (kind === 'whole number') return `${count(min)} to ${count(max)} in the data, whole numbers`;
  return `${number(min)} to ${number(max)} in the data`;
}
