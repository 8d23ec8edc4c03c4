import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { UsualRange } from '../../src/session/service';
import type { App } from '../app';
import { rangesOf } from '../view';
import { firstWords } from '../words/first';

/** More fields cannot be filled in by hand: the rest keeps what it has. */
const mostFields = 60;

/** Two numbers per input: what the file tells is usual, else 0 and 1. A category has levels instead. */
export function rangeFields(app: App): TemplateResult {
  const inputs = app.store.state.answers.model?.inputs ?? [];
  const ranges = rangesOf(app.store.state);
  const field = (name: string, label: string, value: number): TemplateResult =>
    html`<input
      class="text-field limit"
      type="number"
      step="any"
      name=${name}
      aria-label=${label}
      .value=${String(Number(value.toPrecision(6)))}
    />`;
  return html`<form
    class="ranges"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      if (event.target instanceof HTMLFormElement)
        app.store.show({ ranges: rangesIn(event.target, ranges), askRanges: false });
    }}
  >
    <h3 class="strong">${firstWords.giveRanges()}</h3>
    ${inputs.slice(0, mostFields).map(({ name, unit, levels }, index) =>
      levels
        ? nothing
        : html`<div class="range-field">
            <span class="clip">${name}</span>
            ${field(`low${index}`, firstWords.lowest(name), ranges[index]?.low ?? 0)}
            <span class="soft">${firstWords.to()}</span>
            ${field(`high${index}`, firstWords.highest(name), ranges[index]?.high ?? 1)}
            <span class="soft small">${unit}</span>
          </div>`,
    )}
    ${inputs.length > mostFields ? html`<p class="soft small">${firstWords.otherRanges(inputs.length - mostFields)}</p>` : nothing}
    <button type="submit" class="button primary">${firstWords.compute()}</button>
  </form>`;
}

/** The ranges as the fields have them; a field that was not touched keeps every digit of what it stands for. */
function rangesIn(form: HTMLFormElement, known: readonly UsualRange[]): UsualRange[] {
  const value = (name: string, otherwise: number): number => {
    const field = form.elements.namedItem(name);
    const given = field instanceof HTMLInputElement ? field.valueAsNumber : NaN;
    return Number.isNaN(given) || given === Number(otherwise.toPrecision(6)) ? otherwise : given;
  };
  return known.map(({ low, high }, index) => {
    const [one, other] = [value(`low${index}`, low), value(`high${index}`, high)];
    return { low: Math.min(one, other), high: Math.max(one, other) };
  });
}
