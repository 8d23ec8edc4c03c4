import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputRequest, InputView } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { filterChip } from '../../parts/filterChip';
import { progressLine } from '../../parts/progress';
import { sentence } from '../../parts/sentence';
import type { Question } from '../../questions';
import type { PageState } from '../../state';
import { heldLane, viewOf } from '../../view';
import { inputWords } from '../../words/input';
import { understandingWords } from '../../words/understanding';
import type { Tab } from '../tab';
import { inputFiles } from './inputFiles';
import { curveCard } from './curveCard';
import { effectTables } from './effectTables';
import { inputHead } from './inputHead';
import { partsCard } from './partsCard';
import { scatterCard } from './scatterCard';
import { levelsCard, pairedCard } from './switchCards';
import { worstCard } from './worstCard';

/** One input: its slope at each value, the forecast as it changes, where and why the forecast falls. */
export const inputTab: Tab = { name: 'input', title: inputWords.tab, draw, asks, files: inputFiles, needsValues: true };

function asks(state: PageState): readonly Question[] {
  const request = requestOf(state);
  if (!request) return [];
  return [
    {
      topic: 'input',
      request,
      ask: async (asker, options) => ({ input: await asker.call('input', request, options) }),
    },
  ];
}

/** The chosen input, else the strongest. */
function requestOf(state: PageState): InputRequest | undefined {
  const { choices, answers } = state;
  const input = (heldLane(state) ?? answers.lanes?.lanes[0])?.input;
  if (input === undefined) return undefined;
  const request: InputRequest = {
    ...viewOf(state),
    input,
    curve: choices.curves === 'accumulated' ? 'accumulated' : 'average',
  };
  if (answers.state?.stored) return request;
  return {
    ...request,
    ...(choices.colourBy === undefined || choices.colourBy === input ? {} : { colourBy: choices.colourBy }),
    ...(choices.apart?.input === input ? { row: choices.apart.row } : {}),
    ...changeOf(choices.change, input),
    ...(choices.groupBy === undefined || !answers.data ? {} : { groupBy: choices.groupBy }),
  };
}

/** The step and the two values asked for by hand, where they are about this input. */
function changeOf(change: PageState['choices']['change'], input: number): Pick<InputRequest, 'step' | 'between'> {
  if (change?.input !== input) return {};
  const { step, from, to, levels } = change;
  if (levels) return { between: levels };
  const between = from === undefined || to === undefined ? {} : { between: [from, to] as const };
  return { ...(step === undefined ? {} : { step }), ...between };
}

function draw(app: App): TemplateResult {
  const view = app.store.state.answers.input;
  if (!view) return sentence(understandingWords.computing(), progressLine(app));
  return html`${inputHead(app, view)} ${filterChip(app)}
    <div class="cards">${charts(app, view)}</div>
    <div class="cards">
      ${view.worst ? worstCard(app, view, view.worst) : nothing}
      ${view.parts ? partsCard(app, view, view.parts) : nothing}
    </div>
    ${effectTables(app, view)}`;
}

function charts(app: App, view: InputView): TemplateResult {
  if (view.paired) return html`${pairedCard(app, view, view.paired)}`;
  if (view.levels) return html`${levelsCard(view, view.levels)}`;
  return html`${view.scatter ? scatterCard(app, view, view.scatter) : nothing}
  ${view.curve ? curveCard(app, view, view.curve) : nothing}
  ${(view.scatter ?? view.curve) ? nothing : html`<p class="card soft">${inputWords.noData()}</p>`}`;
}
