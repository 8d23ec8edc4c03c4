/** One line of a text: where its letters begin to stand, in the window. */
interface TextLine {
  readonly text: string;
  readonly x: number;
  /** The line on which the letters stand. */
  readonly y: number;
}

/** The lines a text was broken into by its layout. */
export function linesOf(node: Text, style: CSSStyleDeclaration): TextLine[] {
  const range = document.createRange();
  range.selectNodeContents(node);
  const rectangles = range.getClientRects();
  const [only] = rectangles;
  if (!only) return [];
  const pieces = rectangles.length === 1 ? [{ text: node.data, rectangle: only }] : brokenLines(node, range);
  return pieces.flatMap(({ text, rectangle }) => {
    const shown = style.whiteSpace.startsWith('pre') ? text.trim() : text.replace(/[ \t\r\n]+/g, ' ').trim();
    return shown === '' ? [] : [{ text: shown, x: rectangle.left, y: standing(rectangle, style) }];
  });
}

interface Piece {
  text: string;
  readonly rectangle: DOMRect;
}

/** Sign by sign: signs of the same height stand in one line. Spaces at the start of a line take no room. */
function brokenLines(node: Text, range: Range): Piece[] {
  const lines: Piece[] = [];
  let at = 0;
  for (const sign of node.data) {
    range.setStart(node, at);
    at += sign.length;
    range.setEnd(node, at);
    const [rectangle] = range.getClientRects();
    const line = lines.at(-1);
    const isSpace = /\s/.test(sign);
    if (line && (isSpace || (rectangle && Math.abs(rectangle.top - line.rectangle.top) < 2))) line.text += sign;
    else if (rectangle && !isSpace) lines.push({ text: sign, rectangle });
  }
  return lines;
}

const measuring = document.createElement('canvas').getContext('2d');

/** A line's box is as high as its font: letters stand below its top by the font's ascent. */
function standing({ top, height }: DOMRect, { fontWeight, fontSize, fontFamily }: CSSStyleDeclaration): number {
  if (!measuring) return top + 0.8 * height;
  measuring.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = measuring.measureText('x');
  return top + (height - ascent - descent) / 2 + ascent;
}
