import { html } from 'lit';
import type { App } from '../app';
import type { Drawn } from './controls';
import { icon } from './icon';

/** What is said of the data wherever slopes are read, not only where columns are chosen. */
const besideSlopes: readonly string[] = ['generalized-weights-differ', 'part-of-rows'];

/** What somebody who knows other figures of the same file must know beside these slopes. */
export function dataNotes({ store }: App): Drawn {
  const problems = store.state.answers.data?.problems ?? [];
  const shown = problems.filter(({ code }) => besideSlopes.includes(code));
  return html`${shown.map(({ message }) => html`<p class="data-note small">${icon('info')} ${message}</p>`)}`;
}
