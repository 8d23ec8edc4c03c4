import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { DataDescription } from '../../src/session/service';
import { tell } from '../actions';
import type { App } from '../app';
import { radio } from '../parts/controls';
import { dataWords } from '../words/data';

/** Yes/no columns that look like one category: taken as one, or as numbers. */
export function categoryParts(app: App, { categories }: DataDescription): readonly TemplateResult[] {
  return categories.map((category) => {
    const text = dataWords.category(shownName(category), category.columns.length);
    return html`<div class="question">
      <p>${text}</p>
      ${radio<'one' | 'numbers'>({
        label: text,
        value: category.isFolded ? 'one' : 'numbers',
        options: [
          { value: 'one', text: dataWords.asOne() },
          { value: 'numbers', text: dataWords.asNumbers() },
        ],
        choose: (value) => {
          const folded = categories.filter((each) => (each === category ? value === 'one' : each.isFolded));
          tell(app, 'connect', { categories: Object.fromEntries(folded.map(({ name, columns }) => [name, columns])) });
        },
      })}
    </div>`;
  });
}

/** `city_…` where the columns' names begin so, else the category's own name. */
function shownName({ name, columns }: DataDescription['categories'][number]): string {
  const begins = columns.every((column) => column.startsWith(name) && column.length > name.length + 1);
  return begins ? `${(columns[0] ?? name).slice(0, name.length + 1)}…` : name;
}
