import { canvasDrawing } from './canvasDrawing';
import { colourMarks } from './recordedCanvas';
import { mark } from './svgText';
import { linesOf } from './textLines';

/** Where the top left corner of the picture lies in the window. */
interface Corner {
  readonly x: number;
  readonly y: number;
}

/**
 * An element as it stands in the window, as SVG elements: boxes with their backgrounds and borders, texts line by line,
 * drawings, and canvases drawn again as lines. What the page does not show is left out.
 */
export function elementInSvg(element: Element, corner: Corner): string {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return '';
  if (element.matches('.unseen')) return '';
  if (element instanceof SVGSVGElement) return drawingOf(element, corner);
  if (element instanceof HTMLCanvasElement) return canvasOf(element, corner);
  const style = getComputedStyle(element);
  const opacity = Number(style.opacity);
  const inside = clipped(element, style, corner, contentOf(element, style, corner));
  const marks = boxOf(element, style, corner) + inside;
  return opacity < 1 && marks !== '' ? mark('g', { opacity }, marks) : marks;
}

function contentOf(element: Element, style: CSSStyleDeclaration, corner: Corner): string {
  if (element instanceof HTMLInputElement) return valueOf(element, element.value, style, corner);
  if (element instanceof HTMLSelectElement)
    return valueOf(element, element.selectedOptions[0]?.text ?? '', style, corner);
  const isClosed = element instanceof HTMLDetailsElement && !element.open;
  const shown = Array.from(element.childNodes).filter(
    (node) => !isClosed || (node instanceof Element && node.matches('summary')),
  );
  return shown
    .map((node) => {
      if (node instanceof Element) return elementInSvg(node, corner);
      return node instanceof Text ? textOf(node, style, corner) : '';
    })
    .join('');
}

function textOf(node: Text, style: CSSStyleDeclaration, corner: Corner): string {
  return linesOf(node, style)
    .map(({ text, x, y }) =>
      mark(
        'text',
        { x: x - corner.x, y: y - corner.y, ...fontMarks(style), ...colourMarks('fill', style.color) },
        { text },
      ),
    )
    .join('');
}

/** What stands in a text field or a list. */
function valueOf(field: Element, text: string, style: CSSStyleDeclaration, corner: Corner): string {
  if (text === '') return '';
  const { left, top, height } = field.getBoundingClientRect();
  const x = left + parseFloat(style.paddingLeft) + 1 - corner.x;
  const y = top + height / 2 + 0.36 * parseFloat(style.fontSize) - corner.y;
  return mark('text', { x, y, ...fontMarks(style), ...colourMarks('fill', style.color) }, { text });
}

function fontMarks({ fontFamily, fontSize, fontWeight }: CSSStyleDeclaration): Readonly<Record<string, string>> {
  return {
    'font-family': fontFamily,
    'font-size': fontSize,
    ...(fontWeight === '400' ? {} : { 'font-weight': fontWeight }),
  };
}

const transparent = 'rgba(0, 0, 0, 0)';

/** Background and borders. */
function boxOf(element: Element, style: CSSStyleDeclaration, corner: Corner): string {
  const { left, top, width, height } = element.getBoundingClientRect();
  if (width === 0 || height === 0) return '';
  const [x, y] = [left - corner.x, top - corner.y];
  const sides = (['Top', 'Right', 'Bottom', 'Left'] as const).map((side) => ({
    wide: style[`border${side}Style`] === 'none' ? 0 : parseFloat(style[`border${side}Width`]),
    colour: style[`border${side}Color`],
  }));
  const [first, ...others] = sides;
  const isEven = others.every(({ wide, colour }) => wide === first?.wide && colour === first.colour);
  const wide = isEven ? (first?.wide ?? 0) : 0;
  const round = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  const fill = style.backgroundColor === transparent ? { fill: 'none' } : colourMarks('fill', style.backgroundColor);
  const isLined = wide > 0 && first?.colour !== transparent;
  const stroke = isLined ? { ...colourMarks('stroke', first?.colour ?? ''), 'stroke-width': wide } : {};
  const inset = isLined ? wide / 2 : 0;
  const box =
    fill.fill === 'none' && !isLined
      ? ''
      : mark('rect', {
          x: x + inset,
          y: y + inset,
          width: width - 2 * inset,
          height: height - 2 * inset,
          ...(round > 0 ? { rx: round } : {}),
          ...fill,
          ...stroke,
        });
  return isEven ? box : box + bordersOf(sides, { x, y, width, height });
}

/** Borders that are not the same all around: a bar each. */
function bordersOf(
  sides: readonly { readonly wide: number; readonly colour: string }[],
  { x, y, width, height }: Corner & { readonly width: number; readonly height: number },
): string {
  return sides
    .map(({ wide, colour }, side) => {
      if (wide === 0 || colour === transparent) return '';
      const bars = [
        { x, y, width, height: wide },
        { x: x + width - wide, y, width: wide, height },
        { x, y: y + height - wide, width, height: wide },
        { x, y, width: wide, height },
      ];
      return mark('rect', { ...bars[side], ...colourMarks('fill', colour) });
    })
    .join('');
}

let clips = 0;

/** Content that reaches beyond an element which hides what does. */
function clipped(element: Element, style: CSSStyleDeclaration, corner: Corner, content: string): string {
  const reaches = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
  if (content === '' || !reaches || (style.overflowX === 'visible' && style.overflowY === 'visible')) return content;
  if (element.clientWidth === 0) return content; // text in a line has no box of its own
  const { left, top, width, height } = element.getBoundingClientRect();
  const id = `box-${clips++}`;
  const box = mark('rect', { x: left - corner.x, y: top - corner.y, width, height });
  return mark('clipPath', { id }, box) + mark('g', { 'clip-path': `url(#${id})` }, content);
}

/** A canvas drawn again, as lines instead of pixels. */
function canvasOf(canvas: HTMLCanvasElement, corner: Corner): string {
  const drawing = canvasDrawing(canvas);
  if (drawing === undefined) return '';
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return mark('svg', { x: left - corner.x, y: top - corner.y, width, height }, drawing);
}

/** Presentation that style sheets give to a drawing; a picture has no style sheets. */
const presentation = [
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'vector-effect',
  'text-anchor',
] as const;
const forScripts = /^(class|style|id|role|tabindex|aria-.*|xmlns)$/;

function drawingOf(drawing: SVGSVGElement, corner: Corner): string {
  const { left, top, width, height } = drawing.getBoundingClientRect();
  if (width === 0 || height === 0) return '';
  const place = { x: left - corner.x, y: top - corner.y, width, height, overflow: 'visible' };
  const content = Array.from(drawing.children, shapeOf).join('');
  return mark('svg', { ...attributesOf(drawing), ...place }, content);
}

function shapeOf(shape: Element): string {
  const style = getComputedStyle(shape);
  if (style.display === 'none' || style.visibility === 'hidden') return '';
  const isText = shape instanceof SVGTextElement;
  const given = Object.fromEntries(
    presentation.flatMap((name) => {
      const value = style.getPropertyValue(name);
      return value === '' || value === 'none' ? [] : [[name, value]];
    }),
  );
  const attributes = {
    ...attributesOf(shape),
    ...given,
    ...colourMarks('fill', style.fill),
    ...colourMarks('stroke', style.stroke),
    ...(style.fillOpacity === '1' ? {} : { 'fill-opacity': style.fillOpacity }),
    ...(style.opacity === '1' ? {} : { opacity: style.opacity }),
    ...(isText ? fontMarks(style) : {}),
  };
  if (isText) return mark('text', attributes, { text: shape.textContent });
  return mark(shape.localName, attributes, Array.from(shape.children, shapeOf).join(''));
}

function attributesOf({ attributes }: Element): Record<string, string> {
  const kept = Array.from(attributes).filter(({ name }) => !forScripts.test(name));
  return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
}
