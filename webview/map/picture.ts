import { tell } from '../actions';
import type { App } from '../app';
import { laneHeight, lanesInView, outputUnit } from '../view';
import { slopeWithUnit, slopesWords, withUnit } from '../words/slopes';
import { paintForecast, paintLane, paintScale, paintSwitchedLane } from './laneCanvas';
import { measuresOf } from './lane';
import { paletteOf } from './palette';
import type { Palette } from './palette';

const WIDTH = 1200;
const MARGIN = 24;
const TOP = 84;
const MAP_LEFT = 320;
const MAP_WIDTH = 660;
/** Pixels per CSS pixel of the picture. */
const SHARPNESS = 2;

/** Draws the map as it stands into a PNG and hands it to the host to be saved. */
export function exportPicture(app: App): void {
  const { state } = app.store;
  const { lanes } = lanesInView(state);
  const height = laneHeight(lanes.length);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH * SHARPNESS;
  canvas.height = (TOP + 50 + lanes.length * height + 60) * SHARPNESS;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(SHARPNESS, SHARPNESS);
  draw(app, context, canvas.height / SHARPNESS, paletteOf(state.screen.theme));
  canvas.toBlob((blob) => {
    void blob?.arrayBuffer().then((bytes) => {
      const name = `${state.answers.model?.file ?? 'slopes'}.png`;
      tell(app, 'exportAs', { kind: 'picture', name, png: new Uint8Array(bytes) });
    });
  }, 'image/png');
}

function draw(app: App, context: CanvasRenderingContext2D, tall: number, palette: Palette): void {
  const { answers } = app.store.state;
  context.fillStyle = palette.page;
  context.fillRect(0, 0, WIDTH, tall);
  write(context, palette.text, 18, 600, answers.lanes?.sentence ?? '', MARGIN, 36);
  write(context, palette.ink, 13, 400, `${answers.model?.file ?? ''}, ${answers.data?.file ?? ''}`, MARGIN, 60);
  if (answers.raster && answers.lanes) {
    write(context, palette.text, 13, 400, slopesWords.forecast(), MARGIN, TOP + 22);
    context.save();
    context.translate(MAP_LEFT, TOP);
    paintForecast(context, MAP_WIDTH, 30, answers.raster.forecast, answers.lanes.forecast, palette);
    context.restore();
  }
  drawLanes(app, context, palette);
  context.save();
  context.translate(MAP_LEFT, tall - 44);
  paintScale(context, 120, 8, palette);
  context.restore();
  const key = [slopesWords.falls(), slopesWords.zero(), slopesWords.rises()].join('    ');
  write(context, palette.ink, 11, 400, key, MAP_LEFT, tall - 20);
}

function drawLanes(app: App, context: CanvasRenderingContext2D, palette: Palette): void {
  const { state } = app.store;
  const { lanes } = lanesInView(state);
  const height = laneHeight(lanes.length);
  const measures = measuresOf(height);
  const unit = outputUnit(state);
  lanes.forEach((lane, index) => {
    const top = TOP + 46 + index * height;
    const slope = lane.kind === 'switched' ? slopesWords.switches() : slopeWithUnit(lane.statistics.mean, lane.unit);
    write(context, palette.text, 13, 400, lane.name, MARGIN, top + 14);
    if (height === 46) write(context, palette.ink, 12, 400, slope, MARGIN, top + 31);
    write(context, palette.text, 13, 400, withUnit(lane.typicalEffect, unit), MARGIN + 190, top + 14);
    const rule = lane.rule;
    const status = rule ? (rule.holds ? slopesWords.holds() : slopesWords.failsIn(rule.failing, rule.share)) : '';
    write(context, palette.text, 13, 400, status, MAP_LEFT + MAP_WIDTH + 24, top + 14);
    const cells = state.answers.raster?.lanes.get(lane.input);
    if (!cells) return;
    context.save();
    context.translate(MAP_LEFT, top);
    if (lane.kind === 'switched') paintSwitchedLane(context, MAP_WIDTH, cells, measures, palette);
    else paintLane(context, MAP_WIDTH, cells, cells.largest || 1, measures, palette);
    context.restore();
  });
}

function write(
  context: CanvasRenderingContext2D,
  colour: string,
  size: number,
  weight: 400 | 600,
  text: string,
  x: number,
  y: number,
): void {
  context.fillStyle = colour;
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(text, x, y);
}
