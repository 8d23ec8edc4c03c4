import { words } from './words';

/** Everything the Formula tab says beside what the answers say. */
export const formulaWords = {
  tab: () => words('Formula'),
  below: () => words('What is shown is rounded; what is copied has full precision.'),
  slopeBy: () => words('Slope by'),
  digits: () => words('Digits'),
  copyAs: () => words('Copy as'),
  formula: () => words('The network written out'),
  coefficients: () => words('Coefficients'),
  input: () => words('Input'),
  value: () => words('Value'),
  intercept: () => words('Intercept'),
  check: (row: string, forecast: string) => words('{0}: the formula gives {1}.', row, forecast),
};
