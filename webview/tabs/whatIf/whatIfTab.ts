import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { WhatIf, WhatIfRequest } from '../../../src/session/whatIfQuestion';
import { goToRow, tell } from '../../actions';
import type { App } from '../../app';
import { button } from '../../parts/controls';
import type { Drawn } from '../../parts/controls';
import { progressLine } from '../../parts/progress';
import { sentence } from '../../parts/sentence';
import type { Question } from '../../questions';
import type { PageState } from '../../state';
import { isWithoutTable, storedOutput, viewOf } from '../../view';
import { understandingWords } from '../../words/understanding';
import { whatIfWords } from '../../words/whatIf';
import type { Tab } from '../tab';
import { whatIfFiles } from './whatIfFiles';
import { askBoth } from './bothModels';
import { changesOf, resetChanges } from './changes';
import { sliders } from './sliders';
import { waterfall } from './waterfall';

/** One row changed by hand: a slider over each input's own response curve, and where the forecast comes from. */
export const whatIfTab: Tab = {
  name: 'whatIf',
  title: whatIfWords.tab,
  draw,
  asks,
  files: whatIfFiles,
  needsValues: true,
};

function asks(state: PageState): readonly Question[] {
  const request = requestOf(state);
  return [
    {
      topic: 'whatIf',
      request,
      patient: true,
      ask: async (asker, options) => {
        const whatIf = await asker.call('whatIf', request, options);
        return request.curves ? { whatIf, whatIfCurves: whatIf } : { whatIf };
      },
    },
    ...askBoth(state),
  ];
}

/** Of more inputs only the sliders that are drawn get curves. */
const manyInputs = 60;

/** The row that is read with its changes; curves are left out while a slider moves. */
function requestOf(state: PageState): WhatIfRequest {
  const { choices, screen, answers } = state;
  const stored = storedOutput(state);
  if (stored) return { output: viewOf(state).output, row: stored.row, changes: [], from: 'average', curves: true };
  const { output, ranges } = viewOf(state);
  const lanes = answers.lanes?.lanes ?? [];
  return {
    output,
    ...(ranges ? { ranges } : {}),
    row: choices.row ?? 0,
    changes: changesOf(state),
    from: choices.barsFrom ?? 'average',
    curves: screen.sliding === undefined,
    ...(lanes.length > manyInputs ? { curvesOf: lanes.slice(0, screen.sliders).map(({ input }) => input) } : {}),
  };
}

function draw(app: App): TemplateResult {
  const { answers } = app.store.state;
  const view = answers.whatIf;
  if (!view) return sentence(understandingWords.computing(), progressLine(app));
  return html`${sentence(view.sentence, view.warnings.join(' '), answers.state?.stored ? nothing : tools(app, view))}
    <div class="what-if">
      ${sliders(app, view, answers.whatIfCurves ?? view)}
      <section>${waterfall(app, view)} ${nearest(app, view)}</section>
    </div>`;
}

function tools(app: App, view: WhatIf): TemplateResult {
  const row = isWithoutTable(app.store.state) ? nothing : rowChoice(app, view);
  return html`${row} ${changeTools(app, view)}`;
}

function rowChoice(app: App, view: WhatIf): TemplateResult {
  return html`<label class="field"
    ><span class="soft">${whatIfWords.row()}</span
    ><input
      class="text-field limit"
      type="number"
      min="1"
      step="1"
      .value=${String(view.row + 1)}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) goToRow(app, event.target.valueAsNumber);
      }}
  /></label>`;
}

function changeTools(app: App, { newRow }: WhatIf): Drawn {
  if (changesOf(app.store.state).length === 0) return nothing;
  return html`${button(whatIfWords.reset(), () => {
    resetChanges(app);
  })}
  ${button(whatIfWords.addRow(), () => {
    tell(app, 'newTable', { text: `${newRow.header}\n${newRow.line}\n` });
  })}`;
}

function nearest(app: App, { nearest: rows, searched }: WhatIf): Drawn {
  if (rows.length === 0) return nothing;
  return html`<h3 class="small">${whatIfWords.nearest(searched)}</h3>
    <ul class="nearest small">
      ${rows.map(
        ({ row, distance }) =>
          html`<li>
            ${
              app.store.state.answers.state?.stored
                ? understandingWords.row(row)
                : button(understandingWords.row(row), () => app.store.choose({ row }), 'link')
            }
            <span class="soft">${whatIfWords.distance(distance)}</span>
          </li>`,
      )}
    </ul>`;
}
