import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { NetworkRequest } from '../../../src/session/networkQuestion';
import type { App } from '../../app';
import { progressLine } from '../../parts/progress';
import { sentence } from '../../parts/sentence';
import type { Question } from '../../questions';
import type { PageState } from '../../state';
import { heldLane, storedOutput, viewOf } from '../../view';
import { networkWords } from '../../words/network';
import { understandingWords } from '../../words/understanding';
import type { Tab } from '../tab';
import { networkFiles } from './networkFiles';
import { diagram } from './diagram';
import { unitList } from './unitList';

/** The network drawn, with what its units give at the row that is read, and the same as a list. */
export const networkTab: Tab = { name: 'network', title: networkWords.tab, draw, asks, files: networkFiles };

/** What the picture needs; without a table there is no row whose activity could be shown. */
export function asks(state: PageState): readonly Question[] {
  const row = rowOf(state);
  const lane = heldLane(state);
  const request: NetworkRequest = {
    output: viewOf(state).output,
    ...(row === undefined ? {} : { row }),
    ...(lane && lane.kind !== 'switched' ? { input: lane.input } : {}),
  };
  return [
    {
      topic: 'networkPicture',
      request,
      ask: async (asker, options) => ({ networkPicture: await asker.call('networkPicture', request, options) }),
    },
  ];
}

/** The row that is read, or the one a stored report holds. */
function rowOf(state: PageState): number | undefined {
  const { answers, choices } = state;
  const stored = storedOutput(state);
  if (stored) return stored.row;
  return answers.lanes && answers.state?.phase === 'ready' ? choices.row : undefined;
}

function draw(app: App): TemplateResult {
  const picture = app.store.state.answers.networkPicture;
  const row = rowOf(app.store.state);
  if (!picture) return sentence(understandingWords.computing(), progressLine(app));
  const below = [...(row === undefined ? [] : [networkWords.atRow(row)]), networkWords.key(), ...picture.notes].join(
    ' ',
  );
  return html`${sentence(picture.sentence, below, threshold(app))}
    <div class="network">
      <div class="scroll-x" tabindex="0" role="region" aria-label=${networkWords.tab()}>
        ${diagram(app, picture, roomOf(app))}
      </div>
      ${unitList(app, picture)}
    </div>`;
}

/** The width the picture has beside the list, or above it in a narrow page; paddings and list as the styles have them. */
function roomOf({ store }: App): number {
  const { width } = store.state.screen;
  return width > 960 ? width - 400 - 48 : width - 32;
}

function threshold({ store }: App): TemplateResult {
  const value = store.state.choices.weightsAbove ?? 0.34;
  return html`<label class="field small"
    ><span class="soft">${networkWords.threshold()} ${networkWords.share(value)}</span
    ><input
      class="range"
      type="range"
      min="0"
      max="1"
      step="0.02"
      aria-label=${networkWords.threshold()}
      .value=${String(value)}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) store.choose({ weightsAbove: event.target.valueAsNumber });
      }}
  /></label>`;
}
