import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ComparedWhatIf } from '../../../src/session/compareQuestion';
import type { WhatIf, WhatIfInput } from '../../../src/session/whatIfQuestion';
import type { App } from '../../app';
import { button, select } from '../../parts/controls';
import type { Drawn } from '../../parts/controls';
import { outputUnit } from '../../view';
import { number, tableValue } from '../../words/numbers';
import { withUnit } from '../../words/slopes';
import { whatIfWords } from '../../words/whatIf';
import { bothForecasts, bothModels, slopeHeads, slopesHere } from './bothModels';
import { changeInput, valueOf } from './changes';
import { curveScale, responseCurve } from './responseCurve';
import { slide, slideKeys } from './slide';

/** One line per input, strongest first: a slider over its response curve, its value, its slope here. */
export function sliders(app: App, view: WhatIf, curves: WhatIf): TemplateResult {
  const { answers, screen } = app.store.state;
  const order = new Map((answers.lanes?.lanes ?? []).map(({ input }, place) => [input, place]));
  const place = (line: WhatIfInput): number => order.get(line.input) ?? Infinity;
  const lines = view.inputs.toSorted((a, b) => place(a) - place(b));
  const shown = lines.slice(0, screen.sliders);
  const drawn = new Map(curves.inputs.map((line) => [line.input, line]));
  const scale = curveScale(curves.inputs);
  const both = bothModels(app.store.state, view);
  return html`<section class=${both ? 'of-both' : ''}>
    ${bothForecasts(app, view)}
    <div class="slider-head micro soft" aria-hidden="true">
      <span>${whatIfWords.input()}</span><span>${whatIfWords.curve()}</span
      ><span class="right">${whatIfWords.value()}</span>${slopeHeads(both)}
    </div>
    ${shown.map((line) => {
      const { curve, turns } = drawn.get(line.input) ?? line;
      const whole = { ...line, ...(curve ? { curve } : {}), ...(turns === undefined ? {} : { turns }) };
      return answers.state?.stored ? stillLine(view, whole, scale, both) : slider(app, view, whole, scale, both);
    })}
    ${
      lines.length > shown.length
        ? button(
            whatIfWords.more(lines.length - shown.length),
            () => {
              app.store.show({ sliders: 2 * screen.sliders });
            },
            'link',
          )
        : nothing
    }
  </section>`;
}

function slider(
  app: App,
  view: WhatIf,
  line: WhatIfInput,
  scale: number,
  both: ComparedWhatIf | undefined,
): TemplateResult {
  const value = valueOf(app.store.state, line);
  const isChanged = value !== line.inTable;
  return html`<div class="slider" id="slider-${line.input}">
    <span class="clip" title=${line.name}>${line.name}</span>
    ${typeof value === 'number' && line.kind !== 'switched' ? track(app, view, line, value, scale) : levels(app, line, value)}
    <span class="entry"
      >${line.kind === 'switched' ? nothing : field(app, line, value)}<span class="micro soft"
        >${isChanged ? whatIfWords.was(tableValue(line.inTable)) : nothing}</span
      ></span
    >
    ${slopesHere(both, line)}
  </div>`;
}

/** The line of a stored report: curve, value and slope of the row as it is in the table. */
function stillLine(view: WhatIf, line: WhatIfInput, scale: number, both: ComparedWhatIf | undefined): TemplateResult {
  const { inTable } = line;
  const curve =
    typeof inTable === 'number' && line.kind !== 'switched'
      ? html`<div class="slide-line">
          <span class="micro soft right" aria-hidden="true">${tableValue(line.low)}</span>
          <div class="slide still">${responseCurve(line, inTable, view.after, scale)}</div>
          <span class="micro soft" aria-hidden="true">${tableValue(line.high)}</span>
        </div>`
      : html`<span></span>`;
  return html`<div class="slider" id="slider-${line.input}">
    <span class="clip" title=${line.name}>${line.name}</span>
    ${curve}<span class="right">${tableValue(inTable)}</span>
    ${slopesHere(both, line)}
  </div>`;
}

function track(app: App, view: WhatIf, line: WhatIfInput, value: number, scale: number): TemplateResult {
  const { state } = app.store;
  const forecast = withUnit(view.after, outputUnit(state));
  return html`<div class="slide-line">
    <span class="micro soft right" aria-hidden="true">${tableValue(line.low)}</span>
    <div
      class="slide"
      role="slider"
      tabindex="0"
      aria-label=${line.name}
      aria-valuemin=${decimal(line.low)}
      aria-valuemax=${decimal(line.high)}
      aria-valuenow=${decimal(value)}
      aria-valuetext=${whatIfWords.spoken(tableValue(value), line.unit, forecast)}
      @keydown=${(event: KeyboardEvent) => slideKeys(app, line, value, event)}
      @pointerdown=${(event: PointerEvent) => slide(app, line, event)}
      @pointermove=${(event: PointerEvent) => slide(app, line, event)}
      @pointerup=${() => app.store.show({ sliding: undefined })}
      @pointercancel=${() => app.store.show({ sliding: undefined })}
    >
      ${responseCurve(line, value, view.after, scale)}
    </div>
    <span class="micro soft" aria-hidden="true">${tableValue(line.high)}</span>
  </div>`;
}

function field(app: App, line: WhatIfInput, value: number | string): Drawn {
  return html`<input
    class="text-field value"
    type="number"
    step="any"
    aria-label=${whatIfWords.valueOf(line.name)}
    .value=${live(typeof value === 'number' ? shownValue(value) : '')}
    @change=${(event: Event) => {
      const given = event.target instanceof HTMLInputElement ? event.target.valueAsNumber : NaN;
      if (!Number.isNaN(given)) changeInput(app, line, given);
    }}
  />`;
}

/** As assistive technology reads numbers: without an exponent. */
function decimal(value: number): string {
  return value.toLocaleString('en', { useGrouping: false, maximumSignificantDigits: 15 });
}

/** At most four digits in the field; what was typed or is in the table is kept exactly. */
function shownValue(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function levels(app: App, line: WhatIfInput, value: number | string): TemplateResult {
  const names = line.levels ?? [];
  if (names.length === 0) return html`<span class="soft">${typeof value === 'number' ? number(value) : value}</span>`;
  return select({
    label: whatIfWords.valueOf(line.name),
    value: String(value),
    options: names.map((name) => ({ value: name, text: name })),
    choose: (level) => {
      changeInput(app, line, level);
    },
  });
}
