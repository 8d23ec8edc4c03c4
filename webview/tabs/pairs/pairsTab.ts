import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { PairsView, SurfaceRequest } from '../../../src/session/pairsQuestion';
import type { App } from '../../app';
import { filterChip } from '../../parts/filterChip';
import { progressLine } from '../../parts/progress';
import { sentence } from '../../parts/sentence';
import type { Question } from '../../questions';
import type { PageState } from '../../state';
import { viewOf } from '../../view';
import { pairsWords } from '../../words/pairs';
import { understandingWords } from '../../words/understanding';
import type { Tab } from '../tab';
import { pairsFiles } from './pairsFiles';
import { pairMatrix } from './pairMatrix';
import { surfacePart } from './surfacePart';

/** Which inputs change each other's effect, and how one pair behaves over its plane. */
export const pairsTab: Tab = { name: 'pairs', title: pairsWords.tab, draw, asks, files: pairsFiles, needsValues: true };

function asks(state: PageState): readonly Question[] {
  const request = viewOf(state);
  const surface = surfaceRequest(state);
  return [
    {
      topic: 'pairs',
      request,
      ask: async (asker, options) => ({ pairs: await asker.call('pairs', request, options) }),
    },
    ...(surface
      ? [
          {
            topic: 'surface',
            request: surface,
            ask: async (asker, options) => ({ surface: await asker.call('surface', surface, options) }),
          } satisfies Question,
        ]
      : []),
  ];
}

/** The chosen pair, else the strongest; known once the pairs are. */
function surfaceRequest(state: PageState): SurfaceRequest | undefined {
  const { choices, answers } = state;
  const pair = chosenPair(state, answers.pairs);
  const [first, second] = pair ? [answers.pairs?.inputs[pair.second], answers.pairs?.inputs[pair.first]] : [];
  if (!first || !second || !isHeld(state, pair)) return undefined;
  return {
    ...viewOf(state),
    first: first.input,
    second: second.input,
    show: choices.surface ?? 'slope',
    others:
      choices.othersAt === 'row' && choices.row !== undefined && !answers.state?.stored
        ? { row: choices.row }
        : 'average',
  };
}

/** A stored report holds the surfaces of the strongest pairs. */
function isHeld({ answers }: PageState, pair: PairsView['pairs'][number] | undefined): boolean {
  const strongest = answers.pairs?.strongest.map((place) => answers.pairs?.pairs[place]);
  return !answers.state?.stored || strongest?.includes(pair) === true;
}

function chosenPair(state: PageState, view: PairsView | undefined): PairsView['pairs'][number] | undefined {
  const wanted = state.choices.pair;
  return (
    view?.pairs.find(({ first, second }) => wanted?.first === first && wanted.second === second) ??
    view?.pairs[view.strongest[0] ?? 0]
  );
}

function draw(app: App): TemplateResult {
  const { state } = app.store;
  const view = state.answers.pairs;
  if (!view) return sentence(understandingWords.computing(), progressLine(app));
  const pair = chosenPair(state, view);
  return html`${sentence(view.sentence, view.caption)} ${filterChip(app)}
    <div class="pairs">
      ${pairMatrix(app, view, pair)}
      ${isHeld(state, pair) ? surfacePart(app, pair?.sentence ?? '') : html`<section><p>${pair?.sentence ?? ''}</p></section>`}
    </div>`;
}
