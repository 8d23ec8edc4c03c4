import { count } from './numbers';
import { words } from './words';

/** What several of the tabs below Slopes say. */
export const understandingWords = {
  computing: () => words('Computing…'),
  asTable: () => words('Show as table'),
  hideTable: () => words('Hide the table'),
  row: (row: number) => words('Row {0}', count(row + 1)),
  copy: () => words('Copy'),
};
