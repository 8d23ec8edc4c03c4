import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Surface } from '../../../src/session/pairsQuestion';
import type { App } from '../../app';
import { openCanvas } from '../../map/laneCanvas';
import { paletteOf } from '../../map/palette';
import type { Palette } from '../../map/palette';
import { radio, select } from '../../parts/controls';
import { painted } from '../../parts/directives';
import { isWithoutTable } from '../../view';
import { number, signed, tableValue } from '../../words/numbers';
import { pairsWords } from '../../words/pairs';

const HEIGHT = 300;

/** Slope or forecast over the plane of the chosen pair, and the same in sixteen numbers. */
export function surfacePart(app: App, sentence: string): TemplateResult {
  const { answers, screen, choices } = app.store.state;
  const { surface } = answers;
  if (!surface) return html`<section></section>`;
  const isSlope = (choices.surface ?? 'slope') === 'slope';
  return html`<section>
    <header class="split">
      <div class="grow">
        <h2>${pairsWords.pair(surface.first, surface.second)}</h2>
        <p class="soft small">
          ${capital(sentence)} ${surface.caption} ${pairsWords.surfaceKey(isSlope, isWithoutTable(app.store.state))}
        </p>
      </div>
    </header>
    <div class="row surface-tools">${tools(app)}</div>
    <div class="surface micro soft">
      <span></span><span>↑ ${surface.second}</span>
      <div class="y-ticks" aria-hidden="true">
        ${Array.from(surface.table.y, (value) => html`<span>${tableValue(value)}</span>`).reverse()}
      </div>
      <canvas
        aria-hidden="true"
        ${painted([surface, screen.theme, screen.width], (canvas) => {
          const { context, width } = openCanvas(canvas, HEIGHT);
          paint(context, width, surface, isSlope, paletteOf(screen.theme));
        })}
      ></canvas>
      <span></span>
      <div class="x-ticks" aria-hidden="true">
        ${Array.from(surface.table.x, (value) => html`<span>${tableValue(value)}</span>`)}
      </div>
      <span></span><span class="right">${surface.first} →</span>
    </div>
    ${numbers(surface, isSlope)}
  </section>`;
}

/** What stands behind a colon elsewhere begins a sentence here. */
function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function tools({ store }: App): TemplateResult {
  const { choices } = store.state;
  return html`${radio<'slope' | 'forecast'>({
    label: pairsWords.show(),
    value: choices.surface ?? 'slope',
    options: [
      { value: 'slope', text: pairsWords.slope() },
      { value: 'forecast', text: pairsWords.forecast() },
    ],
    choose: (surface) => {
      store.choose({ surface });
    },
  })}
  ${store.state.answers.state?.stored ? nothing : othersChoice(store)}`;
}

/** Where the inputs beside the pair stand. */
function othersChoice(store: App['store']): TemplateResult {
  const { othersAt, row } = store.state.choices;
  return select<'average' | 'row'>({
    label: pairsWords.others(),
    labelled: true,
    value: othersAt ?? 'average',
    options: [
      { value: 'average', text: pairsWords.average() },
      ...(row === undefined ? [] : [{ value: 'row' as const, text: pairsWords.row(row) }]),
    ],
    choose: (chosen) => {
      store.choose({ othersAt: chosen });
    },
  });
}

/** Colours pale where no row lies near; rows as dots; the line of zero over all. */
function paint(
  context: CanvasRenderingContext2D,
  width: number,
  surface: Surface,
  isSlope: boolean,
  palette: Palette,
): void {
  const { x, y, values, distance, min, max } = surface;
  const end = Math.max(Math.abs(min), Math.abs(max)) || 1;
  const across = (value: number): number => ((value - x[0]!) / (x.at(-1)! - x[0]! || 1)) * width;
  const up = (value: number): number => HEIGHT - ((value - y[0]!) / (y.at(-1)! - y[0]! || 1)) * HEIGHT;
  const [wide, tall] = [width / x.length, HEIGHT / y.length];
  values.forEach((value, at) => {
    const [column, line] = [at % x.length, Math.floor(at / x.length)];
    context.globalAlpha = Math.min(1, Math.max(0.22, 1 - (distance[at]! - 0.5) * 1.3));
    context.fillStyle = isSlope ? palette.slope(value / end) : palette.amount((value - min) / (max - min || 1));
    // Whole pixels, so that pale neighbours do not overlap.
    const [left, right] = [Math.round(column * wide), Math.round((column + 1) * wide)];
    const [top, bottom] = [HEIGHT - Math.round((line + 1) * tall), HEIGHT - Math.round(line * tall)];
    context.fillRect(left, top, right - left, bottom - top);
  });
  context.globalAlpha = 0.65;
  context.fillStyle = '#000000';
  surface.dots.x.forEach((value, place) => {
    context.beginPath();
    context.arc(across(value), up(surface.dots.y[place]!), 1.6, 0, 2 * Math.PI);
    context.fill();
  });
  context.globalAlpha = 1;
  context.strokeStyle = palette.text;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let at = 0; at < surface.zero.length; at += 4) {
    context.moveTo(across(surface.zero[at]!), up(surface.zero[at + 1]!));
    context.lineTo(across(surface.zero[at + 2]!), up(surface.zero[at + 3]!));
  }
  context.stroke();
}

function numbers({ first, second, unit, table }: Surface, isSlope: boolean): TemplateResult {
  const head = pairsWords.tableHead(unit, isSlope);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${head}>
    <table class="plain" aria-label=${head}>
      <thead>
        <tr>
          <th scope="col">${head}</th>
          ${Array.from(table.x, (value) => html`<th scope="col" class="num">${pairsWords.is(first, tableValue(value))}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${Array.from(
          table.y,
          (value, line) =>
            html`<tr>
              <th scope="row">${pairsWords.is(second, tableValue(value))}</th>
              ${Array.from(table.x, (_, column) => {
                const shown = table.values[line * table.x.length + column]!;
                return html`<td class="num ${isSlope && shown < 0 ? 'neg' : ''}">
                  ${isSlope ? signed(shown) : number(shown)}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
