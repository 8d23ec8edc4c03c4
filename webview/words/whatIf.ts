import type { WhatIf } from '../../src/session/whatIfQuestion';
import { count, number } from './numbers';
import { plural, words } from './words';

/** Everything the What if tab says beside what the answers say. */
export const whatIfWords = {
  tab: () => words('What if'),
  row: () => words('Row'),
  reset: () => words('Reset'),
  addRow: () => words('Add as new row'),
  nearest: ({ rows, of }: WhatIf['searched']) =>
    rows === of
      ? words('Nearest rows of the table')
      : words('Nearest of {0} of {1} rows, evenly drawn', count(rows), count(of)),
  distance: (distance: number) => words('{0} spreads away', number(distance)),
  input: () => words('Input'),
  curve: () => words('Forecast over the input’s range; the others stay'),
  value: () => words('Value'),
  slope: () => words('Slope here'),
  valueOf: (name: string) => words('Value of {0}', name),
  was: (value: string) => words('was {0}', value),
  more: (inputs: number) => plural(inputs, '{0} more input', '{0} more inputs', count(inputs)),
  spoken: (value: string, unit: string, forecast: string) =>
    unit ? words('{0} {1}, forecast {2}', value, unit, forecast) : words('{0}, forecast {1}', value, forecast),
  partsCaption: () => words('What each input adds on the way. The parts sum to the difference.'),
  inUnit: (heading: string, unit: string) => words('{0}, in {1}', heading, unit),
  compareWith: () => words('Compare with'),
  barsFrom: (from: 'average' | 'before', row: number) =>
    from === 'average' ? words('Average row') : words('Row {0} in the table', count(row + 1)),
  both: () => words('Forecasts of both models'),
  forecast: () => words('Forecast'),
  difference: () => words('B − A'),
  inTheTable: () => words('As in the table'),
  now: () => words('With the changes'),
  none: () => words('none'),
  unmoved: (inputs: string) => words('B does not move with: {0}', inputs),
  thisRow: () => words('This row'),
  middle: () => words('Middle of the ranges'),
  here: () => words('Here'),
  bar: (name: string, value: string) => words('{0} = {1}', name, value),
  otherInputs: (inputs: number) => plural(inputs, '{0} other input', '{0} other inputs', count(inputs)),
};
