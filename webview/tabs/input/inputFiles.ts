import type { Curve, InputView, Scatter } from '../../../src/session/inputQuestion';
import { csvFile, withUnitHead } from '../../parts/csvFile';
import type { TextFile } from '../../parts/csvFile';
import type { PageState } from '../../state';

/** The numbers behind every chart and table of the Input tab. */
export function inputFiles({ answers }: PageState): readonly TextFile[] {
  const view = answers.input;
  if (!view) return [];
  return [
    ...(view.scatter ? [slopes(view, view.scatter)] : []),
    ...(view.curve ? [curve(view, view.curve)] : []),
    ...(view.paired ? [paired(view, view.paired)] : []),
    ...(view.levels ? [levels(view, view.levels)] : []),
    ...(view.effects.length > 0 ? [effects(view)] : []),
    ...(view.groups ? [groups(view, view.groups)] : []),
    ...(view.worst ? [worst(view, view.worst)] : []),
    ...(view.parts ? [parts(view, view.parts)] : []),
  ];
}

function named({ name }: InputView, what: string): string {
  return `input.${name}.${what}`;
}

function slopes(view: InputView, scatter: Scatter): TextFile {
  const value = withUnitHead(view.name, view.inputUnit);
  const slope = withUnitHead(`slope[${view.name}]`, view.unit);
  if (scatter.kind === 'dots') {
    const lines = Array.from(scatter.rows, (row, place) => [row + 1, scatter.values[place], scatter.slopes[place]]);
    return csvFile(named(view, 'slopes'), ['row', value, slope], lines);
  }
  const { columns, lines, counts, x, y } = scatter;
  const edge = ({ min, max }: typeof x, place: number, of: number): number => min + (place / of) * (max - min);
  const cells = Array.from(counts, (rows, cell) => {
    const [column, line] = [cell % columns, Math.floor(cell / columns)];
    const across = [edge(x, column, columns), edge(x, column + 1, columns)];
    return [...across, edge(y, line, lines), edge(y, line + 1, lines), rows];
  });
  const heads = [`${value} from`, `${value} to`, `${slope} from`, `${slope} to`, 'rows'];
  return csvFile(named(view, 'slopes'), heads, cells);
}

function curve(view: InputView, { kind, at, average, singles, density }: Curve): TextFile {
  const heads = [
    withUnitHead(view.name, view.inputUnit),
    withUnitHead(kind === 'average' ? 'average forecast' : 'accumulated effect', view.outputUnit),
    'rows from here on',
    ...singles.map(({ row }) => withUnitHead(`row ${row + 1}`, view.outputUnit)),
  ];
  const lines = Array.from(at, (value, place) => [
    value,
    average[place],
    density[place] ?? 0,
    ...singles.map(({ forecast }) => forecast[place]),
  ]);
  return csvFile(named(view, 'curve'), heads, lines);
}

function paired(view: InputView, rows: NonNullable<InputView['paired']>): TextFile {
  const heads = [
    'row',
    withUnitHead('forecast without', view.outputUnit),
    withUnitHead('forecast with', view.outputUnit),
  ];
  const lines = rows.map(({ row, off, on }) => [row + 1, off, on]);
  return csvFile(named(view, 'switch'), heads, lines);
}

function levels(view: InputView, { commonest, lines }: NonNullable<InputView['levels']>): TextFile {
  const average = withUnitHead(`average change against ${commonest}`, view.outputUnit);
  return csvFile(
    named(view, 'levels'),
    ['level', 'rows', average, 'standard error', 'lowest', 'highest'],
    lines.map((line) => [line.level, line.rows, line.average, line.error, line.lowest, line.highest]),
  );
}

function effects(view: InputView): TextFile {
  const heads = [
    ...['change', 'average', 'standard error', 'interval from', 'interval to', 'lowest', 'highest'],
    ...['at the average row', 'centred', 'slope misses by', 'rows against the slope', 'unit', 'median', 'remark'],
  ];
  const lines = view.effects.map((line) => [
    ...[line.change, line.average, line.error, ...line.interval, line.lowest, line.highest],
    ...[line.atAverage, line.centred, line.nonLinearity, line.opposite, line.unit, line.median, line.remark],
  ]);
  return csvFile(named(view, 'effects'), heads, lines);
}

function groups(view: InputView, { column, lines }: NonNullable<InputView['groups']>): TextFile {
  const step = withUnitHead('average of one more', view.outputUnit);
  return csvFile(
    named(view, 'groups'),
    [column, 'rows', withUnitHead('average slope', view.unit), 'standard error', step, 'standard error of one more'],
    lines.map((line) => [line.group, line.rows, line.averageSlope, line.error, line.averageStep, line.stepError]),
  );
}

function worst(view: InputView, { columns, rows }: NonNullable<InputView['worst']>): TextFile {
  const out = view.outputUnit;
  const heads = ['row', 'line', ...columns, withUnitHead('slope', view.unit)];
  const lines = rows.map((row) => [row.row + 1, row.line, ...row.values, row.slope, row.step, row.forecast]);
  return csvFile(named(view, 'worst'), [...heads, withUnitHead('one more', out), withUnitHead('forecast', out)], lines);
}

function parts(view: InputView, { layers }: NonNullable<InputView['parts']>): TextFile {
  const heads = ['layer', 'unit', withUnitHead('part of the slope', view.unit), withUnitHead('on average', view.unit)];
  const lines = layers.flatMap(({ name: layer, units, rest, around }) => [
    ...units.map(({ name, part, average }) => [layer, name, part, average]),
    ...(rest ? [[layer, `${rest.units} others`, rest.part, rest.average]] : []),
    ...(around ? [[layer, 'around it', around.part, around.average]] : []),
  ]);
  return csvFile(named(view, 'why'), heads, lines);
}
