import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { NetworkPicture, PictureEdge, PictureLayer, PictureUnit } from '../../../src/session/networkQuestion';
import type { App } from '../../app';
import type { Drawn } from '../../parts/controls';
import { networkWords } from '../../words/network';
import { chosenUnit } from './unitPlace';
import type { UnitPlace } from './unitPlace';

const TOP = 28;

/** How wide the picture is: from layer to layer, and the room for names on both sides. */
interface DiagramRoom {
  readonly column: number;
  readonly names: number;
}
const wholePage: DiagramRoom = { column: 200, names: 128 };

/** Layers as columns; positive weights solid blue, negative dashed orange; the units stand in the list beside, too. */
export function diagram(app: App, picture: NetworkPicture, { column: gap, names } = wholePage): TemplateResult {
  const { layers } = picture;
  const most = Math.max(...layers.map(({ units }) => units.length));
  const height = TOP + Math.max(240, most * 24) + 24;
  const width = 2 * names + gap * (layers.length - 1);
  const x = (layer: number): number => names + layer * gap;
  const y = (layer: number, place: number): number =>
    TOP + ((height - TOP - 24) * (place + 0.5)) / (layers[layer]?.units.length ?? 1);
  const above = app.store.state.choices.weightsAbove ?? 0.34;
  const chosen = chosenUnit(app, picture);
  const edges = picture.edges.filter((edge) => edge.strength >= above || edge.keep || touches(edge, chosen));
  return html`<svg
    class="network-picture"
    width=${width}
    height=${height}
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${networkWords.picture(layers.map(({ title }) => title).join(', '))}
  >
    ${edges.map((edge) => weight(edge, x, y, chosen))}
    ${layers.map((layer, at) => column(app, layer, at, x(at), (place) => y(at, place), height, chosen))}
  </svg>`;
}

function touches({ layer, from, to }: PictureEdge, unit: UnitPlace | undefined): boolean {
  if (!unit) return false;
  return (layer === unit.layer && from === unit.place) || (layer + 1 === unit.layer && to === unit.place);
}

function weight(
  edge: PictureEdge,
  x: (layer: number) => number,
  y: (layer: number, place: number) => number,
  chosen: UnitPlace | undefined,
): TemplateResult {
  const { layer, from, to, strength } = edge;
  const lit = touches(edge, chosen);
  const faint = chosen && !lit ? 0.12 : 0.15 + 0.75 * strength ** 1.5;
  return svg`<line
    class=${edge.weight < 0 ? 'weight below' : 'weight above'}
    x1=${x(layer)} y1=${y(layer, from)} x2=${x(layer + 1)} y2=${y(layer + 1, to)}
    stroke-width=${(0.4 + 1.6 * strength + (lit ? 0.8 : 0)).toFixed(2)}
    opacity=${(lit ? 1 : faint).toFixed(2)}
  ></line>`;
}

function column(
  app: App,
  layer: PictureLayer,
  at: number,
  x: number,
  y: (place: number) => number,
  height: number,
  chosen: UnitPlace | undefined,
): TemplateResult {
  return svg`<text class="soft-text" x=${x} y="14" text-anchor="middle">${layer.title}</text>
    ${layer.units.map((unit, place) => circle(app, layer, unit, { layer: at, place }, x, y(place), chosen))}
    ${layer.more > 0 ? svg`<text class="soft-text" x=${x} y=${height - 6} text-anchor="middle">${networkWords.more(layer.more)}</text>` : nothing}`;
}

function circle(
  app: App,
  { kind, fill }: PictureLayer,
  unit: PictureUnit,
  place: UnitPlace,
  x: number,
  y: number,
  chosen: UnitPlace | undefined,
): TemplateResult {
  const isOn = chosen?.layer === place.layer && chosen.place === place.place;
  const amount = fill === 'on or off' ? (unit.active ? 1 : 0) : fill === 'activity' ? unit.brightness : 0;
  return svg`<circle
      class="unit ${isOn ? 'on' : ''}" cx=${x} cy=${y} r=${isOn ? 7 : 5} fill-opacity=${amount.toFixed(2)}
      @click=${() => app.store.choose({ unit: place })}
    ></circle>
    ${kind === 'hidden' ? nothing : name(unit.name, x + (kind === 'inputs' ? -12 : 12), y, kind === 'inputs' ? 'end' : 'start')}`;
}

function name(text: string, x: number, y: number, anchor: 'start' | 'end'): Drawn {
  const short = text.length > 18 ? `${text.slice(0, 17)}…` : text;
  return svg`<text x=${x} y=${y + 4} text-anchor=${anchor}>${short}</text>`;
}
