import { html, nothing } from 'lit';
import type { App } from '../app';
import { tell } from '../actions';
import { frameWords } from '../words/frame';
import { button } from './controls';
import type { Drawn } from './controls';
import { css } from './directives';

let task = '';
let startedAt = 0;

/** The 2 px bar under the tabs; announced at 0, 50 and 100 %. */
export function progressBar({ store }: App): Drawn {
  const { progress } = store.state.answers;
  if (!progress || !store.state.screen.busy) return nothing;
  const share = progress.of > 0 ? progress.done / progress.of : 0;
  return html`<div class="bar-run-track">
    <div
      class="bar-run"
      role="progressbar"
      aria-label=${progress.task}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.round(100 * share)}
      ${css({ width: `${(100 * share).toFixed(1)}%` })}
    ></div>
    <span class="unseen" role="status">${share >= 1 ? '100 %' : share >= 0.5 ? '50 %' : '0 %'}</span>
  </div>`;
}

/** In place of the line below the sentence: how far it is, or where it was stopped. */
export function progressLine(app: App): Drawn {
  const { answers, screen } = app.store.state;
  const { progress, lanes } = answers;
  if (progress && screen.busy) {
    return html`${frameWords.progress(progress, secondsLeft(progress))} ·
    ${button(frameWords.cancel(), () => tell(app, 'stop'), 'link')}`;
  }
  if (!progress && lanes && lanes.computed < lanes.rows) {
    return html`${frameWords.stopped(lanes.computed)} ${button(frameWords.goOn(), () => tell(app, 'recompute'), 'link')}`;
  }
  return nothing;
}

/** From the speed so far; nothing in the first moments. */
function secondsLeft({
  task: now,
  done,
  of,
}: {
  readonly task: string;
  readonly done: number;
  readonly of: number;
}): number | undefined {
  if (now !== task) {
    task = now;
    startedAt = performance.now();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (seconds < 0.5 || done <= 0 || done >= of) return undefined;
  return Math.max(1, Math.round((seconds * (of - done)) / done));
}
