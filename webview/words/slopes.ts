import type { Lane, RowFilter, RowOrder } from '../../src/session/service';
import type { LaneOrder } from '../state';
import { count, number, percent, signed, tableValue } from './numbers';
import { plural, words } from './words';

/** Everything the Slopes tab says. */
export const slopesWords = {
  tab: () => words('Slopes'),
  map: () => words('Map'),
  table: () => words('Table'),
  mapOrTable: () => words('Show slopes as'),
  mapName: (output: string) => words('Slope of {0} by each input, at every row', output),
  input: () => words('Input, average slope'),
  forecast: () => words('Forecast'),
  spread: () => words('Spread around 0'),
  rule: () => words('Rule'),
  lanesBy: () => words('Lanes sorted by'),
  laneOrder: (by: LaneOrder) =>
    ({
      effect: words('Typical effect'),
      reach: words('Reach'),
      below: words('Below 0'),
      name: words('Effect, by name'),
      model: words('Effect, as in the model'),
    })[by],
  rowsOrderedBy: (rows: number) => plural(rows, '{0} row, ordered by', '{0} rows, ordered by', count(rows)),
  rowsSoFar: (rows: number) => words('{0} rows so far, ordered by', count(rows)),
  rowOrder: (order: RowOrder, name: string) => {
    switch (order.by) {
      case 'forecast':
        return words('forecast');
      case 'row':
        return words('row number');
      case 'slope':
        return words('the slope of {0}', name);
      case 'value':
        return words('the value of {0}', name);
    }
  },
  holds: () => words('holds'),
  failsIn: (rows: number, share: number) =>
    plural(rows, '{0} row ({1})', '{0} rows ({1})', count(rows), percent(share)),
  setRule: () => words('set rule…'),
  setRuleOf: (name: string) => words('set rule… for {0}', name),
  changeRuleOf: (name: string, rule: string) => words('{0}, change the rule of {1}', rule, name),
  risesAndFalls: () => words('rises and falls'),
  onlyRises: () => words('only rises'),
  onlyFalls: () => words('only falls'),
  noEffect: () => words('no effect'),
  switches: () => words('switches, no slope'),
  falls: () => words('falls'),
  rises: () => words('rises'),
  zero: () => words('0'),
  railBelow: () => words('slope below 0'),
  railRule: () => words('breaks the rule'),
  colours: () => words('colours:'),
  ownScale: () => words('each input its own scale'),
  oneScale: (unit: string) =>
    unit ? words('one scale for all ({0} per typical step)', unit) : words('one scale for all'),
  findInput: () => words('Find an input'),
  allInputs: () => words('all inputs'),
  onlyFailing: () => words('failing only'),
  whichInputs: () => words('Which inputs'),
  noneFound: () => words('No input is called that.'),
  noneFails: () => words('No rule fails.'),
  lanesShown: (from: number, to: number, all: number) =>
    words('Lanes {0} to {1} of {2} inputs.', count(from), count(to), count(all)),
  cellStandsFor: (rows: number) => words('A cell stands for about {0} rows.', count(rows)),
  setRules: () => words('Set rules…'),
  chipRows: (rows: number, name: string) =>
    plural(rows, '{0} row: {1} breaks its rule', '{0} rows: {1} breaks its rule', count(rows), name),
  chipBelow: (rows: number, name: string) =>
    plural(rows, '{0} row: {1} below 0', '{0} rows: {1} below 0', count(rows), name),
  chipPositions: (filter: Extract<RowFilter, { kind: 'positions' }>, order: string) =>
    words('rows {0}–{1} by {2} ({3})', count(filter.from + 1), count(filter.to), order, count(filter.to - filter.from)),
  removeFilter: () => words('Show all rows again'),
};

/** What the reading line says. */
export const readingWords = {
  name: () => words('Row under the cursor'),
  row: (row: number) => words('Row {0}', count(row + 1)),
  forecast: (value: number, unit: string) => words('forecast {0}', withUnit(value, unit)),
  actual: (value: number, unit: string) => words('actual {0}', withUnit(value, unit)),
  openLine: (line: number) => words('Open line {0}', count(line)),
  whatIf: () => words('What if…'),
  orderBySlope: () => words('Order by its slope'),
  value: () => words('Value'),
  slope: (unit: string) => (unit ? words('Slope, {0} per +1', unit) : words('Slope per +1')),
  step: (unit: string) => (unit ? words('One more, {0}', unit) : words('One more')),
  lowest: (unit: string) => (unit ? words('Lowest slope, {0} per +1', unit) : words('Lowest slope per +1')),
  mean: (unit: string) => (unit ? words('Mean slope, {0} per +1', unit) : words('Mean slope per +1')),
  sharedCell: (rows: number, all: number) => words('{0} of {1} rows here', count(rows), count(all)),
  cellSlopes: (name: string, lowest: number, mean: number, unit: string) =>
    words('{0}: lowest {1}, mean {2} {3}', name, signed(lowest), signed(mean), unit),
  showRows: (rows: number) => plural(rows, 'Show this row', 'Show these {0} rows', count(rows)),
  allInputs: (all: number) => words('all {0}…', count(all)),
  nothing: () => words('Point at the map, or move through it with the arrow keys, to read a row.'),
  kink: () => words('at a kink'),
  cell: (value: number | string | undefined) => tableValue(value),
  spokenRow: (row: number, name: string, value: string, slope: string, side: string, forecast: string) =>
    words('Row {0}, {1} {2}, slope {3}, {4}, forecast {5}', row + 1, name, value, slope, side, forecast),
  below: () => words('below zero'),
  above: () => words('above zero'),
  atZero: () => words('zero'),
};

/** "12.1 min", or the number alone when the unit is unknown. */
export function withUnit(value: number, unit: string): string {
  return unit ? `${number(value)} ${unit}` : number(value);
}

/** "50 to 582 min"; one value alone when both are the same. */
export function spanWithUnit(low: number, high: number, unit: string): string {
  const span = low === high ? tableValue(low) : words('{0} to {1}', tableValue(low), tableValue(high));
  return unit ? words('{0} {1}', span, unit) : span;
}

/** "50 and 582 min", behind "between". */
export function boundsWithUnit(low: number, high: number, unit: string): string {
  const bounds = words('{0} and {1}', tableValue(low), tableValue(high));
  return unit ? words('{0} {1}', bounds, unit) : bounds;
}

/** "+2.83 min per call". */
export function slopeWithUnit(value: number, unit: string): string {
  return unit ? `${signed(value)} ${unit}` : signed(value);
}

/** What a screen reader hears of a lane. */
export function laneSentence(lane: Lane, outputUnit: string): string {
  const parts = [
    lane.name,
    lane.kind === 'switched'
      ? slopesWords.switches()
      : words('average {0}', slopeWithUnit(lane.statistics.mean, lane.unit)),
    words('typical effect {0}', withUnit(lane.typicalEffect, outputUnit)),
  ];
  if (lane.rule) {
    parts.push(words('rule {0}', lane.rule.words));
    parts.push(
      lane.rule.holds
        ? words('holds')
        : plural(lane.rule.failing, 'fails in {0} row', 'fails in {0} rows', count(lane.rule.failing)),
    );
  }
  return parts.join(', ');
}
