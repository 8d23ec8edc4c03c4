import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Finding } from '../../src/findings/finding';
import { editRule, filterToFinding, mend, openFinding, openTab } from '../actions';
import type { App } from '../app';
import { button } from '../parts/controls';
import { dataNotes } from '../parts/dataNotes';
import type { Drawn } from '../parts/controls';
import { focusNext } from '../parts/focus';
import { icon } from '../parts/icon';
import { hasTab } from '../tabs/names';
import { findingsWords } from '../words/findings';

/** More stand in the map, with "failing only". */
const MOST_LISTED = 200;

/** The failed rules, worst first; the open one says where and why. */
export function findings(app: App): TemplateResult {
  const { answers } = app.store.state;
  const all = answers.findings?.findings ?? [];
  const listed = all.slice(0, MOST_LISTED);
  return html`<aside class="findings" aria-label=${findingsWords.title()}>
    <header>
      <h2>${findingsWords.title()}</h2>
      ${answers.findings ? html`<span class="badge">${all.length}</span>` : nothing}
      <span class="grow"></span>
      ${all.length > 1 ? html`<span class="micro soft">${findingsWords.worstFirst()}</span>` : nothing}
    </header>
    ${
      all.length > 0
        ? list(app, listed)
        : answers.findings &&
          html`<p class="soft small none">
            ${answers.findings.rules.length > 0 ? findingsWords.none() : findingsWords.noRules()}
          </p>`
    }
    ${all.length > MOST_LISTED ? html`<p class="soft small none">${findingsWords.more(all.length - MOST_LISTED)}</p>` : nothing}
    ${held(app)} ${dataNotes(app)}
  </aside>`;
}

/** The list is one tab stop; what the open finding offers stands beside it in the order of the keyboard. */
function list(app: App, all: readonly Finding[]): TemplateResult {
  const open = app.store.state.choices.finding ?? -1;
  const parts = all.map((finding, index) => ({ finding, index }));
  const upToOpen = parts.filter(({ index }) => index <= open);
  const after = parts.filter(({ index }) => index > open);
  const opened = all[open];
  const options = (some: typeof parts): Drawn =>
    some.length === 0
      ? nothing
      : html`<div
          role="listbox"
          aria-label=${findingsWords.list()}
          @keydown=${(event: KeyboardEvent) => keys(app, event, all.length)}
        >
          ${some.map(({ finding, index }) => option(app, finding, index))}
        </div>`;
  return html`${options(upToOpen)} ${opened ? detail(app, opened) : nothing} ${options(after)}`;
}

function option(app: App, finding: Finding, index: number): TemplateResult {
  const { choices } = app.store.state;
  const isOpen = choices.finding === index;
  return html`<div
    class="finding"
    role="option"
    id="finding-${index}"
    aria-selected=${isOpen ? 'true' : 'false'}
    tabindex=${index === (choices.finding ?? 0) ? 0 : -1}
    @click=${() => {
      openFinding(app, index);
    }}
  >
    ${icon(finding.severity)}
    <div class="body">
      <div><span class="strong">${findingsWords.subject(finding)}</span>: ${findingsWords.what(finding)}</div>
      <div class="line">${findingsWords.howMuch(finding)}</div>
    </div>
  </div>`;
}

function detail(app: App, finding: Finding): TemplateResult {
  const hasRegion = (finding.where?.conditions.length ?? 0) > 0;
  const where = hasRegion
    ? `${findingsWords.region(finding)} ${findingsWords.thin(finding)}`
    : (finding.between?.message ?? findingsWords.noRegion());
  const why = [...finding.why.map((reason) => reason.message), ...(finding.rule.why ? [finding.rule.why] : [])];
  const toDo = finding.why.flatMap((reason) => reason.remedy ?? []);
  const isStored = app.store.state.answers.state?.stored ?? false;
  return html`<div class="finding-detail" role="group" aria-label=${findingsWords.subject(finding)}>
    <dl>
      <dt>${findingsWords.where()}</dt>
      <dd>${where}</dd>
      ${
        why.length > 0
          ? html`<dt>${findingsWords.why()}</dt>
              ${why.map((sentence) => html`<dd>${sentence}</dd>`)}`
          : nothing
      }
      ${
        toDo.length > 0
          ? html`<dt>${findingsWords.whatToDo()}</dt>
              ${toDo.map((sentence) => html`<dd>${sentence}</dd>`)}`
          : nothing
      }
    </dl>
    <div class="actions">
      ${finding.rows.count > 0 && !isStored ? button(findingsWords.showRows(finding.rows.count), () => filterToFinding(app), 'link') : nothing}
      ${hasTab(app.store.state, 'input') ? button(findingsWords.lookCloser(), () => openTab(app, 'input'), 'link') : nothing}
      ${isStored ? nothing : button(findingsWords.changeRule(), () => editRule(app, finding), 'link')}
      ${isStored || !canBeMended(app) ? nothing : button(findingsWords.mend(), () => mend(app, finding.rule), 'link')}
    </div>
  </div>`;
}

/** Whether a program can mend what the open finding is about. */
function canBeMended({ store }: App): boolean {
  const { answers, choices } = store.state;
  return answers.findings?.rules.some((rule) => rule.finding === choices.finding && rule.isMendable) ?? false;
}

function keys(app: App, event: KeyboardEvent, count: number): void {
  const at = app.store.state.choices.finding ?? -1;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 }[event.key];
  if (event.key === 'Enter' || event.key === ' ') filterToFinding(app);
  else if (to === undefined) return;
  else {
    const next = Math.min(count - 1, Math.max(0, to));
    openFinding(app, next);
    focusNext(`#finding-${next}`);
  }
  event.preventDefault();
  event.stopPropagation();
}

function held(app: App): Drawn {
  const { answers } = app.store.state;
  const rules = (answers.findings?.rules ?? []).filter((rule) => rule.holds).length;
  if (rules === 0) return nothing;
  return html`<div class="held small">
    ${icon('pass')}<span class="soft">${findingsWords.held(rules, answers.lanes?.shown ?? 0)}</span>
  </div>`;
}
