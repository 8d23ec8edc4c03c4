import { count, counted, number, percent, signed } from '../findings/words';
import { slopeUnit } from '../table/units';
import { forecastsAt, pointsAtRows, withLine } from './points';
import { type Scene, valuesAt } from './scene';
import type { Beyond } from './slopeMap';
import type { WorstRows } from './inputQuestion';

/** Rows listed. */
const listed = 6;

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
