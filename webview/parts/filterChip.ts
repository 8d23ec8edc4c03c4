import { html, nothing } from 'lit';
import { filterRows } from '../actions';
import type { App } from '../app';
import type { PageState } from '../state';
import { count } from '../words/numbers';
import { slopesWords } from '../words/slopes';
import type { Drawn } from './controls';
import { icon } from './icon';

/** Which rows are looked at, and a way back to all of them. All tabs obey the filter and show this. */
export function filterChip(app: App): Drawn {
  const { state } = app.store;
  if (!state.choices.filter) return nothing;
  return html`<div class="chips">
    <span class="chip"
      >${chipText(state)}<button
        type="button"
        aria-label=${slopesWords.removeFilter()}
        @click=${() => {
          filterRows(app, undefined);
        }}
      >
        ${icon('close')}
      </button></span
    >
  </div>`;
}

function chipText({ choices, answers }: PageState): string {
  const { filter } = choices;
  if (!filter) return '';
  if (filter.kind === 'failing') {
    const rule = answers.findings?.rules[filter.rule]?.rule;
    const shown = answers.lanes?.shown ?? 0;
    const name = rule?.input ?? rule?.output ?? '';
    return rule?.expect === 'never falls' ? slopesWords.chipBelow(shown, name) : slopesWords.chipRows(shown, name);
  }
  const input = 'input' in filter.order ? answers.model?.inputs[filter.order.input]?.name : undefined;
  return slopesWords.chipPositions(filter, slopesWords.rowOrder(filter.order, input ?? count(filter.from)));
}
