import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from '../app';
import { understandingWords } from '../words/understanding';
import { button } from './controls';
import type { Drawn } from './controls';

/** The numbers of a chart: heads, then lines; few enough to be read. */
export interface ChartTable {
  readonly label: string;
  readonly heads: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** The same numbers as a table. */
export function chartTable({ label, heads, lines }: ChartTable): TemplateResult {
  return html`<table class="plain" aria-label=${label}>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col" class="num">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        (line) =>
          html`<tr>
            ${line.map((text) => html`<td class="num">${text}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** "Show as table", and the table below the chart once it is asked for. */
export function asTableButton({ store }: App, chart: string): TemplateResult {
  const { asTable } = store.state.screen;
  const isShown = asTable.includes(chart);
  return button(
    isShown ? understandingWords.hideTable() : understandingWords.asTable(),
    () => {
      store.show({ asTable: isShown ? asTable.filter((name) => name !== chart) : [...asTable, chart] });
    },
    'link',
  );
}

/** The table of a chart, where it has been asked for. */
export function shownTable({ store }: App, chart: string, table: () => ChartTable): Drawn {
  if (!store.state.screen.asTable.includes(chart)) return nothing;
  const shown = table();
  return html`<div class="scroll-x as-table" tabindex="0" role="region" aria-label=${shown.label}>
    ${chartTable(shown)}
  </div>`;
}
