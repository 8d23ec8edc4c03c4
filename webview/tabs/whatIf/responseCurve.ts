import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { WhatIfInput } from '../../../src/session/whatIfQuestion';
import { css } from '../../parts/directives';
import type { Drawn } from '../../parts/controls';

const HEIGHT = 44;
const FOOT = 6;
const MARGIN = 8;

/** How much of the forecast the height of all curves stands for: weak inputs stay flat beside strong ones. */
export function curveScale(lines: readonly WhatIfInput[]): number {
  const spans = lines.map(({ curve }) => (curve ? highest(curve.forecast) - lowest(curve.forecast) : 0));
  return Math.max(Number.MIN_VALUE, ...spans) / 4;
}

/** The forecast over the range, its falling pieces orange; a full dot here, a hollow one at the table's value. */
export function responseCurve(line: WhatIfInput, value: number, after: number, scale: number): TemplateResult {
  const { curve, low, high } = line;
  const across = (at: number): number => (100 * (Math.min(high, Math.max(low, at)) - low)) / (high - low || 1);
  const base = curve ? lowest(curve.forecast) : after;
  const span = Math.max(scale, curve ? highest(curve.forecast) - base : 0) || 1;
  const up = (forecast: number): number =>
    HEIGHT - FOOT - MARGIN - ((forecast - base) / span) * (HEIGHT - FOOT - 2 * MARGIN);
  const here = curve ? up(at(curve, value)) : up(after);
  return html`<svg viewBox="0 0 100 ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<line class="ground" x1="0" x2="100" y1=${HEIGHT - FOOT} y2=${HEIGHT - FOOT}></line>
      <line class="stem" x1=${across(value)} x2=${across(value)} y1=${here} y2=${HEIGHT - FOOT}></line>`}
      ${curve ? svg`<path class="rising" d=${path(curve, across, up, false)}></path><path class="falling" d=${path(curve, across, up, true)}></path>` : nothing}
    </svg>
    ${typeof line.inTable === 'number' && line.inTable !== value && curve ? knob('was', across(line.inTable), up(at(curve, line.inTable))) : nothing}
    ${knob('now', across(value), here)}`;
}

type ForecastCurve = NonNullable<WhatIfInput['curve']>;

function knob(kind: 'was' | 'now', x: number, y: number): Drawn {
  return html`<i class="knob ${kind}" ${css({ left: `${x.toFixed(2)}%`, top: `${y.toFixed(1)}px` })}></i>`;
}

/** The pieces of the curve that fall, or those that do not. */
function path(
  { at: places, forecast }: ForecastCurve,
  across: (value: number) => number,
  up: (forecast: number) => number,
  falling: boolean,
): string {
  const pieces: string[] = [];
  for (let end = 1; end < places.length; end++) {
    if (forecast[end]! < forecast[end - 1]! !== falling) continue;
    const [from, to] = [end - 1, end].map(
      (place) => `${across(places[place]!).toFixed(2)} ${up(forecast[place]!).toFixed(2)}`,
    );
    pieces.push(`M${from}L${to}`);
  }
  return pieces.join('');
}

/** The curve between its places. */
function at({ at: places, forecast }: ForecastCurve, value: number): number {
  const after = places.findIndex((place) => place >= value);
  if (after <= 0) return forecast[after < 0 ? forecast.length - 1 : 0] ?? NaN;
  const share = (value - places[after - 1]!) / (places[after]! - places[after - 1]!);
  return forecast[after - 1]! + share * (forecast[after]! - forecast[after - 1]!);
}

function lowest(values: Float64Array): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity);
}

function highest(values: Float64Array): number {
  return values.reduce((high, value) => Math.max(high, value), -Infinity);
}
