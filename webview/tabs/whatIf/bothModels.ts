import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ComparedWhatIf, NotCompared, Pair } from '../../../src/session/compareQuestion';
import type { WhatIf, WhatIfInput } from '../../../src/session/whatIfQuestion';
import type { App } from '../../app';
import type { Drawn } from '../../parts/controls';
import { sideMark, sides } from '../../parts/sides';
import type { Question } from '../../questions';
import type { PageState } from '../../state';
import { outputUnit, storedOutput, viewOf } from '../../view';
import { signed } from '../../words/numbers';
import { withUnit } from '../../words/slopes';
import { whatIfWords } from '../../words/whatIf';
import { changesOf } from './changes';

/** What both models say of the changed row, while a comparison is open. */
export function askBoth(state: PageState): readonly Question[] {
  const compared = state.answers.state?.compared;
  if (compared === undefined || state.answers.state?.phase !== 'ready') return [];
  const { output } = viewOf(state);
  const stored = storedOutput(state);
  const request = stored
    ? { output, row: stored.row, changes: [] }
    : { output, row: state.choices.row ?? 0, changes: changesOf(state) };
  return [
    {
      topic: 'compareWhatIf',
      request: [compared, request],
      patient: true,
      ask: async (asker, options) => ({
        comparedWhatIf: { key: keyOf(state), answer: await asker.call('compareWhatIf', request, options) },
      }),
    },
  ];
}

/** The second model and the output: an answer about others is never shown. */
function keyOf(state: PageState): string {
  return JSON.stringify([state.answers.state?.compared, viewOf(state).output]);
}

/** The answer of both, where it is about the row in view. */
export function bothModels(state: PageState, { row }: WhatIf): ComparedWhatIf | undefined {
  const answer = answerOf(state);
  return answer && 'row' in answer && answer.row === row ? answer : undefined;
}

function answerOf(state: PageState): ComparedWhatIf | NotCompared | undefined {
  const { comparedWhatIf, state: panel } = state.answers;
  return panel?.compared !== undefined && comparedWhatIf?.key === keyOf(state) ? comparedWhatIf.answer : undefined;
}

/** Forecasts of both models before and after the changes, and how far they are apart. */
export function bothForecasts(app: App, view: WhatIf): Drawn {
  const { state } = app.store;
  const answer = answerOf(state);
  if (!answer) return nothing;
  if ('message' in answer) return html`<p class="both small soft">${answer.message} ${answer.remedy}</p>`;
  const both = bothModels(state, view);
  if (!both) return nothing;
  const isChanged = changesOf(state).length > 0;
  return html`<div class="both">
    <table class="plain" aria-label=${whatIfWords.both()}>
      <thead>
        <tr>
          <th scope="col">${whatIfWords.forecast()}</th>
          ${sides.map((side, place) => html`<th scope="col" class="num">${sideMark(side)} ${namesOf(state)[place]}</th>`)}
          <th scope="col" class="num">${whatIfWords.difference()}</th>
        </tr>
      </thead>
      <tbody>
        ${isChanged ? forecasts(state, whatIfWords.inTheTable(), both.before) : nothing}
        ${forecasts(state, isChanged ? whatIfWords.now() : whatIfWords.inTheTable(), both.after)}
      </tbody>
    </table>
    ${both.unmoved.length > 0 ? html`<p class="small soft">${whatIfWords.unmoved(both.unmoved.join(', '))}</p>` : nothing}
  </div>`;
}

function namesOf({ answers }: PageState): Pair<string> {
  return [answers.model?.file ?? '', answers.state?.compared ?? ''];
}

function forecasts(state: PageState, title: string, [a, b]: Pair<number>): TemplateResult {
  const unit = outputUnit(state);
  return html`<tr>
    <th scope="row">${title}</th>
    <td class="num">${withUnit(a, unit)}</td>
    <td class="num">${withUnit(b, unit)}</td>
    <td class="num ${b < a ? 'neg' : ''}">${signed(b - a)}</td>
  </tr>`;
}

/** The slopes of an input here: of the first model alone, or of both with their difference. */
export function slopesHere(both: ComparedWhatIf | undefined, line: WhatIfInput): Drawn {
  if (line.kind === 'switched') return html`${[...(both ? sides : []), undefined].map(() => html`<span></span>`)}`;
  if (!both) return slopeHere(signed(line.slope), line.slope, line.slopeUnit);
  const pair = both.slopes.find(({ input }) => input === line.input)?.slopes;
  if (!pair)
    return html`${slopeHere(signed(line.slope), line.slope, line.slopeUnit)}${slopeHere(whatIfWords.none(), 0, '')}<span
      ></span>`;
  return html`${[...pair, pair[1] - pair[0]].map((slope) => slopeHere(signed(slope), slope, line.slopeUnit))}`;
}

function slopeHere(text: string, slope: number, unit: string): TemplateResult {
  return html`<span class="slope-here">
    <span class="${slope < 0 ? 'neg' : ''}">${text}</span>
    <span class="micro soft clip" title=${unit}>${unit}</span>
  </span>`;
}

/** The heads over them. */
export function slopeHeads(both: ComparedWhatIf | undefined): Drawn {
  if (!both) return html`<span class="right">${whatIfWords.slope()}</span>`;
  return html`${sides.map((side) => html`<span class="right">${whatIfWords.slope()} ${sideMark(side)}</span>`)}
    <span class="right">${whatIfWords.difference()}</span>`;
}
