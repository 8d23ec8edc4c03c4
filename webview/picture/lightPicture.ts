import type { App } from '../app';
import { elementInSvg } from './elementInSvg';
import { mark } from './svgText';
import { outputOf } from '../view';

/** A picture of the open view as SVG text, with its size in CSS pixels. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Room for the names of the files above the view. */
const head = 40;
const margin = 24;

/** The open view in light colours, whatever the theme: the page puts them on, is drawn off, and takes them back before the next frame. */
export function lightPicture(app: App): Picture | undefined {
  const { body } = document;
  const worn = body.className;
  body.className = 'vscode-light pictured';
  try {
    redraw(app);
    const view = document.getElementById('view');
    return view ? pictureOf(app, view) : undefined;
  } finally {
    body.className = worn;
    redraw(app);
  }
}

function redraw({ store, draw }: App): void {
  store.show({ theme: store.state.screen.theme + 1 });
  draw();
}

function pictureOf(app: App, view: HTMLElement): Picture {
  const { left, top } = view.getBoundingClientRect();
  const [width, height] = [view.scrollWidth, view.scrollHeight + head];
  const content = elementInSvg(view, { x: left, y: top - head });
  const style = getComputedStyle(document.body);
  const names = mark(
    'text',
    { x: margin, y: 26, 'font-family': style.fontFamily, 'font-size': 12, fill: style.color },
    { text: namesOf(app) },
  );
  const page = mark('rect', { width, height, fill: style.backgroundColor });
  const root = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` };
  return { svg: mark('svg', root, page + names + content), width, height };
}

/** "duration.keras · activities.csv · duration": what the picture is of. */
function namesOf({ store }: App): string {
  const { answers } = store.state;
  const names = [answers.model?.file, answers.data?.file, answers.model?.outputs[outputOf(store.state)]?.name];
  return names.filter((name) => name !== undefined && name !== '').join(' · ');
}
