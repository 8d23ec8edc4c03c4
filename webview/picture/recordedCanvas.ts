import { mark, shortNumber } from './svgText';

/** A canvas off the page, of which everything drawn on it is also written down as SVG. */
export interface RecordedCanvas {
  readonly canvas: HTMLCanvasElement;
  /** The SVG elements drawn so far, in the canvas's CSS pixels from its top left corner. */
  readonly svg: () => string;
}

let clips = 0;

/**
 * A canvas of so many CSS pixels for whatever draws on canvases, chart.js too. The browser's own context keeps the state
 * (colours, fonts, transformations, sizes of text); rectangles, paths and texts are written down as they are drawn.
 */
export function recordedCanvas(width: number, height: number): RecordedCanvas {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This window cannot draw.');
  const recorder = new Recorder(context);
  const recording = new Proxy(context, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        recorder.record(String(key), given);
        return Reflect.apply(value, target, given);
      };
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
  Object.defineProperty(canvas, 'getContext', { value: () => recording });
  Object.defineProperty(canvas, 'clientWidth', { value: width });
  return {
    canvas,
    // Whoever draws may have made the canvas sharper than CSS pixels.
    svg: () => mark('g', { transform: `scale(${shortNumber(width / canvas.width)})` }, recorder.marks.join('')),
  };
}

/** Turns what is called on a context into SVG elements, in the pixels of its canvas. */
class Recorder {
  readonly marks: string[] = [];
  readonly #context: CanvasRenderingContext2D;
  /** The path under way, with the transformation of each point already applied. */
  #path: string[] = [];
  #clip: string | undefined;
  readonly #savedClips: (string | undefined)[] = [];
  readonly #calls: Readonly<Record<string, (given: readonly number[]) => void>> = {
    save: () => this.#savedClips.push(this.#clip),
    restore: () => {
      this.#clip = this.#savedClips.pop();
    },
    beginPath: () => {
      this.#path = [];
    },
    closePath: () => this.#path.push('Z'),
    moveTo: ([x = 0, y = 0]) => this.#path.push(`M${this.#point(x, y)}`),
    // Where there is no path yet, the first line only moves there.
    lineTo: ([x = 0, y = 0]) => this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${this.#point(x, y)}`),
    bezierCurveTo: ([a = 0, b = 0, c = 0, d = 0, x = 0, y = 0]) =>
      this.#path.push(`C${this.#point(a, b)} ${this.#point(c, d)} ${this.#point(x, y)}`),
    rect: ([x = 0, y = 0, width = 0, height = 0]) => this.#path.push(this.#rectangle(x, y, width, height)),
    arc: ([x = 0, y = 0, radius = 0, from = 0, to = 0]) => this.#arc(x, y, radius, from, to),
    fillRect: ([x = 0, y = 0, width = 0, height = 0]) => this.#fill(this.#rectangle(x, y, width, height)),
    strokeRect: ([x = 0, y = 0, width = 0, height = 0]) => this.#stroke(this.#rectangle(x, y, width, height)),
    fill: () => this.#fill(this.#path.join('')),
    stroke: () => this.#stroke(this.#path.join('')),
    clip: () => this.#clipTo(this.#path.join('')),
  };

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  record(name: string, given: readonly unknown[]): void {
    if (given[0] instanceof Path2D) throw new Error('A kept path cannot be written down.');
    const numbers = given.filter((value) => typeof value === 'number');
    if (name === 'fillText' && typeof given[0] === 'string') this.#text(given[0], numbers);
    else this.#calls[name]?.(numbers);
  }

  #point(x: number, y: number): string {
    const { a, b, c, d, e, f } = this.#context.getTransform();
    return `${shortNumber(a * x + c * y + e)} ${shortNumber(b * x + d * y + f)}`;
  }

  #rectangle(x: number, y: number, width: number, height: number): string {
    const corners = [this.#point(x + width, y), this.#point(x + width, y + height), this.#point(x, y + height)];
    return `M${this.#point(x, y)}L${corners.join('L')}Z`;
  }

  /** Arcs are parts of circles here: nothing that is drawn is scaled unevenly. A whole circle is two halves. */
  #arc(x: number, y: number, radius: number, from: number, to: number): void {
    const scaled = shortNumber(radius * this.#scale());
    const at = (angle: number): string => this.#point(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    const middle = (from + to) / 2;
    const half = (end: number): string => `A${scaled} ${scaled} 0 0 1 ${at(end)}`;
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${at(from)}${half(middle)}${half(to)}`);
  }

  #scale(): number {
    const { a, b, c, d } = this.#context.getTransform();
    return Math.sqrt(Math.abs(a * d - b * c));
  }

  #fill(path: string): void {
    this.#draw('path', { d: path, ...colourOf('fill', this.#context.fillStyle) });
  }

  #stroke(path: string): void {
    const { lineWidth, strokeStyle } = this.#context;
    const dashes = this.#context.getLineDash().map((length) => shortNumber(length * this.#scale()));
    this.#draw('path', {
      d: path,
      fill: 'none',
      ...colourOf('stroke', strokeStyle),
      'stroke-width': shortNumber(lineWidth * this.#scale()),
      ...(dashes.length > 0 ? { 'stroke-dasharray': dashes.join(' ') } : {}),
    });
  }

  #text(text: string, [x = 0, y = 0]: readonly number[]): void {
    const context = this.#context;
    const [, weight = '400', size = '11', family = 'sans-serif'] =
      /(\d{3}|bold)?\s*([\d.]+)px\s+(.*)$/.exec(context.font) ?? [];
    const { a, b, c, d } = context.getTransform();
    const matrix = [a, b, c, d].map(shortNumber).join(' ');
    const anchors: Partial<Record<CanvasTextAlign, string>> = { right: 'end', end: 'end', center: 'middle' };
    this.#draw(
      'text',
      {
        transform: `matrix(${matrix} ${this.#point(x, y + this.#baseline(text))})`,
        'font-family': family,
        'font-size': size,
        'font-weight': weight,
        'text-anchor': anchors[context.textAlign] ?? 'start',
        ...colourOf('fill', context.fillStyle),
      },
      text,
    );
  }

  /** How far the line on which letters stand is below where the text is asked for. */
  #baseline(text: string): number {
    const context = this.#context;
    const { textBaseline } = context;
    const asked = context.measureText(text).fontBoundingBoxAscent;
    context.textBaseline = 'alphabetic';
    const standing = context.measureText(text).fontBoundingBoxAscent;
    context.textBaseline = textBaseline;
    return standing - asked;
  }

  #draw(name: 'path' | 'text', attributes: Readonly<Record<string, string>>, text = ''): void {
    const { globalAlpha } = this.#context;
    this.marks.push(
      mark(
        name,
        {
          ...attributes,
          ...(globalAlpha < 1 ? { opacity: shortNumber(globalAlpha) } : {}),
          ...(this.#clip && name === 'path' ? { 'clip-path': `url(#${this.#clip})` } : {}),
        },
        text === '' ? '' : { text },
      ),
    );
  }

  /** A clip within a clip is clipped itself. */
  #clipTo(path: string): void {
    const id = `clip-${clips++}`;
    const around: Record<string, string> = this.#clip ? { 'clip-path': `url(#${this.#clip})` } : {};
    this.marks.push(mark('clipPath', { id, ...around }, mark('path', { d: path })));
    this.#clip = id;
  }
}

/** A canvas colour as SVG has it: the colour, and how much it covers. */
function colourOf(
  attribute: 'fill' | 'stroke',
  style: CanvasRenderingContext2D['fillStyle'],
): Readonly<Record<string, string>> {
  return typeof style === 'string' ? colourMarks(attribute, style) : { [attribute]: 'none' };
}

/** `rgba(0, 0, 0, 0.5)` as a colour and its opacity, which every reader of SVG knows. */
export function colourMarks(attribute: 'fill' | 'stroke', colour: string): Readonly<Record<string, string>> {
  const [red, green, blue, alpha] = colour.startsWith('rgba') ? (colour.match(/[\d.]+/g) ?? []) : [];
  if (alpha === undefined) return { [attribute]: colour };
  return { [attribute]: `rgb(${red},${green},${blue})`, [`${attribute}-opacity`]: alpha };
}
