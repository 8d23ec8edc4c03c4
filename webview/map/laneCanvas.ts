import type { Lane, MapLane } from '../../src/session/service';
import type { Palette } from './palette';

/** How tall the parts of a lane's picture are, in CSS pixels. */
export interface LaneMeasures {
  readonly map: number;
  readonly gap: number;
  readonly rail: number;
}

/** Fits a canvas to its place in the page at the screen's resolution; gives its context in CSS pixels. */
export function openCanvas(
  canvas: HTMLCanvasElement,
  height: number,
): { context: CanvasRenderingContext2D; width: number } {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, canvas.clientWidth);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.setProperty('height', `${height}px`);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This window cannot draw.');
  context.scale(canvas.width / width, ratio);
  return { context, width };
}

/**
 * One lane: per cell the share of rows that break the lane's rule from below in their mean colour, the others above,
 * and under it the rail, lit if any row of the cell breaks it, so that averaging never hides a fall.
 */
export function paintLane(
  context: CanvasRenderingContext2D,
  width: number,
  lane: MapLane,
  end: number,
  { map, gap, rail }: LaneMeasures,
  palette: Palette,
): void {
  const cells = lane.share.length;
  for (let cell = 0; cell < cells; cell++) {
    const left = edge(cell, cells, width);
    const wide = edge(cell + 1, cells, width) - left;
    const share = lane.share[cell]!;
    const low = share > 0 ? Math.max(2, Math.round(share * map)) : 0;
    fill(context, palette.slope(lane.rest[cell]! / end), left, 0, wide, map - low);
    if (low > 0) fill(context, palette.slope(lane.below[cell]! / end), left, map - low, wide, low);
    const mark = lane.below[cell]! < 0 ? palette.below : palette.above;
    fill(context, share > 0 ? mark : palette.zero, left, map + gap, wide, rail);
    if (wide >= 12 && low > 0 && lane.below[cell]! < 0) {
      fill(context, palette.text, left + wide / 2 - 2, map - Math.max(low / 2, 2), 4, 1);
    }
  }
}

/** A category's lane: the size of its switch, without a sign. */
export function paintSwitchedLane(
  context: CanvasRenderingContext2D,
  width: number,
  lane: MapLane,
  { map, gap, rail }: LaneMeasures,
  palette: Palette,
): void {
  const cells = lane.rest.length;
  for (let cell = 0; cell < cells; cell++) {
    const left = edge(cell, cells, width);
    const wide = edge(cell + 1, cells, width) - left;
    const value = Math.abs(lane.rest[cell]!);
    const colour = Number.isNaN(value) ? palette.zero : palette.amount(value / (lane.largest || 1));
    fill(context, colour, left, 0, wide, map);
    fill(context, palette.zero, left, map + gap, wide, rail);
  }
}

/** The forecast as grey steps over a base line: 0, unless all forecasts lie far from it. */
export function paintForecast(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  forecast: Float32Array,
  range: { readonly min: number; readonly max: number },
  palette: Palette,
): void {
  const far = range.min > 0 && range.min > 0.6 * range.max && range.max > range.min;
  const low = far ? range.min - 0.15 * (range.max - range.min) : Math.min(0, range.min);
  const high = Math.max(range.max, far ? range.max : 0);
  const level = (value: number): number => ((value - low) / (high - low || 1)) * (height - 2);
  const base = level(Math.max(0, low));
  for (let cell = 0; cell < forecast.length; cell++) {
    const left = edge(cell, forecast.length, width);
    const wide = edge(cell + 1, forecast.length, width) - left;
    const top = level(forecast[cell]!);
    const tall = Math.max(1, Math.abs(top - base));
    fill(context, palette.inkFaint, left, height - Math.max(top, base), wide, tall);
  }
}

/**
 * The spread of an input's slopes, zero at 30 % of the width in every lane; what is below zero is orange and left of
 * the line. Heights are roots of counts; above 5 000 rows a curve instead of bars.
 */
export function paintSpread(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { spread, statistics }: Lane,
  palette: Palette,
): void {
  const { counts } = spread;
  const zero = 0.3 * width;
  const highest = counts.reduce((most, count) => Math.max(most, count), 1);
  const step = width / counts.length;
  const tall = (count: number): number => (count === 0 ? 0 : Math.max(1.5, Math.sqrt(count / highest) * (height - 3)));
  if (statistics.count <= 5000) {
    counts.forEach((count, bin) => {
      const colour = bin * step < zero - step / 2 ? palette.below : palette.inkFaint;
      fill(context, colour, bin * step, height - tall(count), step - 0.6, tall(count));
    });
  } else {
    paintCurve(context, [...counts].map(tall), [0, zero], step, height, palette.below);
    paintCurve(context, [...counts].map(tall), [zero, width], step, height, palette.inkFaint);
  }
  fill(context, palette.text, zero, 0, 1, height);
}

function paintCurve(
  context: CanvasRenderingContext2D,
  heights: readonly number[],
  [from, to]: readonly [number, number],
  step: number,
  height: number,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, height);
  context.clip();
  context.beginPath();
  context.moveTo(0, height);
  heights.forEach((tall, bin) => {
    context.lineTo((bin + 0.5) * step, height - tall);
  });
  context.lineTo(heights.length * step, height);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}

/** The scale from the steepest fall to the steepest rise. */
export function paintScale(context: CanvasRenderingContext2D, width: number, height: number, palette: Palette): void {
  for (let x = 0; x < width; x++) fill(context, palette.slope((2 * x) / (width - 1) - 1), x, 0, 1, height);
}

/** Where a cell begins, on whole pixels, so that neighbours meet. */
function edge(cell: number, cells: number, width: number): number {
  return Math.round((cell * width) / cells);
}

function fill(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
}
