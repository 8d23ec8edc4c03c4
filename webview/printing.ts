import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from './app';
import { tableText } from './parts/header';
import { canvasDrawing } from './picture/canvasDrawing';
import { mark } from './picture/svgText';
import { tabsOf } from './tabs/tabs';
import { outputOf, unitsOf } from './view';
import { frameWords } from './words/frame';

/** The width of the page on paper in CSS pixels, as the style of reports has it: A4 and Letter across take as much. */
const paper = 1000;

/** A report is printed whole: all its tabs one after the other, canvases as lines, as sharp as the paper takes them. */
export function followPrinting(app: App): void {
  window.addEventListener('beforeprint', () => {
    if (!app.store.state.answers.state?.stored) return;
    document.body.classList.add('pictured', 'printed');
    app.store.show({ isPrinting: true, width: paper });
    app.draw();
    // Charts take their size when the page stands, in tasks that are queued by now.
    queueMicrotask(() => {
      for (const canvas of document.querySelectorAll('canvas')) drawAsLines(canvas);
    });
  });
  window.addEventListener('afterprint', () => {
    for (const drawing of document.querySelectorAll('svg.drawn-again')) drawing.remove();
    document.body.classList.remove('pictured', 'printed');
    app.store.show({ isPrinting: false });
  });
}

/** Puts an SVG of the same size behind a canvas; the style of printing hides the canvas. */
function drawAsLines(canvas: HTMLCanvasElement): void {
  const drawing = canvasDrawing(canvas);
  if (drawing === undefined) return;
  const { width, height } = canvas.getBoundingClientRect();
  const root = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` };
  const { documentElement } = new DOMParser().parseFromString(mark('svg', root, drawing), 'image/svg+xml');
  documentElement.classList.add('drawn-again');
  documentElement.setAttribute('aria-hidden', 'true');
  canvas.after(document.importNode(documentElement, true));
}

/** What the report is about, and every tab it holds under its title. */
export function printedPage(app: App): TemplateResult {
  const { state } = app.store;
  const { model, data } = state.answers;
  const output = model?.outputs[outputOf(state)]?.name ?? '';
  const units = unitsOf(state) === 'original' ? frameWords.original() : frameWords.model();
  const about = [
    ...(data ? [tableText(data)] : []),
    frameWords.named(frameWords.output(), output),
    frameWords.named(frameWords.units(), units),
  ];
  return html`<header class="printed-head">
      <p class="strong">${model?.file}</p>
      <p class="small soft">${model?.structure}</p>
      <p class="small soft">${about.join(' · ')}</p>
    </header>
    ${tabsOf(state).map(
      (tab) =>
        html`<section class="printed-tab">
          <p class="printed-title small soft">${tab.title()}</p>
          ${tab.draw(app)}
        </section>`,
    )}`;
}
