import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from '../app';
import { select } from '../parts/controls';
import { painted } from '../parts/directives';
import { coloursOf, outputUnit } from '../view';
import { slopesWords } from '../words/slopes';
import { openCanvas, paintScale } from './laneCanvas';
import { paletteOf } from './palette';

/** What the colours and the rail mean, and which scale the colours have. */
export function legend(app: App): TemplateResult {
  const { state } = app.store;
  const { theme, width } = state.screen;
  const onlyFalls = (state.answers.lanes?.lanes ?? []).every(
    (lane) => (lane.rule?.words ?? 'never falls') === 'never falls',
  );
  const unit = outputUnit(state);
  return html`<div class="lane-head map-foot">
    <span></span><span class="effect"></span>
    <div class="legend">
      <div class="scale" aria-hidden="true">
        <canvas
          ${painted([theme, width], (canvas) => {
            const { context, width: wide } = openCanvas(canvas, 8);
            paintScale(context, wide, 8, paletteOf(theme));
          })}
        ></canvas>
        <div class="ticks">
          <span>${slopesWords.falls()}</span><span>${slopesWords.zero()}</span><span>${slopesWords.rises()}</span>
        </div>
      </div>
      <span class="rail-key"><i></i>${onlyFalls ? slopesWords.railBelow() : slopesWords.railRule()}</span>
      <span class="colour-key nowrap"
        ><span>${slopesWords.colours()}</span> ${select<'each' | 'one'>({
          label: slopesWords.colours(),
          dress: 'bare',
          value: coloursOf(state),
          options: [
            { value: 'each', text: slopesWords.ownScale() },
            { value: 'one', text: slopesWords.oneScale(unit) },
          ],
          choose: (colours) => {
            app.store.choose({ colours });
          },
        })}</span
      >
    </div>
  </div>`;
}
