import type { ComparedFinding } from '../../src/session/compareQuestion';
import { count, percent } from './numbers';
import { plural, words } from './words';

/** Everything the Compare tab says beside what the answers say. */
export const compareWords = {
  tab: () => words('Compare'),
  close: () => words('Close comparison'),
  below: (rows: number, average: string, largest: string) =>
    plural(
      rows,
      'On {0} row that both can use, in original units. The forecasts differ by {1}.',
      'On {0} rows that both can use, in original units. The forecasts differ by {1} on average, by {2} at most.',
      count(rows),
      average,
      largest,
    ),
  models: () => words('The models compared'),
  table: () => words('Inputs of both models'),
  input: () => words('Input'),
  difference: () => words('Slope B − slope A'),
  lanes: () =>
    words(
      'Lanes: slope of B less slope of A, rows by the forecast of A, each input on its own scale. Orange: B is lower.',
    ),
  laneName: (name: string, average: string) => words('{0}: slope of B less slope of A, {1} on average', name, average),
  average: () => words('Average slope'),
  effect: (unit: string) => words('Typical effect, {0}', unit),
  rank: () => words('Rank'),
  opposite: () => words('Rows with opposite sign'),
  oppositeRows: (rows: number, share: number) =>
    rows === 0 ? words('none') : words('{0} ({1})', count(rows), percent(share)),
  onlyIn: (letter: string, inputs: string) => words('Only in {0}: {1}', letter, inputs),
  withoutSlope: (inputs: string) => words('Without a slope in one of them: {0}', inputs),
  findings: () => words('Findings of'),
  standing: (side: 'first' | 'second', other: ComparedFinding['other']) => {
    if (other === 'fails') return words('In both:');
    if (side === 'first') return other === 'holds' ? words('Gone in B:') : words('Cannot be checked in B:');
    return other === 'holds' ? words('New in B:') : words('Cannot be checked in A:');
  },
  moved: () => words('Forecasts that moved most'),
  row: () => words('Row'),
  forecast: () => words('Forecast'),
  change: () => words('B − A'),
  actual: () => words('True value'),
  noFindings: () => words('Nothing found under these rules.'),
};
