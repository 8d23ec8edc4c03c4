import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Problem } from '../../src/problem';
import { openTab, tell } from '../actions';
import type { App } from '../app';
import { button } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { icon } from '../parts/icon';
import { sentence } from '../parts/sentence';
import { count } from '../words/numbers';
import { refusalOf, refusalWords } from '../words/refusals';
import type { Way } from '../words/refusals';

/** What was found, why it cannot be used, what still works, and up to three ways on. */
export function refusalScreen(app: App): TemplateResult {
  const { answers } = app.store.state;
  const problems = answers.state?.problems ?? [];
  const worst = problems.find((problem) => problem.severity === 'error') ?? problems[0];
  if (!worst) return sentence('', '');
  const { sentence: text, ways } = refusalOf(worst);
  const others = problems.filter((problem) => problem !== worst);
  const layers = answers.model?.layers ?? [];
  return html`${sentence(text, text === worst.message ? (worst.remedy ?? '') : worst.message)}
    <div class="first halves">
      ${layers.length > 0 ? layerList(app, worst) : nothing}
      <section>
        <header><h2>${refusalWords.ways()}</h2></header>
        ${ways.map((way, index) => wayOn(app, way, index + 1))}
        <div class="row">
          ${button(refusalWords.copyReport(), () => tell(app, 'copy', { text: problems.map(problemText).join('\n') }))}
          ${answers.state?.stored ? nothing : button(refusalWords.showLog(), () => tell(app, 'showLog'))}
        </div>
        ${
          others.length > 0
            ? html`<header class="note"><h2>${refusalWords.also()}</h2></header>
                ${problemList(others)}`
            : nothing
        }
      </section>
    </div>`;
}

/** Problems as lines with their signs. */
export function problemList(problems: readonly Problem[]): Drawn {
  return html`<ul class="problems">
    ${problems.map(
      (problem) =>
        html`<li>
          ${icon(problem.severity)}<span>${problem.message} <span class="soft">${problem.remedy ?? ''}</span></span>
        </li>`,
    )}
  </ul>`;
}

function problemText({ file, message, remedy }: Problem): string {
  return `${file}: ${message}${remedy ? ` ${remedy}` : ''}`;
}

function wayOn(app: App, way: Way, number: number): TemplateResult {
  const act = (): void => {
    if (way.act === 'mapColumns') openTab(app, 'data');
    else if (way.act) tell(app, way.act);
  };
  return html`<div class="way">
    <span class="badge" aria-hidden="true">${number}</span>
    <div class="grow">
      ${way.act ? button(way.title, act, number === 1 ? 'primary' : 'plain') : html`<div class="strong">${way.title}</div>`}
      ${way.text ? html`<p class="soft small">${way.text}</p>` : nothing}
      ${
        way.code
          ? html`<pre class="code block" tabindex="0">${way.code}</pre>
              ${button(refusalWords.copyCode(), () => tell(app, 'copy', { text: way.code ?? '' }), 'primary')}`
          : nothing
      }
    </div>
  </div>`;
}

function layerList({ store }: App, { place }: Problem): TemplateResult {
  const layers = store.state.answers.model?.layers ?? [];
  return html`<section>
    <header><h2>${refusalWords.layers()}</h2></header>
    <ol class="layers">
      ${layers.map((layer, index) => {
        const isRefused = place?.kind === 'part' && place.name === layer.name;
        return html`<li class=${isRefused ? 'error' : ''}>
          <span class="soft number">${count(index + 1)}</span>${icon(isRefused ? 'error' : 'pass')}<span
            >${layer.kind}</span
          ><span class="code clip">${layer.name}</span
          ><span class="soft">${layer.size > 0 ? refusalWords.values(layer.size) : ''}</span>
        </li>`;
      })}
    </ol>
  </section>`;
}
