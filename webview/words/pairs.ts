import { count } from './numbers';
import { plural, words } from './words';

/** Everything the Pairs tab says beside what the answers say. */
export const pairsWords = {
  tab: () => words('Pairs'),
  matrix: () => words('Strength of each pair'),
  strengthen: () => words('strengthen each other'),
  weaken: () => words('weaken each other'),
  area: () => words('area: strength'),
  strongest: () => words('Strongest pairs'),
  strength: () => words('Average strength'),
  sign: () => words('Average sign'),
  pair: (first: string, second: string) => words('{0} with {1}', first, second),
  leftOut: (inputs: number) => plural(inputs, '{0} more input', '{0} more inputs', count(inputs)),
  show: () => words('Show over both inputs'),
  slope: () => words('Slope'),
  forecast: () => words('Forecast'),
  others: () => words('Other inputs at'),
  average: () => words('their average'),
  row: (row: number) => words('row {0}', count(row + 1)),
  surfaceKey: (isSlope: boolean, isWithoutTable: boolean) =>
    [
      ...(isSlope ? [words('Orange: falls. Line: slope 0.')] : []),
      ...(isWithoutTable ? [] : [words('Dots: rows. Pale: no row is near.')]),
    ].join(' '),
  is: (name: string, value: string) => words('{0} is {1}', name, value),
  tableHead: (unit: string, isSlope: boolean) =>
    isSlope ? words('Slope, {0}, when', unit) : words('Forecast, {0}, when', unit),
};
