import { tell } from '../actions';
import type { App } from '../app';
import { exact } from '../words/numbers';
import { tableWords } from '../words/table';
import { columnOrder } from './tableWindow';

/** Copies the rows in memory around the one with the keyboard, as tab-separated values with full precision. */
export function copyRows(app: App): void {
  const { state } = app.store;
  const held = state.answers.table;
  if (!held) return;
  const names = held.inputs.map((input) => columnOrder(state).find((lane) => lane.input === input)?.name ?? '');
  const head = [tableWords.row(), tableWords.line(), tableWords.forecast(), ...names];
  const lines = Array.from(held.rows.rows, (row, at) => {
    const slopes = held.inputs.map((_, column) => exact(held.rows.slopes[at * held.inputs.length + column]!));
    return [row + 1, held.rows.lines[at], exact(held.rows.forecast[at]!), ...slopes].join('\t');
  });
  tell(app, 'copy', { text: [head.join('\t'), ...lines].join('\n') });
}
