import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { Pair, PairsView } from '../../../src/session/pairsQuestion';
import type { App } from '../../app';
import { button } from '../../parts/controls';
import type { Drawn } from '../../parts/controls';
import { shortened } from '../../parts/shortened';
import { pairsWords } from '../../words/pairs';
import { signed } from '../../words/numbers';
import { slopeWithUnit, withUnit } from '../../words/slopes';

/** Letters of a name beside the matrix, and the room for them in CSS pixels. */
const NAME_LETTERS = 24;
const NAME_ROOM = 176;

/** One name per input on the diagonal: its row lies to the left, its column below. */
export function pairMatrix(app: App, view: PairsView, chosen: Pair | undefined): TemplateResult {
  const cell = view.inputs.length > 14 ? 24 : 36;
  const most = Math.max(Number.MIN_VALUE, ...view.pairs.map(({ strength }) => strength));
  const size = cell * view.inputs.length;
  return html`<section>
    <div class="scroll-x">
      <svg
        class="matrix"
        width=${size + NAME_ROOM}
        height=${size}
        role="grid"
        aria-label=${pairsWords.matrix()}
        @keydown=${(event: KeyboardEvent) => keys(app, view, chosen, event)}
      >
        ${view.inputs.map((_, line) => matrixRow(app, view, line, cell, most, chosen))}
      </svg>
    </div>
    ${legend()} ${strongest(app, view, chosen)}
    ${
      view.leftOut.length > 0
        ? html`<details class="small">
            <summary>${pairsWords.leftOut(view.leftOut.length)}</summary>
            ${view.leftOut.join(', ')}
          </details>`
        : nothing
    }
  </section>`;
}

function matrixRow(
  app: App,
  view: PairsView,
  line: number,
  cell: number,
  most: number,
  chosen: Pair | undefined,
): Drawn {
  const pairs = view.pairs.filter(({ first }) => first === line);
  return svg`<g role="row">
    ${pairs.map((pair) => square(app, view, pair, cell, most, pair === chosen))}
    <text role="rowheader" x=${line * cell + 8} y=${line * cell + cell / 2 + 4}>${shortened(view.inputs[line]?.name ?? '', NAME_LETTERS)}</text>
  </g>`;
}

function square(app: App, view: PairsView, pair: Pair, cell: number, most: number, isChosen: boolean): Drawn {
  const side = Math.max(3, Math.sqrt(pair.strength / most) * (cell - 10));
  const [x, y] = [pair.second * cell, pair.first * cell];
  const inset = (cell - side) / 2 + (pair.signed < 0 ? 1 : 0);
  const drawn = pair.signed < 0 ? Math.max(1, side - 2) : side;
  return svg`<g
    role="gridcell"
    id="pair-${pair.first}-${pair.second}"
    tabindex=${isChosen ? 0 : -1}
    aria-selected=${isChosen ? 'true' : 'false'}
    aria-label="${nameOf(view, pair)}, ${withUnit(pair.strength, view.unit)}, ${pair.signed < 0 ? pairsWords.weaken() : pairsWords.strengthen()}"
    @click=${() => {
      choose(app, pair);
    }}
  >
    <rect class="cell ${isChosen ? 'on' : ''}" x=${x + 0.5} y=${y + 0.5} width=${cell - 1} height=${cell - 1}></rect>
    <rect class=${pair.signed < 0 ? 'weaken' : 'strengthen'} x=${x + inset} y=${y + inset} width=${drawn} height=${drawn}></rect>
  </g>`;
}

function nameOf({ inputs }: PairsView, { first, second }: Pair): string {
  return pairsWords.pair(inputs[second]?.name ?? '', inputs[first]?.name ?? '');
}

function choose({ store }: App, { first, second }: Pair): void {
  store.choose({ pair: { first, second } });
}

/** Arrows move to the neighbouring pair. */
function keys(app: App, view: PairsView, chosen: Pair | undefined, event: KeyboardEvent): void {
  const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!by || !chosen) return;
  event.preventDefault();
  event.stopPropagation();
  const next = view.pairs.find(
    ({ first, second }) => first === chosen.first + (by[0] ?? 0) && second === chosen.second + (by[1] ?? 0),
  );
  if (!next) return;
  choose(app, next);
  const grid = event.currentTarget;
  const cell = grid instanceof Element ? grid.querySelector(`#pair-${next.first}-${next.second}`) : null;
  if (cell instanceof SVGElement) cell.focus();
}

function legend(): TemplateResult {
  const key = (kind: string, text: string): TemplateResult =>
    html`<span
      ><svg width="12" height="12" aria-hidden="true">
        ${kind === 'weaken' ? svg`<rect class="weaken" x="1" y="1" width="10" height="10"></rect>` : svg`<rect class="strengthen" width="12" height="12"></rect>`}
      </svg>
      ${text}</span
    >`;
  return html`<div class="pair-key micro soft">
    ${key('strengthen', pairsWords.strengthen())} ${key('weaken', pairsWords.weaken())}
    <span>${pairsWords.area()}</span>
  </div>`;
}

function strongest(app: App, view: PairsView, chosen: Pair | undefined): TemplateResult {
  const pairs = view.strongest.flatMap((place) => view.pairs[place] ?? []);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${pairsWords.strongest()}>
    <table class="plain" aria-label=${pairsWords.strongest()}>
      <thead>
        <tr>
          <th scope="col">${pairsWords.strongest()}</th>
          <th scope="col" class="num">${pairsWords.strength()}</th>
          <th scope="col" class="num">${pairsWords.sign()}</th>
        </tr>
      </thead>
      <tbody>
        ${pairs.map(
          (pair) =>
            html`<tr class=${pair === chosen ? 'on' : ''}>
              <th scope="row">
                ${button(
                  nameOf(view, pair),
                  () => {
                    choose(app, pair);
                  },
                  'link',
                )}
              </th>
              <td class="num">${withUnit(pair.strength, view.unit)}</td>
              <td class="num ${pair.signed < 0 ? 'neg' : ''}">
                ${view.unit ? slopeWithUnit(pair.signed, view.unit) : signed(pair.signed)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
