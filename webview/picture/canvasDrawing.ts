import { paintingOf } from '../parts/painting';
import { recordedCanvas } from './recordedCanvas';

/** A canvas drawn again as SVG elements, in its own CSS pixels; undefined where nothing is drawn on it. */
export function canvasDrawing(canvas: HTMLCanvasElement): string | undefined {
  const paint = paintingOf(canvas);
  const { width, height } = canvas.getBoundingClientRect();
  if (!paint || width === 0 || height === 0) return undefined;
  const recorded = recordedCanvas(width, height);
  paint(recorded.canvas);
  return recorded.svg();
}
