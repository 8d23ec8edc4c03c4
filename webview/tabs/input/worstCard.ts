import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputView, WorstRows } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { button } from '../../parts/controls';
import { inputWords } from '../../words/input';
import { count, signed, tableValue } from '../../words/numbers';
import { slopeWithUnit, withUnit } from '../../words/slopes';

/** Where it falls: the worst rows; each can be taken apart beside. */
export function worstCard(app: App, view: InputView, worst: WorstRows): TemplateResult {
  return html`<section class="card">
    <header><h2>${worst.heading}</h2></header>
    <p class="caption">${worst.sentence}</p>
    <div class="scroll-x" tabindex="0" role="region" aria-label=${inputWords.worst()}>
      <table class="plain" aria-label=${inputWords.worst()}>
        <thead>
          <tr>
            <th scope="col">${inputWords.row()}</th>
            ${worst.columns.map((name) => html`<th scope="col" class="num">${name}</th>`)}
            <th scope="col" class="num">${inputWords.slope()}</th>
            <th scope="col" class="num">${inputWords.oneMore()}</th>
            <th scope="col" class="num">${inputWords.forecast()}</th>
          </tr>
        </thead>
        <tbody>
          ${worst.rows.map((row) => line(app, view, row))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function line(
  { store }: App,
  view: InputView,
  { row, values, slope, step, forecast }: WorstRows['rows'][number],
): TemplateResult {
  const isApart = view.parts?.row === row;
  return html`<tr class=${isApart ? 'on' : ''}>
    <th scope="row">
      ${
        store.state.answers.state?.stored
          ? count(row + 1)
          : button(
              count(row + 1),
              () => {
                store.choose({ row, apart: { input: view.input, row } });
              },
              'link',
            )
      }
    </th>
    ${values.map((value) => html`<td class="num">${tableValue(value)}</td>`)}
    <td class="num ${slope < 0 ? 'neg' : ''}">${signed(slope)}</td>
    <td class="num ${step < 0 ? 'neg' : ''}">${slopeWithUnit(step, view.outputUnit)}</td>
    <td class="num">${withUnit(forecast, view.outputUnit)}</td>
  </tr>`;
}
