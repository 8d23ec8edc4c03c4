import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FormulaLanguage, FormulaRequest, FormulaView } from '../../src/session/formulaQuestion';
import { chooseInput, tell } from '../actions';
import type { App } from '../app';
import { button, select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { icon } from '../parts/icon';
import { sentence } from '../parts/sentence';
import { progressLine } from '../parts/progress';
import { csvFile } from '../parts/csvFile';
import type { TextFile } from '../parts/csvFile';
import type { Question } from '../questions';
import type { PageState } from '../state';
import { heldLane, outputUnit, storedOutput, unitsOf, viewOf } from '../view';
import { formulaWords } from '../words/formula';
import { signed } from '../words/numbers';
import { withUnit } from '../words/slopes';
import { understandingWords } from '../words/understanding';
import type { Tab } from './tab';

/** The network written out, the slope by one input, and code that gives the same forecasts. */
export const formulaTab: Tab = { name: 'formula', title: formulaWords.tab, draw, asks, files };

const languages: readonly FormulaLanguage[] = ['LaTeX', 'Python', 'R', 'Excel', 'JavaScript', 'Markdown'];
const digitChoices = ['2', '3', '4', '6'] as const;

function asks(state: PageState): readonly Question[] {
  const input = chosenInput(state);
  const request: FormulaRequest = {
    output: viewOf(state).output,
    units: unitsOf(state),
    digits: state.choices.digits ?? 3,
    ...(input === undefined ? {} : { input }),
  };
  return [
    {
      topic: 'formula',
      request,
      ask: async (asker, options) => ({ formula: await asker.call('formula', request, options) }),
    },
  ];
}

/** The input whose slope is written out: the chosen one; before any is, the first that has slopes. */
function chosenInput(state: PageState): number | undefined {
  const { answers, choices } = state;
  if (answers.lanes) {
    const lane = heldLane(state);
    return lane?.kind === 'switched' ? undefined : lane?.input;
  }
  const inputs = answers.model?.inputs ?? [];
  const chosen = choices.input ?? inputs.findIndex(({ kind }) => kind !== 'switched');
  return inputs[chosen] && inputs[chosen].kind !== 'switched' ? chosen : undefined;
}

function draw(app: App): TemplateResult {
  const view = app.store.state.answers.formula;
  if (!view) return sentence(understandingWords.computing(), progressLine(app));
  return html`${sentence(view.sentence, formulaWords.below(), tools(app, view))}
    <div class="cards">
      <section class="card">
        <header><h2>${formulaWords.formula()}</h2></header>
        ${text(formulaWords.formula(), view.lines)} ${view.notes.map((note) => html`<p class="soft small">${note}</p>`)}
        ${check(app, view)}
      </section>
      ${
        view.slope
          ? html`<section class="card">
              <header><h2>${view.slope.heading}</h2></header>
              ${text(view.slope.heading, view.slope.lines)}
            </section>`
          : nothing
      }
      ${view.coefficients ? coefficients(view.coefficients) : nothing}
    </div>`;
}

/** Long lines wrap, so the block scrolls up and down only; it can be reached by keyboard to be scrolled. */
function text(label: string, lines: readonly string[]): TemplateResult {
  return html`<pre class="block code formula" tabindex="0" role="region" aria-label=${label}>${lines.join('\n')}</pre>`;
}

/** The formula as a text, and its coefficients where it is a straight line. */
function files({ answers }: PageState): readonly TextFile[] {
  const view = answers.formula;
  if (!view) return [];
  const { slope, notes, coefficients: straight } = view;
  const written = [view.sentence, '', ...view.lines, ...(slope ? ['', slope.heading, ...slope.lines] : []), ...notes];
  const terms = straight ? [{ name: formulaWords.intercept(), value: straight.intercept }, ...straight.inputs] : [];
  return [
    { name: 'formula.txt', text: `${written.join('\n')}\n` },
    ...(straight
      ? [
          csvFile(
            'formula',
            ['term', 'coefficient'],
            terms.map(({ name, value }) => [name, value]),
          ),
        ]
      : []),
  ];
}

function tools(app: App, { code }: FormulaView): TemplateResult {
  const { answers } = app.store.state;
  const stored = storedOutput(app.store.state);
  const inputs = answers.lanes?.lanes ?? (answers.model?.inputs ?? []).map((each, input) => ({ ...each, input }));
  const options = inputs
    .filter(({ input, kind }) => kind !== 'switched' && (!stored || stored.inputs.includes(input)))
    .map(({ input, name }) => ({ value: String(input), text: name }));
  return html`${select({
    label: formulaWords.slopeBy(),
    labelled: true,
    value: String(chosenInput(app.store.state) ?? ''),
    options,
    choose: (input) => {
      chooseInput(app, Number(input));
    },
  })}
  ${stored ? nothing : html`${digitsChoice(app)} ${copyButtons(app, code)}`}`;
}

function digitsChoice({ store }: App): TemplateResult {
  return select<string>({
    label: formulaWords.digits(),
    labelled: true,
    value: String(store.state.choices.digits ?? 3),
    options: digitChoices.map((value) => ({ value, text: value })),
    choose: (digits) => {
      store.choose({ digits: Number(digits) });
    },
  });
}

function copyButtons(app: App, code: FormulaView['code']): TemplateResult {
  return html`<span class="row" role="group" aria-label=${formulaWords.copyAs()}
    ><span class="soft" aria-hidden="true">${icon('copy')} ${formulaWords.copyAs()}</span>
    ${languages.map((language) => copyButton(app, language, code[language]))}</span
  >`;
}

function copyButton(app: App, language: FormulaLanguage, code: string | undefined): Drawn {
  return code === undefined ? nothing : button(language, () => tell(app, 'copy', { text: code }));
}

function check(app: App, view: FormulaView): Drawn {
  if (!view.check) return nothing;
  const { row, forecast } = view.check;
  const shown = formulaWords.check(understandingWords.row(row), withUnit(forecast, outputUnit(app.store.state)));
  return html`<p class="soft small">${shown}</p>`;
}

function coefficients({ intercept, inputs }: NonNullable<FormulaView['coefficients']>): TemplateResult {
  const lines = [{ name: formulaWords.intercept(), value: intercept }, ...inputs];
  return html`<section class="card">
    <header><h2>${formulaWords.coefficients()}</h2></header>
    <table class="plain" aria-label=${formulaWords.coefficients()}>
      <thead>
        <tr>
          <th scope="col">${formulaWords.input()}</th>
          <th scope="col" class="num">${formulaWords.value()}</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ name, value }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="num ${value < 0 ? 'neg' : ''}">${signed(value)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
