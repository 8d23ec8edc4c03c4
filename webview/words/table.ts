import { words } from './words';

/** Everything the Table view says. */
export const tableWords = {
  name: () => words('Slope of each input at each row'),
  row: () => words('Row'),
  line: () => words('Line'),
  forecast: (longUnit?: string) => (longUnit ? words('Forecast, {0}', longUnit) : words('Forecast')),
  loading: () => words('Reading rows…'),
  note: (unit: string, file: string | undefined) => {
    const slopes = unit
      ? words('Slopes in {0} per one more of the input.', unit)
      : words('Slopes per one more of the input.');
    return file ? `${slopes} ${words('Enter opens the line in {0}.', file)}` : slopes;
  },
};
