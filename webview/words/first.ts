import type { FileAlone, InputDescription } from '../../src/session/service';
import type { TableCandidate } from '../../src/views/panelService';
import { count, number } from './numbers';
import { spanWithUnit } from './slopes';
import { plural, words } from './words';

/** Everything the page says before the map stands: reading, the first screen, the data page. */
export const firstWords = {
  reading: (model: string) => words('Reading {0}…', model),
  turns: (inputs: number, output: string) =>
    plural(
      inputs,
      'This network turns {0} input into {1}.',
      'This network turns {0} inputs into {1}.',
      count(inputs),
      output,
    ),
  outputs: (outputs: number) => plural(outputs, '{0} output', '{0} outputs', count(outputs)),
  noTable: () => words('No table is connected yet. What you see below comes from the model file alone.'),
  tables: () => words('Tables here that fit'),
  searching: () => words('Looking through the tables of this workspace…'),
  noneFits: () => words('No table in this workspace has these columns.'),
  chooseFile: () => words('Choose a file…'),
  makeTable: () => words('Make an empty table…'),
  useTable: () => words('Use this table'),
  useTableNamed: (name: string) => words('Use this table: {0}', name),
  mapColumns: () => words('Map columns…'),
  mapColumnsOf: (name: string) => words('Map columns… of {0}', name),
  matched: ({ matched, of, byPosition }: TableCandidate) =>
    byPosition
      ? words('{0} numeric columns fit {1} inputs, in this order', count(matched), count(of))
      : words('{0} of {1} inputs', count(matched), count(of)),
  /** "500 rows, has duration", "412 rows, lacks approvals" */
  rowsAndColumns: ({ rows, target, lacks, matched, of }: TableCandidate) => {
    if (lacks === undefined) return target ? words('{0}, has {1}', rows, target) : rows;
    const others = of - matched - 1;
    return others === 0
      ? words('{0}, lacks {1}', rows, lacks)
      : words('{0}, lacks {1} and {2} more', rows, lacks, count(others));
  },
  fileAlone: () => words('Slopes from the file alone'),
  fileAloneBelow: () =>
    words(
      'The scaler in the file keeps the average and spread of each input. Slopes at 2 000 points within 2 spreads of the average.',
    ),
  giveRanges: () => words('Give the usual values of each input'),
  noScaler: () => words('The file has no scaler, so Slopescope does not know usual values.'),
  lowest: (name: string) => words('Lowest usual value of {0}', name),
  highest: (name: string) => words('Highest usual value of {0}', name),
  to: () => words('to'),
  compute: () => words('Show slopes for these values'),
  input: () => words('Input'),
  usual: () => words('Usual values'),
  range: (low: number, high: number, input: InputDescription | undefined) =>
    spanWithUnit(low, high, input?.kind === 'whole number' ? several(input.unit) : (input?.unit ?? '')),
  atAverage: () => words('Slope at the average'),
  bar: () => words('Lowest to highest, dot: at the average'),
  barName: (low: string, high: string) => words('From {0} to {1}', low, high),
  found: () => words('Found'),
  verdict: (verdict: NonNullable<FileAlone['lines']>[number]['verdict']) => words(verdict),
  overRanges: () =>
    words(
      'No table is connected: every figure is over 2 000 points spread evenly over usual values, which are no data. What is found here is not proven, and no row is named.',
    ),
  ranges: () => words('What stands in for a table'),
  changeRanges: () => words('Change the usual values…'),
  keepRanges: () => words('Keep the usual values'),
  needsRanges: (tab: string) => words('{0} needs usual values of each input, or a table.', tab),
  otherRanges: (inputs: number) =>
    plural(inputs, '{0} more input keeps its usual values.', '{0} more inputs keep their usual values.', count(inputs)),
  network: () => words('Network'),
  networkKey: () => words('Solid blue raises, dashed orange lowers. Strong weights only.'),
  layer: () => words('Layer'),
  kind: () => words('Kind'),
  values: () => words('Values'),
  weights: () => words('Weights'),
  footer: (format: string, bytes: number, weights: number) =>
    words('{0}, {1}, {2} weights', format, fileSize(bytes), count(weights)),
  alwaysOpen: (ending: string) => words('Always open {0} here', ending),
  dismiss: () => words('Not again'),
};

/** "calls" for "call": units of counts are nouns in the singular; symbols stay as they are. */
function several(unit: string): string {
  if (!/^[a-z]{4,}$/.test(unit) || unit.endsWith('s')) return unit;
  return words(unit.endsWith('y') ? `${unit.slice(0, -1)}ies` : `${unit}s`);
}

/** "66.9 KB" */
function fileSize(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? count(value) : number(value)} ${units[unit] ?? ''}`;
}
