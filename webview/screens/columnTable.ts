import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { DataDescription } from '../../src/session/service';
import { tell } from '../actions';
import type { App } from '../app';
import { button, select } from '../parts/controls';
import { icon } from '../parts/icon';
import { dataWords } from '../words/data';

const FIXED = '\u0000fixed';
const NONE = '\u0000none';
/** Unmatched inputs come first, so what is cut off is connected already. */
const MOST_LINES = 200;

/** Which column feeds each input: similar names first, a fixed value, or the columns in their order. */
export function columnTable(app: App, data: DataDescription): TemplateResult {
  const isOpen = ({ column, fixed }: DataDescription['bindings'][number]): boolean => !column && fixed === undefined;
  const bindings = [...data.bindings.filter(isOpen), ...data.bindings.filter((binding) => !isOpen(binding))];
  return html`<header class="split">
      <h2 class="grow">${dataWords.columns()}</h2>
      ${button(dataWords.byOrder(), () => tell(app, 'connect', { byPosition: true }))}
    </header>
    <table class="plain roomy">
      <thead>
        <tr>
          <th scope="col">${dataWords.input()}</th>
          <th scope="col">${dataWords.column()}</th>
          <th scope="col"><span class="unseen">${dataWords.columns()}</span></th>
        </tr>
      </thead>
      <tbody>
        ${bindings.slice(0, MOST_LINES).map((binding) => bindingLine(app, data, binding))}
      </tbody>
    </table>`;
}

function bindingLine(app: App, data: DataDescription, binding: DataDescription['bindings'][number]): TemplateResult {
  const { input, column, fixed } = binding;
  const value = fixed === undefined ? (column ?? NONE) : FIXED;
  const connect = (chosen: string): void => {
    if (chosen !== NONE) tell(app, 'connect', { columns: { [input]: chosen === FIXED ? (fixed ?? 0) : chosen } });
  };
  return html`<tr>
    <th scope="row">${input}</th>
    <td>
      <span class="row">
        ${select({
          label: dataWords.columnOf(input),
          value,
          options: [
            ...(value === NONE ? [{ value: NONE, text: dataWords.noColumn() }] : []),
            ...similarFirst(input, data.columns).map(({ name }) => ({ value: name, text: name })),
            { value: FIXED, text: dataWords.fixedValue() },
          ],
          choose: connect,
        })}
        ${fixed === undefined ? nothing : fixedField(app, input, fixed)}
      </span>
    </td>
    <td class="soft">${value === NONE ? icon('warning') : dataWords.how(binding.how)}</td>
  </tr>`;
}

function fixedField(app: App, input: string, fixed: number): TemplateResult {
  return html`<input
    class="text-field limit"
    type="number"
    step="any"
    aria-label=${dataWords.fixedOf(input)}
    .value=${String(fixed)}
    @change=${(event: Event) => {
      const value = event.target instanceof HTMLInputElement ? event.target.valueAsNumber : NaN;
      if (!Number.isNaN(value)) tell(app, 'connect', { columns: { [input]: value } });
    }}
  />`;
}

/** Columns whose names share the most with the input's. */
function similarFirst(input: string, columns: DataDescription['columns']): DataDescription['columns'] {
  const wanted = pairs(input);
  const likeness = ({ name }: { readonly name: string }): number => {
    const found = pairs(name);
    const shared = [...found].filter((pair) => wanted.has(pair)).length;
    return (2 * shared) / (found.size + wanted.size || 1);
  };
  return columns
    .map((column) => ({ column, score: likeness(column) }))
    .sort((a, b) => b.score - a.score)
    .map(({ column }) => column);
}

function pairs(name: string): Set<string> {
  const letters = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  return new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)));
}
