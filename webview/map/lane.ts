import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { DirectiveResult } from 'lit/directive.js';
import type { Lane, MapLane } from '../../src/session/service';
import { chooseInput, editRule } from '../actions';
import type { App } from '../app';
import { css, painted } from '../parts/directives';
import { icon } from '../parts/icon';
import type { Drawn } from '../parts/controls';
import { activeLane, belowShare, coloursOf, outputUnit } from '../view';
import { laneSentence, slopesWords, slopeWithUnit, withUnit } from '../words/slopes';
import { percent } from '../words/numbers';
import { openCanvas, paintLane, paintSpread, paintSwitchedLane } from './laneCanvas';
import type { LaneMeasures } from './laneCanvas';
import { laneKeys } from './laneKeys';
import { paletteOf } from './palette';

/** What all lanes of one picture share. */
export interface LaneFrame {
  readonly app: App;
  readonly height: 46 | 30 | 20;
  /** The longest bar. */
  readonly strongest: number;
  /** For one scale over all inputs: the largest slope × spread, in the output's unit. */
  readonly largestStep: number;
  /** Beside each effect; empty where the head of the column says it. */
  readonly effectUnit: string;
}

/** How tall the map and its rail are in a lane of this height. */
function measuresOf(height: LaneFrame['height']): LaneMeasures {
  if (height === 46) return { map: 22, gap: 2, rail: 4 };
  return height === 30 ? { map: 16, gap: 2, rail: 4 } : { map: 10, gap: 2, rail: 3 };
}

/** One input: name, effect, map, spread and rule on one line. `index` is its place among the lanes shown, from 0. */
export function laneRow(frame: LaneFrame, lane: Lane, index: number): TemplateResult {
  const { app } = frame;
  const { state } = app.store;
  const isChosen = state.choices.input === lane.input;
  return html`<div
    class="lane"
    role="row"
    id="lane-${lane.input}"
    data-input=${lane.input}
    aria-rowindex=${index + 3}
    aria-selected=${isChosen ? 'true' : 'false'}
    aria-label=${laneSentence(lane, outputUnit(state))}
    tabindex=${activeLane(state)?.input === lane.input ? 0 : -1}
    @click=${() => {
      chooseInput(app, lane.input);
    }}
    @keydown=${(event: KeyboardEvent) => {
      laneKeys(app, event);
    }}
  >
    ${nameCell(frame, lane, isChosen)} ${effectCell(frame, lane)}
    <div class="strip" role="gridcell">
      <canvas class="heat" aria-hidden="true" ${heat(frame, lane)}></canvas>
    </div>
    <div class="spread" role="gridcell">${lane.kind === 'switched' ? nothing : spread(frame, lane)}</div>
    <div class="check" role="gridcell">${ruleCell(frame, lane)}</div>
  </div>`;
}

function nameCell({ height }: LaneFrame, lane: Lane, isChosen: boolean): TemplateResult {
  const name = html`<span class="clip ${isChosen ? 'strong' : ''}" title=${lane.name}>${lane.name}</span>`;
  const slope = lane.kind === 'switched' ? slopesWords.switches() : slopeWithUnit(lane.statistics.mean, lane.unit);
  return html`<div class="two" role="rowheader">
    ${name}${height === 46 ? html`<span class="small soft clip" title=${slope}>${slope}</span>` : nothing}
  </div>`;
}

/** The bar shows what lanes are sorted by: effect, reach, or the share below 0. */
function effectCell({ app, strongest, effectUnit }: LaneFrame, lane: Lane): TemplateResult {
  const { lanesBy } = app.store.state.choices;
  const value = measureOf(lane, lanesBy);
  const share = strongest > 0 ? Math.max(0, value / strongest) : 0;
  const text = lanesBy === 'below' ? percent(value) : withUnit(value, effectUnit);
  return html`<div class="bar-cell effect" role="gridcell">
    <div class="bar-track"><div class="bar-fill" ${css({ width: `${(100 * share).toFixed(1)}%` })}></div></div>
    <span class="right nowrap">${text}</span>
  </div>`;
}

/** What a lane's bar stands for. */
export function measureOf(lane: Lane, by: App['store']['state']['choices']['lanesBy']): number {
  if (by === 'reach') return lane.reach ?? 0;
  return by === 'below' ? belowShare(lane) : lane.typicalEffect;
}

function heat({ app, height, largestStep }: LaneFrame, lane: Lane): DirectiveResult {
  const { state } = app.store;
  const cells = state.answers.raster?.lanes.get(lane.input);
  const end = cells && scaleEnd(state.answers.lanes?.lanes, coloursOf(state), lane, cells, largestStep);
  return painted([cells, end, height, state.screen.theme, state.screen.stripWidth], (canvas) => {
    const measures = measuresOf(height);
    const { context, width } = openCanvas(canvas, measures.map + measures.gap + measures.rail);
    const palette = paletteOf(state.screen.theme);
    if (!cells) return;
    if (lane.kind === 'switched') paintSwitchedLane(context, width, cells, measures, palette);
    else paintLane(context, width, cells, end ?? 1, measures, palette);
  });
}

/** The slope at the end of the colour scale: the lane's own largest, or the one that is as strong per typical step. */
function scaleEnd(
  lanes: readonly Lane[] | undefined,
  colours: 'each' | 'one',
  lane: Lane,
  cells: MapLane,
  largestStep: number,
): number {
  const { largest } = lanes ? cells : { largest: 1 };
  const step = spreadOfInput(lane);
  return colours === 'each' || step === 0 ? largest : largestStep / step;
}

/** The spread of an input, from typical effect = mean |slope| × spread. */
export function spreadOfInput({ typicalEffect, statistics }: Lane): number {
  return statistics.meanAbsolute > 0 ? typicalEffect / statistics.meanAbsolute : 0;
}

function spread({ app, height }: LaneFrame, lane: Lane): TemplateResult {
  const { theme, width } = app.store.state.screen;
  const tall = height === 46 ? 30 : height === 30 ? 22 : 16;
  return html`<canvas
    aria-hidden="true"
    ${painted([lane, tall, theme, width], (canvas) => {
      const { context, width: wide } = openCanvas(canvas, tall);
      paintSpread(context, wide, tall, lane, paletteOf(theme));
    })}
  ></canvas>`;
}

function ruleCell({ app, height }: LaneFrame, lane: Lane): Drawn {
  const { rule } = lane;
  const sign = rule ? (rule.holds ? 'pass' : 'warning') : isMixed(lane) ? 'info' : undefined;
  const text = rule
    ? rule.holds
      ? slopesWords.holds()
      : slopesWords.failsIn(rule.failing, rule.share)
    : noRuleText(lane);
  return html`${sign ? icon(sign) : html`<span class="no-icon"></span>`}
    <div class="two">
      <span class="nowrap ${rule ? '' : 'soft'}">${text}</span>
      ${height === 46 ? ruleLink(app, lane) : nothing}
    </div>`;
}

/** The rule's words lead to the rule; a stored report has no rules to change. */
function ruleLink(app: App, lane: Lane): Drawn {
  if (app.store.state.answers.state?.stored || lane.kind === 'switched') {
    return html`<span class="small soft">${lane.rule?.words ?? ''}</span>`;
  }
  const label = lane.rule ? slopesWords.changeRuleOf(lane.name, lane.rule.words) : slopesWords.setRuleOf(lane.name);
  return html`<button
    type="button"
    class="link small ${lane.rule ? 'soft' : ''} rule-link clip"
    tabindex="-1"
    aria-label=${label}
    @click=${(event: Event) => {
      event.stopPropagation();
      chooseInput(app, lane.input);
      editRule(app);
    }}
  >
    ${lane.rule?.words ?? slopesWords.setRule()}
  </button>`;
}

function isMixed({ statistics }: Lane): boolean {
  return statistics.below > 0 && statistics.above > 0;
}

/** Without a rule nothing is right or wrong: only what was seen. */
function noRuleText(lane: Lane): string {
  if (lane.kind === 'switched') return slopesWords.switches();
  if (isMixed(lane)) return slopesWords.risesAndFalls();
  if (lane.statistics.above > 0) return slopesWords.onlyRises();
  return lane.statistics.below > 0 ? slopesWords.onlyFalls() : slopesWords.noEffect();
}
