import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { openTab } from '../actions';
import type { App } from '../app';
import { chosenTab, tabsOf } from '../tabs/tabs';
import type { Tab } from '../tabs/tab';
import { frameWords } from '../words/frame';
import { select } from './controls';
import { focusNext } from './focus';

/** The tabs of the page: one tab stop, arrows move; what does not fit stands in a list at the end. */
export function tabBar(app: App): TemplateResult {
  const { state } = app.store;
  const tabs = tabsOf(state);
  const fitting = tabsThatFit(tabs, state.screen.width);
  const chosen = chosenTab(state);
  const isHidden = !fitting.includes(chosen);
  return html`<div class="tabs">
    <div
      role="tablist"
      class="tab-list"
      aria-label=${frameWords.tabs()}
      @keydown=${(event: KeyboardEvent) => keys(app, event, fitting)}
    >
      ${fitting.map((tab, index) => {
        const isChosen = tab === chosen;
        return html`<button
          type="button"
          role="tab"
          id="tab-${tab.name}"
          aria-controls="view"
          aria-selected=${isChosen ? 'true' : 'false'}
          tabindex=${isChosen || (isHidden && index === 0) ? 0 : -1}
          @click=${() => {
            openTab(app, tab.name);
          }}
        >
          ${tab.title()}
        </button>`;
      })}
    </div>
    ${
      fitting.length < tabs.length
        ? moreTabs(
            app,
            tabs.filter((tab) => !fitting.includes(tab)),
            chosen,
          )
        : nothing
    }
  </div>`;
}

/** The widths of names are near enough from their letters. */
function tabsThatFit(tabs: readonly Tab[], width: number): readonly Tab[] {
  let left = width === 0 ? Infinity : width - 40;
  const all = tabs.filter((tab) => (left -= 20 + 7.5 * tab.title().length) >= 0);
  return all.length === tabs.length ? all : all.slice(0, Math.max(1, all.length - 1));
}

function moreTabs(app: App, hidden: readonly Tab[], chosen: Tab): TemplateResult {
  const isHidden = hidden.includes(chosen);
  return select({
    label: frameWords.moreTabs(),
    dress: 'bare',
    value: isHidden ? chosen.name : '',
    options: [
      ...(isHidden ? [] : [{ value: '', text: frameWords.moreTabs() }]),
      ...hidden.map((tab) => ({ value: tab.name, text: tab.title() })),
    ],
    choose: (name) => {
      if (name !== '') openTab(app, name);
    },
  });
}

function keys(app: App, event: KeyboardEvent, fitting: readonly Tab[]): void {
  const at = fitting.indexOf(chosenTab(app.store.state));
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: fitting.length - 1 }[event.key];
  const next = to === undefined ? undefined : fitting[(to + fitting.length) % fitting.length];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  openTab(app, next.name);
  focusNext(`#tab-${next.name}`);
}
