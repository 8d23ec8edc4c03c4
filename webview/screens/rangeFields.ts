import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from '../app';
import { firstWords } from '../words/first';

/** Two numbers per input where the file does not say what is usual; prefilled 0 and 1. */
export function rangeFields(app: App): TemplateResult {
  const inputs = app.store.state.answers.model?.inputs ?? [];
  const { ranges } = app.store.state.screen;
  const field = (name: string, label: string, value: number): TemplateResult =>
    html`<input
      class="text-field limit"
      type="number"
      step="any"
      name=${name}
      aria-label=${label}
      .value=${String(value)}
    />`;
  return html`<form
    class="ranges"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      if (event.target instanceof HTMLFormElement) app.store.show({ ranges: rangesOf(event.target, inputs.length) });
    }}
  >
    <h3 class="strong">${firstWords.giveRanges()}</h3>
    ${inputs.map(
      ({ name, unit }, index) =>
        html`<div class="range-field">
          <span class="clip">${name}</span>
          ${field(`low${index}`, firstWords.lowest(name), ranges[index]?.low ?? 0)}
          <span class="soft">${firstWords.to()}</span>
          ${field(`high${index}`, firstWords.highest(name), ranges[index]?.high ?? 1)}
          <span class="soft small">${unit}</span>
        </div>`,
    )}
    <button type="submit" class="button primary">${firstWords.compute()}</button>
  </form>`;
}

function rangesOf(form: HTMLFormElement, inputs: number): { readonly low: number; readonly high: number }[] {
  const value = (name: string, otherwise: number): number => {
    const field = form.elements.namedItem(name);
    const number = field instanceof HTMLInputElement ? field.valueAsNumber : NaN;
    return Number.isNaN(number) ? otherwise : number;
  };
  return Array.from({ length: inputs }, (_, index) => {
    const [one, other] = [value(`low${index}`, 0), value(`high${index}`, 1)];
    return { low: Math.min(one, other), high: Math.max(one, other) };
  });
}
