import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FileAlone } from '../../src/session/service';
import type { TableCandidate } from '../../src/views/panelService';
import { tell } from '../actions';
import type { App } from '../app';
import { openCanvas } from '../map/laneCanvas';
import { paletteOf } from '../map/palette';
import { button } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { painted } from '../parts/directives';
import { icon } from '../parts/icon';
import { sentence } from '../parts/sentence';
import { firstWords } from '../words/first';
import { signed } from '../words/numbers';
import { slopeWithUnit } from '../words/slopes';
import type { Question } from '../questions';
import type { PageState } from '../state';
import { diagram } from '../tabs/network/diagram';
import { asks as networkQuestions } from '../tabs/network/networkTab';
import { viewOf } from '../view';
import { rangeFields } from './rangeFields';

type Line = NonNullable<FileAlone['lines']>[number];

/** The width of the network's card beside the slopes without its paddings, in CSS pixels; in a narrow page it takes all. */
const CARD_NETWORK = 440;

/** What the first screen asks: slopes over usual ranges, and the picture of the network. */
export function firstQuestions(state: PageState): readonly Question[] {
  const { ranges } = state.screen;
  const request = { output: viewOf(state).output, ...(ranges.length > 0 ? { ranges } : {}) };
  return [
    {
      topic: 'fileAlone',
      request,
      ask: async (asker, options) => ({ fileAlone: await asker.call('fromFileAlone', request, options) }),
    },
    ...networkQuestions(state),
  ];
}

/** A model without a table: the tables that fit, and what the file alone can tell. */
export function firstScreen(app: App): TemplateResult {
  const { answers } = app.store.state;
  const { model } = answers;
  if (!model) return sentence('', '');
  const output = model.outputs.length === 1 ? (model.outputs[0]?.name ?? '') : firstWords.outputs(model.outputs.length);
  return html`${sentence(firstWords.turns(model.inputs.length, output), firstWords.noTable())} ${offer(app)}
    <div class="first">
      <section>${fileAlone(app)}</section>
      <section class="network-card">${networkCard(app)}</section>
    </div>
    ${footer(app)}`;
}

/** A full match is offered, never taken. */
function offer(app: App): TemplateResult {
  const { candidates, state } = app.store.state.answers;
  if (state?.stored) return html``;
  const others = html`<div class="row note">
    ${button(firstWords.chooseFile(), () => tell(app, 'chooseTable'))}
    ${button(firstWords.makeTable(), () => tell(app, 'makeTable'))}
  </div>`;
  const body = !candidates
    ? html`<p class="soft">${firstWords.searching()}</p>`
    : candidates.length === 0
      ? html`<p class="soft">${firstWords.noneFits()}</p>
          ${others}`
      : html`<ul>
          ${candidates.slice(0, 3).map((candidate, index) => candidateLine(app, candidate, index === 0))}
        </ul>`;
  return html`<section class="offer" aria-label=${firstWords.tables()}>
    <h2>${firstWords.tables()}</h2>
    ${body}
  </section>`;
}

function candidateLine(app: App, candidate: TableCandidate, isBest: boolean): TemplateResult {
  const isFull = candidate.matched === candidate.of;
  const boxes = Math.min(24, candidate.of);
  const label = isFull ? firstWords.useTableNamed(candidate.name) : firstWords.mapColumnsOf(candidate.name);
  return html`<li>
    ${icon('table')}<span class="clip">${candidate.name} <span class="soft">${candidate.folder}</span></span>
    <span class="boxes" aria-hidden="true"
      >${Array.from(
        { length: boxes },
        (_, box) => html`<i class=${box < (candidate.matched / candidate.of) * boxes ? 'full' : ''}></i>`,
      )}</span
    >
    <span class="nowrap">${firstWords.matched(candidate)}</span>
    <span class="soft clip">${firstWords.rowsAndColumns(candidate)}</span>
    <button
      type="button"
      class="button ${isFull && isBest ? 'primary' : ''}"
      aria-label=${label}
      @click=${() => tell(app, 'useTable', { id: candidate.id })}
    >
      ${isFull ? firstWords.useTable() : firstWords.mapColumns()}
    </button>
  </li>`;
}

function fileAlone(app: App): Drawn {
  const { fileAlone: alone, model } = app.store.state.answers;
  if (!alone || !model) return nothing;
  const isGiven = app.store.state.screen.ranges.length > 0;
  const caption = alone.lines && !isGiven ? firstWords.fileAloneBelow() : firstWords.noScaler();
  const canAsk = model.inputs.length <= 60;
  return html`<header>
      <h2>${firstWords.fileAlone()}</h2>
      <p class="caption soft small">${caption}</p>
    </header>
    ${(!alone.lines || isGiven) && canAsk ? rangeFields(app) : nothing}
    ${alone.lines ? lines(app, alone.lines) : nothing}`;
}

function lines(app: App, all: readonly Line[]): TemplateResult {
  const spreadOf = ({ low, high, atAverage }: Line): number => Math.abs(atAverage * (high - low));
  const sorted = [...all].sort((a, b) => spreadOf(b) - spreadOf(a)).slice(0, 200);
  return html`<div class="scroll-x">
    <table class="plain roomy">
      <thead>
        <tr>
          <th scope="col">${firstWords.input()}</th>
          <th scope="col">${firstWords.usual()}</th>
          <th scope="col" class="num">${firstWords.atAverage()}</th>
          <th scope="col" class="gap">${firstWords.bar()}</th>
          <th scope="col">${firstWords.found()}</th>
        </tr>
      </thead>
      <tbody>
        ${sorted.map((line) => lineRow(app, line))}
      </tbody>
    </table>
  </div>`;
}

function lineRow({ store }: App, line: Line): TemplateResult {
  const { theme, width } = store.state.screen;
  const input = store.state.answers.model?.inputs[line.input];
  return html`<tr>
    <th scope="row">${line.name}</th>
    <td class="soft">${firstWords.range(line.low, line.high, input)}</td>
    <td class="num">${slopeWithUnit(line.atAverage, line.unit)}</td>
    <td class="gap">
      <canvas
        class="range"
        role="img"
        aria-label=${firstWords.barName(signed(line.lowest), slopeWithUnit(line.highest, line.unit))}
        ${painted([line, theme, width], (canvas) => {
          paintRange(canvas, line, theme);
        })}
      ></canvas>
    </td>
    <td>
      ${
        line.verdict === 'rises and falls'
          ? html`<span class="state">${icon('info')}${firstWords.verdict(line.verdict)}</span>`
          : html`<span class="soft no-icon">${firstWords.verdict(line.verdict)}</span>`
      }
    </td>
  </tr>`;
}

/** From the lowest to the highest slope with the zero line at a third; the dot is the slope at the average. */
function paintRange(canvas: HTMLCanvasElement, { lowest, highest, atAverage }: Line, theme: number): void {
  const { context, width } = openCanvas(canvas, 16);
  const palette = paletteOf(theme);
  const zero = 0.32;
  const reach = Math.max(-lowest / zero, highest / (1 - zero), Number.MIN_VALUE);
  const x = (slope: number): number => (zero + slope / reach) * (width - 8) + 4;
  context.fillStyle = palette.below;
  if (lowest < 0) context.fillRect(x(lowest), 5, x(Math.min(0, highest)) - x(lowest), 6);
  context.fillStyle = palette.above;
  if (highest > 0) context.fillRect(x(Math.max(0, lowest)), 5, x(highest) - x(Math.max(0, lowest)), 6);
  context.fillStyle = palette.text;
  context.fillRect(x(0), 0, 1, 16);
  context.beginPath();
  context.arc(x(atAverage), 8, 4, 0, 2 * Math.PI);
  context.fill();
  context.strokeStyle = palette.page;
  context.lineWidth = 1.5;
  context.stroke();
}

/** The picture of the Network tab, made to fit beside the slopes. */
function networkCard(app: App): Drawn {
  const picture = app.store.state.answers.networkPicture;
  if (!picture) return nothing;
  const { width } = app.store.state.screen;
  const room = width > 1240 ? CARD_NETWORK : width - 48;
  return html`<header>
      <h2>${firstWords.network()}</h2>
      <p class="caption soft small">${firstWords.networkKey()}</p>
    </header>
    <div class="scroll-x" tabindex="0" role="region" aria-label=${firstWords.network()}>
      ${diagram(app, picture, room)}
    </div>`;
}

function footer(app: App): TemplateResult {
  const { model, state } = app.store.state.answers;
  if (!model) return html``;
  const ending = /\.[^.]+$/.exec(model.file)?.[0] ?? '';
  const format = model.framework ? `${model.format} (${model.framework})` : model.format;
  return html`<footer class="page-foot small soft">
    <span class="grow">${firstWords.footer(format, model.bytes, model.parameters)}</span>
    ${
      state?.hints.includes('always-open') && ending !== ''
        ? html`${button(firstWords.alwaysOpen(ending), () => tell(app, 'alwaysOpenHere'), 'link')}
          ${button(firstWords.dismiss(), () => tell(app, 'dismiss', { hint: 'always-open' }), 'link')}`
        : nothing
    }
  </footer>`;
}
