import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from '../app';
import { button } from '../parts/controls';
import { icon } from '../parts/icon';
import { sentence } from '../parts/sentence';
import type { Tab } from '../tabs/tab';
import { hasRanges } from '../view';
import { firstWords } from '../words/first';
import { rangeFields } from './rangeFields';

/** A tab without a table: what stands in for rows is said above it, and asked for where the file does not tell. */
export function overRanges(app: App, tab: Tab): TemplateResult {
  const { state } = app.store;
  if (!tab.needsValues) return tab.draw(app);
  if (!hasRanges(state)) {
    return html`${sentence(firstWords.needsRanges(tab.title()), firstWords.noScaler())}
      <section class="over-ranges">${rangeFields(app)}</section>`;
  }
  const { askRanges } = state.screen;
  return html`<section class="over-ranges small" aria-label=${firstWords.ranges()}>
      <p>
        ${icon('info')} ${firstWords.overRanges()}
        ${button(
          askRanges ? firstWords.keepRanges() : firstWords.changeRanges(),
          () => {
            app.store.show({ askRanges: !askRanges });
          },
          'link',
        )}
      </p>
      ${askRanges ? rangeFields(app) : nothing}
    </section>
    ${tab.draw(app)}`;
}
