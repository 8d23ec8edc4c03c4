import type { Progress } from '../../src/ask';
import { count } from './numbers';
import { plural, words } from './words';

/** What stands around every page: header, tabs, progress, filters, keys. */
export const frameWords = {
  data: () => words('Data'),
  output: () => words('Output'),
  units: () => words('Units'),
  original: () => words('Original'),
  model: () => words('Model'),
  scale: () => words('Scale'),
  probability: () => words('Probability'),
  logOdds: () => words('Log-odds'),
  more: () => words('More settings'),
  tabs: () => words('Slopescope views'),
  moreTabs: () => words('More'),
  tableRows: (file: string, rows: number) => plural(rows, '{1}, {0} row', '{1}, {0} rows', count(rows), file),
  partRows: (table: string, part: string) => words('{0} ({1})', table, part),
  chooseData: () => words('Choose data…'),
  mapColumns: () => words('Map columns…'),
  scaler: (where: string) => words('scaler: {0}', where),
  showLog: () => words('Show log'),
  close: () => words('Close'),
  restricted: () => words('Restricted Mode: Slopescope runs no code from your files, so all views work.'),
  changed: (file: string) => words('{0} has changed.', file),
  recompute: () => words('Recompute'),
  cancel: () => words('Cancel'),
  progress: ({ task, done, of }: Progress, secondsLeft: number | undefined) =>
    secondsLeft === undefined
      ? words('{0}: {1} of {2}', task, count(done), count(of))
      : words('{0}: {1} of {2}, {3} s left', task, count(done), count(of), count(secondsLeft)),
  stopped: (rows: number) => words('Stopped after {0} rows. Everything here covers these.', count(rows)),
  goOn: () => words('Continue'),
  goToRow: () => words('Go to row'),
  go: () => words('Go'),
  keys: () => words('Keys'),
  named: (what: string, name: string) => words('{0}: {1}', what, name),
  print: () => words('Print'),
};
