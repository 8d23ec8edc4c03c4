import type { Finding } from '../../src/findings/finding';
import { count, number, percent } from './numbers';
import { plural, words } from './words';

/** Everything the list of findings says. */
export const findingsWords = {
  title: () => words('Findings'),
  list: () => words('Failed rules'),
  worstFirst: () => words('worst first'),
  none: () => words('No rule fails.'),
  noRules: () => words('No rules yet, so nothing can fail.'),
  where: () => words('Where'),
  why: () => words('Why'),
  whatToDo: () => words('What to do'),
  noRegion: () => words('No simple range holds them.'),
  region: ({ where, rows }: Finding) =>
    where
      ? plural(
          rows.count,
          '{0}: {1} of the {2} row.',
          '{0}: {1} of the {2} rows.',
          where.words,
          count(where.failing),
          count(rows.count),
        )
      : findingsWords.noRegion(),
  thin: ({ where, rows }: Finding) =>
    where && where.rows < 0.05 * rows.of
      ? words('Only {0} of {1} rows lie there, so the network saw little of it.', count(where.rows), count(rows.of))
      : '',
  showRows: (rows: number) => plural(rows, 'Show the row', 'Show the {0} rows', count(rows)),
  lookCloser: () => words('Look closer'),
  mend: () => words('Write the code that mends it…'),
  changeRule: () => words('Change rule'),
  held: (rules: number, rows: number) =>
    plural(rules, '{0} rule holds in all {1} rows', '{0} rules hold in all {1} rows', count(rules), count(rows)),
  more: (findings: number) => words('and {0} more: set “failing only” on the map', count(findings)),
  subject: (finding: Finding) => finding.input ?? finding.output,
  /** "slope below 0 in 33 rows" */
  what: (finding: Finding) =>
    plural(finding.rows.count, '{1} in {0} row', '{1} in {0} rows', count(finding.rows.count), broken(finding)),
  /** "6.6 %, worst −4.28 min per call at row 360" */
  howMuch: ({ rows, unit }: Finding) =>
    words(
      '{0}, worst {1} {2} at row {3}',
      percent(rows.share),
      number(rows.worst),
      unit,
      count((rows.worstRows[0] ?? 0) + 1),
    ),
};

/** What is the matter where a rule fails. */
function broken({ rule }: Finding): string {
  const [low, high] = [number(rule.low ?? 0), number(rule.high ?? 0)];
  const isStep = rule.check === 'step';
  switch (rule.expect) {
    case 'never falls':
      return isStep ? words('one more lowers the forecast') : words('slope below 0');
    case 'never rises':
      return isStep ? words('one more raises the forecast') : words('slope above 0');
    case 'always rises':
      return isStep ? words('one more does not raise the forecast') : words('slope not above 0');
    case 'always falls':
      return isStep ? words('one more does not lower the forecast') : words('slope not below 0');
    case 'no effect':
      return words('slope is not 0');
    case 'matters at least as much as':
      return words('matters less than {0}', rule.other ?? '');
    case 'levels in order':
      return words('forecast falls from one level to the next');
    case 'slope at least':
      return words('slope below {0}', low);
    case 'slope at most':
      return words('slope above {0}', high);
    case 'slope between':
      return words('slope outside {0} to {1}', low, high);
    case 'forecast at least':
      return words('forecast below {0}', low);
    case 'forecast at most':
      return words('forecast above {0}', high);
    case 'forecast can reach the target':
      return words('true value beyond every possible forecast');
    case 'forecast between':
      return words('forecast outside {0} to {1}', low, high);
  }
}
