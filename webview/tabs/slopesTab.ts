import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { goToRow, openTab } from '../actions';
import type { App } from '../app';
import { findings } from '../map/findings';
import { slopeMap } from '../map/slopeMap';
import { tableView } from '../map/tableView';
import { button, radio, select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { filterChip } from '../parts/filterChip';
import { icon } from '../parts/icon';
import { progressLine } from '../parts/progress';
import { sentence } from '../parts/sentence';
import { frameWords } from '../words/frame';
import { slopesWords } from '../words/slopes';
import type { Tab } from './tab';

/** The map of all slopes, as lanes or as numbers, and what is wrong with them. */
export const slopesTab: Tab = { name: 'slopes', title: slopesWords.tab, draw };

function draw(app: App): TemplateResult {
  const { answers, choices } = app.store.state;
  const { lanes } = answers;
  if (!lanes) return html`${sentence('', progressLine(app))}`;
  return html`${sentence(lanes.sentence, below(app), tools(app))} ${filterChip(app)}
    <div class="overview">${choices.view === 'map' ? slopeMap(app) : tableView(app)} ${findings(app)}</div>`;
}

function below(app: App): Drawn {
  const { answers } = app.store.state;
  const progress = progressLine(app);
  if (progress !== nothing) return progress;
  const hasRules = (answers.findings?.rules.length ?? 0) > 0;
  const setRules =
    hasRules || !answers.findings || answers.state?.stored
      ? nothing
      : button(slopesWords.setRules(), () => openTab(app, 'rules'), 'link');
  return html`${answers.lanes?.subline ?? ''} ${setRules}`;
}

function tools(app: App): TemplateResult {
  const { store } = app;
  const { choices, screen, answers } = store.state;
  const isMany = (answers.lanes?.lanes.length ?? 0) > 12;
  return html`${screen.goTo ? goTo(app) : nothing} ${isMany || screen.find !== undefined ? find(app) : nothing}
  ${
    isMany || choices.only === 'failing'
      ? select<'all' | 'failing'>({
          label: slopesWords.whichInputs(),
          value: choices.only,
          options: [
            { value: 'all', text: slopesWords.allInputs() },
            { value: 'failing', text: slopesWords.onlyFailing() },
          ],
          choose: (only) => {
            store.choose({ only });
          },
        })
      : nothing
  }
  ${radio<'map' | 'table'>({
    label: slopesWords.mapOrTable(),
    value: choices.view,
    options: [
      { value: 'map', text: slopesWords.map() },
      { value: 'table', text: slopesWords.table() },
    ],
    choose: (view) => {
      store.choose({ view });
    },
  })}`;
}

function find({ store }: App): TemplateResult {
  return html`<label class="searchbox"
    >${icon('search')}<input
      type="search"
      aria-label=${slopesWords.findInput()}
      placeholder=${slopesWords.findInput()}
      .value=${store.state.screen.find ?? ''}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) store.show({ find: event.target.value, lanesTop: 0 });
      }}
  /></label>`;
}

function goTo(app: App): TemplateResult {
  return html`<form
    class="go-to"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const field = event.target instanceof HTMLFormElement ? event.target.elements.namedItem('row') : null;
      if (field instanceof HTMLInputElement) goToRow(app, Number(field.value.replaceAll(/\s/g, '')));
    }}
  >
    <label class="field"
      ><span class="soft">${frameWords.goToRow()}</span>
      <input class="text-field" name="row" inputmode="numeric" size="8" autocomplete="off"
    /></label>
    <button type="submit" class="button">${frameWords.go()}</button>
  </form>`;
}
