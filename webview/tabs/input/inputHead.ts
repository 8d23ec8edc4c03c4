import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Figure, InputView } from '../../../src/session/inputQuestion';
import { filterRows, stepInput } from '../../actions';
import { isWithoutTable } from '../../view';
import type { App } from '../../app';
import { button } from '../../parts/controls';
import type { Drawn } from '../../parts/controls';
import { dataNotes } from '../../parts/dataNotes';
import { icon } from '../../parts/icon';
import { findingsWords } from '../../words/findings';
import { inputWords } from '../../words/input';
import { expectationOf } from '../ruleLine';

/** Name of the input with its neighbours, its rule, and the figures that say what it does. */
export function inputHead(app: App, view: InputView): TemplateResult {
  return html`<div class="crumb">
      ${neighbour(app, -1, inputWords.previous())}
      <h1>${view.name}</h1>
      ${neighbour(app, 1, inputWords.next())}
      <span class="small soft grow">${view.title}</span>
      ${ruleOf(app, view)}
    </div>
    ${view.answer ? html`<p class="input-note answer">${view.answer}</p>` : nothing}
    <div class="figures" role="list" aria-label=${inputWords.figures()}>${view.figures.map(figure)}</div>
    ${view.sentence ? html`<p class="input-note" aria-live="polite">${view.sentence}</p>` : nothing} ${dataNotes(app)}`;
}

function neighbour(app: App, by: 1 | -1, label: string): TemplateResult {
  return html`<button
    type="button"
    class="button quiet"
    aria-label=${label}
    @click=${() => {
      stepInput(app, by);
    }}
  >
    ${icon(by < 0 ? 'back' : 'next')}
  </button>`;
}

function ruleOf(app: App, view: InputView): Drawn {
  const { answers } = app.store.state;
  const { rule } = view;
  const lane = answers.lanes?.lanes.find((each) => each.input === view.input);
  if (!lane || lane.kind === 'switched' || answers.state?.stored || isWithoutTable(app.store.state)) return nothing;
  const place = rule?.rule ?? -1;
  return html`<span class="field small"
      ><span class="soft" aria-hidden="true">${inputWords.rule()}</span>
      ${expectationOf(app, { lane, name: view.name, place }, answers.findings?.rules[place]?.rule)}</span
    >
    ${
      rule && !rule.holds
        ? button(findingsWords.showRows(rule.failing), () => {
            filterRows(app, { kind: 'failing', rule: rule.rule });
          })
        : nothing
    }`;
}

function figure({ label, text, detail }: Figure): TemplateResult {
  const { amount, rest } = parted(text);
  return html`<div class="figure" role="listitem">
    <div class="name">${label}</div>
    <div class="value">${amount}<small>${rest}</small></div>
    <div class="small soft">${detail}</div>
  </div>`;
}

/** A figure begins with its number: "+2.83 " and "min per call"; a text without one stays whole. */
function parted(text: string): { readonly amount: string; readonly rest: string } {
  const [, amount = text, rest = ''] = /^([+\u2212]?\d[^\p{L}]*(?:to [^\p{L}]*)?)(\p{L}.*)?$/u.exec(text) ?? [];
  return { amount, rest };
}
