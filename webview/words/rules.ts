import type { Finding } from '../../src/findings/finding';
import type { Expectation } from '../../src/findings/rule';
import type { Severity } from '../../src/problem';
import { count, number } from './numbers';
import { plural, words } from './words';

/** Everything the Rules tab says. */
export const rulesWords = {
  tab: () => words('Rules'),
  below: () => words('Problems, Testing and the command line use the same rules.'),
  none: () => words('No rules yet.'),
  noneBelow: (output: string) => words('Say what must be true of {0}, and every row is checked against it.', output),
  save: () => words('Save to slopescope.json'),
  addForecast: () => words('Add a forecast rule'),
  table: () => words('Rules by input'),
  whenRises: () => words('When this rises'),
  level: () => words('Level'),
  checked: () => words('Checked'),
  limit: () => words('Limit'),
  inRows: (rows: number) => plural(rows, 'In the {0} row', 'In the {0} rows', count(rows)),
  forecastLine: (output: string) => words('forecast of {0}', output),
  noRule: () => words('no rule'),
  expectation: (expect: Expectation) => words(expect),
  expectationOf: (name: string) => words('What is expected of {0}', name),
  levelOf: (name: string) => words('Level of the rule of {0}', name),
  levelName: (level: Severity) => words(level),
  checkOf: (name: string) => words('How the rule of {0} is checked', name),
  byRows: () => words('slope at each row'),
  byRanges: () => words('slope in the ranges'),
  byStep: () => words('+1 step at each row'),
  lowOf: (name: string) => words('Lower limit for {0}', name),
  highOf: (name: string) => words('Upper limit for {0}', name),
  to: () => words('to'),
  otherOf: (name: string) => words('What {0} is compared with', name),
  perOf: (name: string) => words('By what {0} is compared', name),
  perSpread: () => words('per spread of each'),
  perOne: () => words('per one of each'),
  levelsOf: (name: string) => words('Levels of {0} from the lowest forecast to the highest', name),
  holds: () => words('holds'),
  fails: ({ rows, unit }: Finding) =>
    plural(
      rows.count,
      '{0} row, worst {1} {2}',
      '{0} rows, worst {1} {2}',
      count(rows.count),
      number(rows.worst),
      unit,
    ),
  setForAll: () => words('Set for'),
  groups: () => words('Inputs'),
  group: (group: 'all' | 'counts' | 'numbers', inputs: number) =>
    ({
      all: words('all {0} inputs', count(inputs)),
      counts: words('all {0} counts', count(inputs)),
      numbers: words('all {0} measured inputs', count(inputs)),
    })[group],
  set: () => words('Set'),
  suggestion: (inputs: number, output: string, expect: Expectation) =>
    expect === 'never falls'
      ? plural(
          inputs,
          '{0} input raises {1} on average. Should {1} never fall when it rises?',
          '{0} inputs raise {1} on average. Should {1} never fall when they rise?',
          count(inputs),
          output,
        )
      : plural(
          inputs,
          '{0} input lowers {1} on average. Should {1} never rise when it rises?',
          '{0} inputs lower {1} on average. Should {1} never rise when they rise?',
          count(inputs),
          output,
        ),
  suggestForecast: (output: string, low: number, unit: string) =>
    words('Should {0} always be at least {1} {2}?', output, number(low), unit),
  add: (rules: number) => plural(rules, 'Add this rule', 'Add {0} rules', count(rules)),
  file: () => words('slopescope.json'),
  fileBelow: () => words('The rules as they will be saved. In git, the same check runs for everyone.'),
  inCi: () => words('In CI'),
  ciBelow: () => words('Ends with 0 if all rules hold, 1 if one fails, 2 if something cannot be checked.'),
  more: (inputs: number) => plural(inputs, 'Show {0} more input', 'Show {0} more inputs', count(inputs)),
};
