import { count, memorySize, ordinal, roundCount } from './numbers';
import { plural, words } from './words';

/** What a choice was tried on, and how far the forecasts then lie from the true values. */
interface Evidence {
  readonly miss: string;
  readonly target: string;
  readonly rows: number;
  readonly table: string;
}

/** Everything the data page says. */
export const dataWords = {
  missing: (inputs: number, of: number, file: string) =>
    plural(
      inputs,
      '{0} of {1} inputs has no column in {2}.',
      '{0} of {1} inputs have no column in {2}.',
      count(inputs),
      count(of),
      file,
    ),
  ask: () => words('The model file leaves something open.'),
  connected: (file: string) => words('{0} is connected.', file),
  below: () => words('Every answer is remembered; nothing is filled in silently.'),
  columns: () => words('Columns'),
  byOrder: () => words('Match by order'),
  input: () => words('Input'),
  column: () => words('Column'),
  columnOf: (name: string) => words('Column for {0}', name),
  noColumn: () => words('no column'),
  fixedValue: () => words('fixed value…'),
  fixedOf: (name: string) => words('Fixed value of {0}', name),
  how: (how: 'name' | 'position' | 'chosen' | 'fixed') =>
    words(how === 'name' ? 'by name' : how === 'position' ? 'by order' : how),
  target: () => words('Which column holds the true values? It is used for errors only, not for slopes.'),
  targetName: () => words('True values'),
  none: () => words('none'),
  scaler: () => words('Were the inputs scaled before training?'),
  scaledBy: (scaler: string) => words('The inputs are scaled by {0}.', scaler),
  unscaled: () => words('The inputs go in as they are.'),
  change: () => words('Change'),
  changeScaler: () => words('Change the scaling of the inputs'),
  scalings: {
    found: () => words('Yes, as the model or a file beside it says'),
    table: () => words('Yes, by mean and spread of this table'),
    none: () => words('No, the numbers go in as they are'),
    file: (file: string) => words('Yes, with values from a file: {0}', file),
  },
  scalerFile: () => words('Yes, with values from a file…'),
  outputScaler: (output: string, forecast: string, actual: string) =>
    words('Forecasts lie between {1}, {0} between {2}. Was {0} scaled too?', output, forecast, actual),
  outputScalings: {
    found: () => words('As the scaler of the inputs says'),
    table: () => words('Yes, by mean and spread of this table'),
    none: () => words('No, the numbers come out as they are'),
  },
  preview: (forecast: string, actual: string) =>
    actual
      ? words('With this choice the forecasts run from {0}; the true values from {1}.', forecast, actual)
      : words('With this choice the forecasts run from {0}.', forecast),
  averageMiss: (miss: string) => words('The average miss is {0}.', miss),
  category: (name: string, columns: number) =>
    words('{0} ({1} columns) looks like one category.', name, count(columns)),
  asOne: () => words('Treat as one'),
  asNumbers: () => words('Treat as numbers'),
  large: (rows: number) => words('This table has about {0} rows.', roundCount(rows)),
  rowChoices: {
    every: (step: number) => words('Use every {0} row', ordinal(step)),
    first: (rows: number) => words('Use the first {0}', roundCount(rows)),
    all: (bytes: number) => words('All (about {0})', memorySize(bytes)),
  },
  part: (part: string) => words('Read is {0}.', part),
  allRows: () => words('Read all rows'),
  dialect: () => words('Delimiter, decimal sign, encoding'),
  changeDialect: () => words('Change how the file is read'),
  delimiter: () => words('Delimiter'),
  delimiters: {
    ',': () => ',',
    ';': () => ';',
    '|': () => '|',
    '\t': () => words('tab'),
    ' ': () => words('blank'),
  },
  decimal: () => words('Decimal sign'),
  encoding: () => words('Encoding'),
  gaps: (left: number, rows: number) =>
    plural(left, '{0} of {1} rows is left out.', '{0} of {1} rows are left out.', count(left), count(rows)),
  showGaps: () => words('Show them'),
  leftOut: (rows: number, reason: string) => plural(rows, '{0} row: {1}', '{0} rows: {1}', count(rows), reason),
  line: (line: number) => words('line {0}', count(line)),
  questions: () => words('Questions about the model'),
  guess: (choice: string) => words('{0} (likely)', choice),
  withMiss: (choice: string, miss: string) => words('{0}, average miss {1}', choice, miss),
  fitsBest: (choice: string, { miss, target, rows, table }: Evidence) =>
    words(
      '{0} fits best: average miss {1} from {2} in the first {3} rows of {4}.',
      choice,
      miss,
      target,
      count(rows),
      table,
    ),
  fitsWell: (choice: string, { miss, target, rows, table }: Evidence) =>
    words(
      '{0} fits well: average miss {1} from {2} in the first {3} rows of {4}.',
      choice,
      miss,
      target,
      count(rows),
      table,
    ),
  notClearlyLess: (choice: string, miss: string) =>
    words('{0} misses {1}: not clearly less, and it is rarer.', choice, miss),
  scaledByTable: (what: 'inputs' | 'inputs and output') =>
    what === 'inputs'
      ? words(
          'That is with the inputs scaled by mean and spread of this table: choose that too, once this is answered.',
        )
      : words(
          'That is with inputs and output scaled by mean and spread of this table: choose that too, once this is answered.',
        ),
  choose: () => words('choose…'),
  use: (choice: string) => words('Use {0}', choice),
  save: () => words('Save to slopescope.json'),
  show: () => words('Show the slopes'),
  notes: () => words('Notes'),
};
