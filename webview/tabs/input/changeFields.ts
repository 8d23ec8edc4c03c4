import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputView } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { select } from '../../parts/controls';
import type { Drawn } from '../../parts/controls';
import { fieldValue } from '../../parts/directives';
import { isWithoutTable } from '../../view';
import { inputWords } from '../../words/input';

type Change = NonNullable<App['store']['state']['choices']['change']>;

/** A step of one's own, two values to go between, and the column whose groups are told apart. */
export function changeFields(app: App, view: InputView): Drawn {
  const { state } = app.store;
  if (state.answers.state?.stored) return nothing;
  const hasSteps = view.kind === 'number' || view.kind === 'whole number';
  return html`<div class="change-fields small">
    ${hasSteps ? html`${stepField(app, view)} ${betweenFields(app, view)}` : nothing} ${levelFields(app, view)}
    ${isWithoutTable(state) || view.kind === 'switched' ? nothing : groupChoice(app)}
  </div>`;
}

function stepField(app: App, view: InputView): TemplateResult {
  return html`<label class="field"
    ><span class="soft">${inputWords.step()}</span>${numberField(app, view, 'step')}
    <span class="soft">${view.inputUnit}</span></label
  >`;
}

function betweenFields(app: App, view: InputView): TemplateResult {
  return html`<span class="field" role="group" aria-label=${inputWords.between()}
    ><span class="soft" aria-hidden="true">${inputWords.between()}</span> ${numberField(app, view, 'from')}
    ${numberField(app, view, 'to')} <span class="soft">${view.inputUnit}</span></span
  >`;
}

/** The two levels of a category to go between; until one is chosen, nothing is asked for. */
function levelFields(app: App, view: InputView): Drawn {
  const { answers } = app.store.state;
  const levels = answers.model?.inputs[view.input]?.levels ?? [];
  if (levels.length < 2) return nothing;
  const pair = (): readonly [string, string] => changeOf(app, view).levels ?? ['', ''];
  const [from, to] = pair();
  // The other level is the one chosen last, drawn or not yet.
  const choose = (place: 0 | 1, level: string): void => {
    const [first, second] = pair();
    app.store.choose({ change: { input: view.input, levels: place === 0 ? [level, second] : [first, level] } });
  };
  const options = (empty: boolean) => [
    ...(empty ? [{ value: '', text: inputWords.noLevel() }] : []),
    ...levels.map((level) => ({ value: level, text: level })),
  ];
  return html`<span class="field" role="group" aria-label=${inputWords.betweenLevels()}
    ><span class="soft" aria-hidden="true">${inputWords.betweenLevels()}</span> ${select({
      label: inputWords.from(),
      value: from,
      options: options(from === ''),
      choose: (level) => {
        choose(0, level);
      },
    })}
    ${select({
      label: inputWords.to(),
      value: to,
      options: options(to === ''),
      choose: (level) => {
        choose(1, level);
      },
    })}</span
  >`;
}

/** What was asked for by hand, where it was about this input. */
function changeOf({ store }: App, { input }: InputView): Change {
  const { change } = store.state.choices;
  return change?.input === input ? change : { input };
}

/** A field of the change; empty it asks for nothing, and so does a step of 0. */
function numberField(app: App, view: InputView, name: 'step' | 'from' | 'to'): TemplateResult {
  const labels = { step: nothing, from: inputWords.from(), to: inputWords.to() };
  const take = (given: number): void => {
    const others = Object.entries(changeOf(app, view)).filter(([key]) => key !== name);
    const isEmpty = Number.isNaN(given) || (name === 'step' && given === 0);
    const own = isEmpty ? {} : { [name]: given };
    app.store.choose({ change: { input: view.input, ...Object.fromEntries(others), ...own } });
  };
  return html`<input
    class="text-field limit"
    type="number"
    step="any"
    name=${name}
    aria-label=${labels[name]}
    .value=${fieldValue(String(changeOf(app, view)[name] ?? ''))}
    @change=${(event: Event) => {
      if (event.target instanceof HTMLInputElement) take(event.target.valueAsNumber);
    }}
  />`;
}

function groupChoice({ store }: App): TemplateResult {
  const { answers, choices } = store.state;
  const columns = answers.data?.columns ?? [];
  return select({
    label: inputWords.groupBy(),
    labelled: true,
    value: choices.groupBy ?? '',
    options: [{ value: '', text: inputWords.noGroups() }, ...columns.map(({ name }) => ({ value: name, text: name }))],
    choose: (column) => {
      store.choose({ groupBy: column === '' ? undefined : column });
    },
  });
}
