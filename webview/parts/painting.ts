/** What draws on a canvas; it finds the canvas in its layout, so it can ask for its width. */
export type Paint = (canvas: HTMLCanvasElement) => void;

const paintings = new WeakMap<HTMLCanvasElement, Paint>();

/** Keeps how a canvas is drawn, so that the same can be drawn again elsewhere. */
export function keepPainting(canvas: HTMLCanvasElement, paint: Paint): void {
  paintings.set(canvas, paint);
}

/** How the canvas was drawn last. */
export function paintingOf(canvas: HTMLCanvasElement): Paint | undefined {
  return paintings.get(canvas);
}
