import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Rule } from '../../../src/findings/rule';
import type { Diagnosis, RangeRequest, RangeView } from '../../../src/session/rangeQuestion';
import { openTab, setRules, tell, whatIfRow } from '../../actions';
import type { App } from '../../app';
import { button } from '../../parts/controls';
import type { Drawn } from '../../parts/controls';
import { filterChip } from '../../parts/filterChip';
import { icon } from '../../parts/icon';
import { progressLine } from '../../parts/progress';
import { sentence } from '../../parts/sentence';
import type { Question } from '../../questions';
import type { PageState } from '../../state';
import { isWithoutTable, viewOf } from '../../view';
import { count } from '../../words/numbers';
import { rangeWords } from '../../words/range';
import { withUnit } from '../../words/slopes';
import { understandingWords } from '../../words/understanding';
import type { Tab } from '../tab';
import { rangeFiles } from './rangeFiles';
import { histogramCard } from './histogram';

/** The range of the forecasts, limits that can be moved, and what the output's last step does to them. */
export const rangeTab: Tab = { name: 'range', title: rangeWords.tab, draw, asks, files: rangeFiles, needsValues: true };

function asks(state: PageState): readonly Question[] {
  const request: RangeRequest = { ...viewOf(state), ...state.choices.limits };
  return [
    {
      topic: 'range',
      request,
      patient: true,
      ask: async (asker, options) => ({ range: await asker.call('range', request, options) }),
    },
  ];
}

function draw(app: App): TemplateResult {
  const view = app.store.state.answers.range;
  if (!view) return sentence(understandingWords.computing(), progressLine(app));
  return html`${sentence(view.sentence, progressLine(app), rule(app, view))} ${filterChip(app)}
    <div class="cards">
      ${histogramCard(app, view)}
      <section class="card">${beyond(app, view)} ${view.diagnoses.map((each) => diagnosis(app, each))}</section>
    </div>`;
}

/** The limits as a rule for the forecast. */
function rule(app: App, { lower, upper, ruleWords }: RangeView): Drawn {
  const { answers } = app.store.state;
  if (
    ruleWords === undefined ||
    answers.state?.stored ||
    isWithoutTable(app.store.state) ||
    (lower === undefined && upper === undefined)
  )
    return nothing;
  const expect =
    lower === undefined ? 'forecast at most' : upper === undefined ? 'forecast at least' : 'forecast between';
  const made: Rule = {
    expect,
    level: 'warning',
    ...(lower === undefined ? {} : { low: lower }),
    ...(upper === undefined ? {} : { high: upper }),
  };
  return html`<span class="soft small">${ruleWords}</span> ${button(
      rangeWords.makeRule(),
      () => {
        setRules(app, [...(answers.findings?.rules ?? []).map((known) => known.rule), made]);
        openTab(app, 'rules');
      },
      'primary',
    )}`;
}

function beyond(app: App, { beyond: { rows, below, above }, unit, lower, upper }: RangeView): Drawn {
  if (lower === undefined && upper === undefined) return html`<p class="soft">${rangeWords.noLimits()}</p>`;
  if (below + above === 0) return html`<p class="soft">${rangeWords.noneBeyond()}</p>`;
  return html`<header><h2>${rangeWords.beyond(below, above)}</h2></header>
    <div class="beyond">
      <table class="plain" aria-label=${rangeWords.beyond(below, above)}>
        <thead>
          <tr>
            <th scope="col">${rangeWords.row()}</th>
            <th scope="col" class="num">${rangeWords.forecast()}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ row, forecast }) =>
              html`<tr>
                <th scope="row">
                  ${app.store.state.answers.state?.stored ? count(row + 1) : button(count(row + 1), () => whatIfRow(app, row), 'link')}
                </th>
                <td class="num">${withUnit(forecast, unit)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function diagnosis(app: App, { kind, message, repair }: Diagnosis): TemplateResult {
  const { code } = repair ?? {};
  return html`<div class="diagnosis">
    <p>${icon(kind === 'unbounded' ? 'info' : 'warning')} ${message}</p>
    ${repair ? html`<p class="soft small">${repair.message}</p>` : nothing}
    ${
      code === undefined
        ? nothing
        : html`<pre class="block code" tabindex="0">${code}</pre>
            ${app.store.state.answers.state?.stored ? nothing : button(understandingWords.copy(), () => tell(app, 'copy', { text: code }))}`
    }
  </div>`;
}
