import { bySize, listedUnits, mostTelling, slopeOf, unitName, type LayerParts } from '../findings/layerParts';
import { count, signed } from '../findings/words';
import { coverageNote } from './coverage';
import type { LayerLines, PartLine, SlopeParts } from './inputQuestion';
import { layerParts } from './layerParts';
import { evenlyDrawn, type Scene } from './scene';

/** Rows that parts are averaged over. */
const averagedRows = 200;

/** How the slope at one row is made up of the units of each hidden layer, beside the same parts on average. */
export function partsAt(scene: Scene, input: number, row: number): SlopeParts | undefined {
  const { rows, output } = scene.slopes;
  const partsOf = layerParts(scene.connection.network, scene.binding, output, input);
  const layers = partsOf(row);
  const [any] = layers;
  if (!any) return undefined;
  const averaged = evenlyDrawn(rows.length, averagedRows).map((position) => rows[position]!);
  const averages = averagesOf(
    layers,
    Array.from(averaged, (each) => partsOf(each)),
  );
  const over = { rows: averaged.length, of: rows.length };
  const slope = slopeOf(any);
  const side = slope < 0 ? -1 : 1;
  const note = coverageNote(over, 'Averages are over');
  return {
    row,
    line: scene.connection.table.lines[row]!,
    slope,
    over,
    told: mostTelling(layers.map(({ parts }) => parts.map((part) => Math.max(0, side * part)))),
    layers: layers.map((layer, number) => {
      const lines = linesOf(layer, averages[number]!);
      const sentence = partsSentence(lines.units, slope, row);
      return { ...lines, sentence: [sentence, aroundSentence(layer), note].filter(Boolean).join(' ') };
    }),
  };
}

interface Averages {
  readonly parts: Float64Array;
  readonly around: number;
}

function averagesOf(layers: readonly LayerParts[], rows: readonly (readonly LayerParts[])[]): readonly Averages[] {
  return layers.map(({ parts }, number) => {
    const sums = new Float64Array(parts.length);
    let past = 0;
    for (const row of rows) {
      row[number]!.parts.forEach((part, unit) => (sums[unit]! += part / rows.length));
      past += (row[number]!.around?.part ?? 0) / rows.length;
    }
    return { parts: sums, around: past };
  });
}

function linesOf(layer: LayerParts, averages: Averages): Omit<LayerLines, 'sentence'> {
  const { name, origin, parts, around } = layer;
  const order = bySize(parts);
  const rest = order.slice(listedUnits);
  const sumOver = (values: Float64Array) => rest.reduce((sum, unit) => sum + values[unit]!, 0);
  return {
    name,
    origin,
    units: order
      .slice(0, listedUnits)
      .map((unit) => ({ name: unitName(layer, unit), part: parts[unit]!, average: averages.parts[unit]! })),
    ...(rest.length > 0
      ? { rest: { units: rest.length, part: sumOver(parts), average: sumOver(averages.parts) } }
      : {}),
    ...(around ? { around: { ...around, average: averages.around } } : {}),
  };
}

function partsSentence(units: readonly PartLine[], slope: number, row: number): string {
  const up = units.find(({ part }) => part > 0);
  const down = units.find(({ part }) => part < 0);
  const at = `At row ${count(row + 1)}`;
  const total = `the slope is ${signed(slope)}`;
  if (!up && !down) return `${at} every hidden unit is off for this input: ${total}.`;
  if (!down) return `${at} no hidden unit pulls the slope down: ${total}.`;
  if (!up) return `${at} no hidden unit pushes the slope up: ${total}.`;
  return `${at} ${down.name} pulls the slope down most (${signed(down.part)}), ${up.name} pushes it up most (${signed(up.part)}): ${total}.`;
}

/** "+0.32 of it goes around this layer and joins it again at add_1." */
function aroundSentence({ around }: LayerParts): string {
  if (!around) return '';
  return `${signed(around.part)} of it goes around this layer${around.joins === '' ? '' : ` and joins it again at ${around.joins}`}.`;
}
