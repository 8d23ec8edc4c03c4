import type { EffectLine } from '../../src/session/inputQuestion';
import type { CurveChoice } from '../state';
import { count, number, signed, tableValue } from './numbers';
import { plural, words } from './words';

/** Everything the Input tab says beside what the answers say. */
export const inputWords = {
  tab: () => words('Input'),
  previous: () => words('Previous input'),
  next: () => words('Next input'),
  figures: () => words('Figures'),
  rule: () => words('Rule'),
  slopeAtEach: () => words('Slope at each value'),
  slopeCaption: (isBinned: boolean, isOverRanges: boolean) =>
    isBinned
      ? words('The darker, the more rows. Below the line the forecast falls.')
      : isOverRanges
        ? words('One dot per point. Below the line the forecast falls.')
        : words('One dot per row. Below the line the forecast falls.'),
  colourBy: () => words('Colour by'),
  bySign: () => words('sign'),
  slopeAxis: (unit: string) => (unit ? words('slope, {0}', unit) : words('slope')),
  forecastAxis: (unit: string) => (unit ? words('forecast, {0}', unit) : words('forecast')),
  belowZero: () => words('below 0: falls'),
  rowsOrPoints: (many: number, isOverRanges: boolean) =>
    isOverRanges
      ? plural(many, '{0} point', '{0} points', count(many))
      : plural(many, '{0} row', '{0} rows', count(many)),
  scatterSentence: (input: string, below: number, rows: string, turns: readonly number[]) =>
    turns.length === 0
      ? words('Slope by {0} at {1}, below 0 in {2}; on average it keeps its sign.', input, rows, count(below))
      : words(
          'Slope by {0} at {1}, below 0 in {2}; on average it changes its sign at {3}.',
          input,
          rows,
          count(below),
          turns.map(tableValue).join(', '),
        ),
  turns: (turns: readonly number[]) =>
    turns.length === 0 ? '' : words('On average the slope changes its sign at {0}.', turns.map(tableValue).join(', ')),
  pointed: (row: number, input: string, value: string, slope: string) =>
    words('Row {0}: {1} {2}, slope {3}', count(row + 1), input, value, slope),
  pointHint: (isOverRanges: boolean) =>
    isOverRanges ? words('Point at a dot to read it.') : words('Point at a dot to read its row; click to see why.'),
  pointedPoint: (input: string, value: string, slope: string) => words('{0} {1}, slope {2}', input, value, slope),
  curveTitle: (input: string) => words('Forecast as {0} changes', input),
  curveCaption: (choice: CurveChoice, isOverRanges: boolean) => {
    if (isOverRanges && choice !== 'accumulated')
      return words(
        'Thin: single points, nothing else changed. Orange where it falls. Thick: the average over the points.',
      );
    switch (choice) {
      case 'both':
        return words('One thin line per row, nothing else changed. Orange where it falls. Thick: the average.');
      case 'average':
        return words('The average over the rows, nothing else changed.');
      case 'singles':
        return words('One line per row, nothing else changed. Orange where it falls.');
      case 'accumulated':
        return words('Average changes between neighbouring values, added up: fairer where inputs move together.');
    }
  },
  curves: () => words('Curves'),
  curveChoice: (choice: CurveChoice, isOverRanges: boolean) =>
    ({
      both: words('both'),
      average: words('average'),
      singles: isOverRanges ? words('single points') : words('single rows'),
      accumulated: words('accumulated effects'),
    })[choice],
  curveSentence: (input: string, first: string, last: string, low: string, high: string) =>
    words('The average forecast is {1} at {0} {3} and {2} at {4}.', input, first, last, low, high),
  averageForecast: () => words('Average forecast'),
  rowsHere: (isOverRanges: boolean) => (isOverRanges ? words('Points from here on') : words('Rows from here on')),
  slopeColumn: () => words('Average slope'),
  rowsColumn: (isOverRanges = false) => (isOverRanges ? words('Points') : words('Rows')),
  belowColumn: () => words('Below 0'),
  worst: () => words('Worst rows'),
  row: () => words('Row'),
  slope: () => words('Slope'),
  oneMore: () => words('One more'),
  forecast: () => words('Forecast'),
  why: (row: number) => words('Why at row {0}', count(row + 1)),
  whyFalls: (row: number) => words('Why it falls at row {0}', count(row + 1)),
  partsCaption: () => words('Bar: at this row. Tick: on average.'),
  units: () => words('Hidden units and their parts of the slope'),
  unit: () => words('Unit'),
  part: () => words('Part'),
  average: () => words('Average'),
  otherUnits: (units: number) => plural(units, '{0} other unit', '{0} other units', count(units)),
  layer: () => words('Hidden layer'),
  layerNamed: (name: string, origin: string) => words('{0} · {1}', name, origin),
  tellingLayer: (name: string, origin: string) => words('{0} · {1} (few units explain most)', name, origin),
  around: () => words('around this layer'),
  sum: () => words('Sum'),
  effects: () => words('What a change does'),
  effectsCaption: (isOverRanges: boolean) =>
    isOverRanges
      ? words('Exact changes of the forecast, on average over the points; then the lowest and highest point.')
      : words(
          'Exact changes of the forecast, on average over the rows, with the standard error and a bootstrap interval; then the lowest and highest row. Centred: half the step to each side. Slope misses: how far slope times step is from the change.',
        ),
  change: () => words('Change'),
  error: () => words('± error'),
  lowest: () => words('Lowest'),
  highest: () => words('Highest'),
  atAverage: (isOverRanges: boolean) => (isOverRanges ? words('At the average') : words('At the average row')),
  plusMinus: ({ error }: EffectLine) => words('± {0}', number(error)),
  groups: (column: string) => words('By {0}', column),
  group: () => words('Group'),
  averageStep: (isSwitch: boolean) => (isSwitch ? words('Switching on, average') : words('One more, average')),
  median: (change: string, value: string) => words('Median, {0}: {1}.', change, value),
  interval: () => words('95 % interval'),
  fromTo: ([from, to]: EffectLine['interval']) => words('{0} to {1}', signed(from), signed(to)),
  centred: () => words('Centred'),
  slopeMisses: () => words('Slope misses'),
  step: () => words('Step'),
  between: () => words('From one value to another'),
  betweenLevels: () => words('From one level to another'),
  noLevel: () => words('choose…'),
  from: () => words('from'),
  to: () => words('to'),
  groupBy: () => words('By group of'),
  noGroups: () => words('all rows'),
  measures: () => words('Measures'),
  levelsTitle: (commonest: string) => words('Each level against {0}', commonest),
  levelsCaption: () => words('Average change of the forecast over the rows, with the lowest and highest row.'),
  level: () => words('Level'),
  moreLevels: (levels: number) => plural(levels, '{0} more level', '{0} more levels', count(levels)),
  pairedTitle: () => words('Forecast with no and with yes'),
  pairedCaption: () =>
    words('One line per row, from no on the left to yes on the right, nothing else changed. Orange where it falls.'),
  paired: (input: string, rising: number, falling: number) =>
    words(
      'Switching {0} on raises the forecast in {1} and lowers it in {2} of the rows drawn.',
      input,
      count(rising),
      count(falling),
    ),
  off: () => words('No'),
  on: () => words('Yes'),
  noData: () => words('This input has one value only: nothing can be said about its changes.'),
};
