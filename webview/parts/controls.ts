import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from './icon';

/** What a part may draw: something, or nothing. */
export type Drawn = TemplateResult | typeof nothing;

/** One choice of several, as a native select in the page's dress. */
interface Choice<V extends string> {
  /** Read by screen readers; shown before the select when `labelled`. */
  readonly label: string;
  readonly labelled?: boolean;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string }[];
  /** `bare`: plain text with an arrow, as in column heads. */
  readonly dress?: 'bare';
  readonly choose: (value: V) => void;
}

/** A drop-down list. */
export function select<V extends string>(choice: Choice<V>): TemplateResult {
  const chosen = (event: Event): void => {
    const { target } = event;
    const option = target instanceof HTMLSelectElement ? choice.options[target.selectedIndex] : undefined;
    if (option) choice.choose(option.value);
  };
  const list = html`<span class="select ${choice.dress ?? ''}"
    ><select aria-label=${choice.labelled ? nothing : choice.label} @change=${chosen}>
      ${choice.options.map(
        ({ value, text }) => html`<option value=${value} .selected=${live(value === choice.value)}>${text}</option>`,
      )}</select
    >${icon('down')}</span
  >`;
  return choice.labelled ? html`<label class="field"><span class="soft">${choice.label}</span>${list}</label>` : list;
}

/** One choice of a few that all stand in view: a radio group with one tab stop. */
export function radio<V extends string>(choice: Choice<V>): TemplateResult {
  const at = choice.options.findIndex((option) => option.value === choice.value);
  const step = (event: KeyboardEvent): void => {
    const by = stepOf(event.key);
    const next = by === 0 ? undefined : choice.options[(at + by + choice.options.length) % choice.options.length];
    if (!next || !(event.currentTarget instanceof HTMLElement)) return;
    event.preventDefault();
    event.stopPropagation();
    choice.choose(next.value);
    const button = event.currentTarget.querySelectorAll('button')[choice.options.indexOf(next)];
    button?.focus();
  };
  const group = html`<div class="segmented" role="radiogroup" aria-label=${choice.label} @keydown=${step}>
    ${choice.options.map(
      ({ value, text }, index) =>
        html`<button
          type="button"
          role="radio"
          aria-checked=${value === choice.value ? 'true' : 'false'}
          tabindex=${index === Math.max(0, at) ? 0 : -1}
          @click=${() => {
            choice.choose(value);
          }}
        >
          ${text}
        </button>`,
    )}
  </div>`;
  return choice.labelled
    ? html`<div class="field"><span class="soft" aria-hidden="true">${choice.label}</span>${group}</div>`
    : group;
}

/** One choice of a few, each in a line of its own with a note below: what follows from it. */
export function choiceList<V extends string>(choice: {
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly text: string; readonly note: string }[];
  readonly choose: (value: V) => void;
}): TemplateResult {
  return html`<fieldset class="choices">
    <legend>${choice.label}</legend>
    ${choice.options.map(
      ({ value, text, note }) =>
        html`<label>
          <input
            type="radio"
            name=${choice.label}
            .checked=${live(value === choice.value)}
            @change=${() => {
              choice.choose(value);
            }}
          />
          <span>${text}${note === '' ? nothing : html`<span class="soft small">${note}</span>`}</span>
        </label>`,
    )}
  </fieldset>`;
}

function stepOf(key: string): number {
  if (key === 'ArrowRight' || key === 'ArrowDown') return 1;
  return key === 'ArrowLeft' || key === 'ArrowUp' ? -1 : 0;
}

/** A button; `primary` for the one most likely way on, `link` inside text. */
export function button(text: string, act: () => void, dress: 'primary' | 'link' | 'plain' = 'plain'): TemplateResult {
  const dressed = dress === 'link' ? 'link' : dress === 'primary' ? 'button primary' : 'button';
  return html`<button type="button" class=${dressed} @click=${act}>${text}</button>`;
}
