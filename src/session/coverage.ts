import { count } from '../findings/words';

/** How many rows something was computed on, and out of how many: the same where none were left out, else evenly drawn. */
export interface Coverage {
  readonly rows: number;
  readonly of: number;
}

/** "Averaged over 2 000 of 1 000 000 rows, evenly drawn."; empty where no row was left out. */
export function coverageNote({ rows, of }: Coverage, start = 'Averaged over'): string {
  return rows === of ? '' : `${start} ${count(rows)} of ${count(of)} rows, evenly drawn.`;
}
