import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { NetworkPicture, PictureEdge, PictureLayer, PictureUnit } from '../../../src/session/networkQuestion';
import type { App } from '../../app';
import type { Drawn } from '../../parts/controls';
import { shortened } from '../../parts/shortened';
import { networkWords } from '../../words/network';
import { chosenUnit } from './unitPlace';
import type { UnitPlace } from './unitPlace';

/** Heads above the columns, and the room below them for what is not drawn (CSS pixels). */
const TOP = 44;
const FOOT = 24;
/** Columns stand no nearer to each other; names take no more than this share of the picture on either side. */
const NEAREST = 56;
const NAMES = 0.26;
/** Between a unit and its name, and the usual width of a letter. */
const GAP = 12;
const LETTER = 6.8;

/** Where everything stands in the picture. */
interface Plan {
  readonly width: number;
  readonly height: number;
  /** From layer to layer. */
  readonly gap: number;
  readonly x: (layer: number) => number;
  readonly y: (layer: number, place: number) => number;
  /** Letters that fit beside the inputs, beside the outputs and above a column. */
  readonly letters: Readonly<Record<PictureLayer['kind'], number>>;
}

/**
 * Layers as columns; positive weights solid blue, negative dashed orange; the units stand in the list beside, too. The
 * picture takes the width it is given; where its layers need more it is wider, and scrolls.
 */
export function diagram(app: App, picture: NetworkPicture, room: number): TemplateResult {
  const { layers } = picture;
  const plan = planOf(layers, room);
  const above = app.store.state.choices.weightsAbove ?? 0.34;
  const chosen = chosenUnit(app, picture);
  const edges = picture.edges.filter((edge) => edge.strength >= above || edge.keep || touches(edge, chosen));
  return html`<svg
    class="network-picture"
    width=${plan.width}
    height=${plan.height}
    viewBox="0 0 ${plan.width} ${plan.height}"
    role="img"
    aria-label=${networkWords.picture(layers.map(({ title }) => title).join(', '))}
  >
    ${edges.map((edge) => weight(edge, plan, chosen))}
    ${layers.map((layer, at) => column(app, layer, at, plan, chosen))}
  </svg>`;
}

function planOf(layers: readonly PictureLayer[], room: number): Plan {
  const longest = (layer: PictureLayer | undefined): number =>
    Math.max(0, ...(layer?.units ?? []).map(({ name }) => Array.from(name).length));
  const most = Math.max(64, room * NAMES);
  const [left, right] = [layers[0], layers.at(-1)].map((layer) => Math.min(most, longest(layer) * LETTER + GAP + 8));
  const gaps = Math.max(1, layers.length - 1);
  const gap = Math.max(NEAREST, Math.floor((room - left! - right!) / gaps));
  const height = TOP + Math.max(240, 24 * Math.max(...layers.map(({ units }) => units.length))) + FOOT;
  const lettersIn = (width: number): number => Math.floor((width - GAP) / LETTER);
  return {
    width: Math.ceil(left! + gap * gaps + right!),
    height,
    gap,
    x: (layer) => left! + layer * gap,
    y: (layer, place) => TOP + ((height - TOP - FOOT) * (place + 0.5)) / (layers[layer]?.units.length ?? 1),
    letters: { inputs: lettersIn(left!), hidden: lettersIn(gap), outputs: lettersIn(right!) },
  };
}

function touches({ layer, from, to }: PictureEdge, unit: UnitPlace | undefined): boolean {
  if (!unit) return false;
  return (layer === unit.layer && from === unit.place) || (layer + 1 === unit.layer && to === unit.place);
}

function weight(edge: PictureEdge, { x, y }: Plan, chosen: UnitPlace | undefined): TemplateResult {
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

function column(app: App, layer: PictureLayer, at: number, plan: Plan, chosen: UnitPlace | undefined): TemplateResult {
  const x = plan.x(at);
  const line = (text: string, y: number): Drawn =>
    svg`<text class="soft-text" x=${x} y=${y} text-anchor="middle">${shortened(text, plan.letters.hidden)}</text>`;
  const heads = layer.kind === 'outputs' ? nothing : svg`${line(layer.title, 14)} ${line(layer.layer ?? '', 29)}`;
  return svg`${heads}
    ${layer.units.map((unit, place) => circle(app, layer, unit, { layer: at, place }, plan, chosen))}
    ${layer.more > 0 ? line(networkWords.more(layer.more), plan.height - 6) : nothing}`;
}

function circle(
  app: App,
  { kind, fill }: PictureLayer,
  unit: PictureUnit,
  place: UnitPlace,
  plan: Plan,
  chosen: UnitPlace | undefined,
): TemplateResult {
  const [x, y] = [plan.x(place.layer), plan.y(place.layer, place.place)];
  const isOn = chosen?.layer === place.layer && chosen.place === place.place;
  const amount = fill === 'on or off' ? (unit.active ? 1 : 0) : fill === 'activity' ? unit.brightness : 0;
  const size = isOn ? 7 : 5;
  // The weights end below a unit: an empty one is empty, not crossed.
  return svg`<circle class="unit-ground" cx=${x} cy=${y} r=${size}></circle>
    <circle
      class="unit ${isOn ? 'on' : ''}" cx=${x} cy=${y} r=${size} fill-opacity=${amount.toFixed(2)}
      @click=${() => app.store.choose({ unit: place })}
    ></circle>
    ${kind === 'hidden' ? nothing : name(unit.name, kind, x, y, plan)}`;
}

function name(text: string, kind: 'inputs' | 'outputs', x: number, y: number, { letters }: Plan): TemplateResult {
  const [anchor, side] = kind === 'inputs' ? ['end', -GAP] : ['start', GAP];
  return svg`<text x=${x + side} y=${y + 4} text-anchor=${anchor}>${shortened(text, letters[kind])}</text>`;
}
