import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mixed, rgbOf } from '../../webview/map/palette';
import type { Rgb } from '../../webview/map/palette';
import { contrast, difference } from './colourScience';
import type { Vision } from './colourScience';

const style = readFileSync(new URL('../../webview/styles/palette.css', import.meta.url), 'utf8');

/** What design asks of each theme: figures as they were computed when the colours were chosen. */
const themes = {
  dark: {
    selector: 'body {',
    page: '#1f1f1f',
    marks: [5.9, 6.2],
    text: [8.2, 8.6],
    rail: 4.8,
    least: [35, 35, 38, 48],
  },
  light: {
    selector: 'body.vscode-light {',
    page: '#ffffff',
    marks: [5.1, 4.8],
    text: [6.2, 7.8],
    rail: 4.5,
    least: [31, 29, 32, 47],
  },
  'high contrast': {
    selector: 'body.vscode-high-contrast {',
    page: '#000000',
    marks: [9.3, 9.8],
    text: [13.5, 13.8],
    rail: 9.3,
    least: [35, 33, 37, 49],
  },
  'high contrast light': {
    selector: 'body.vscode-high-contrast-light {',
    page: '#ffffff',
    marks: [6.8, 6.5],
    text: [11.3, 10.9],
    rail: 6.8,
    least: [36, 35, 39, 46],
  },
} as const;

function colour(selector: string, name: string): Rgb {
  const block = style.slice(style.indexOf(selector)).split('}')[0] ?? '';
  return rgbOf(new RegExp(`--ss-${name}: (#[0-9a-f]{6})`).exec(block)?.[1] ?? '');
}

/** The colour of a slope of this size, as the page mixes it. */
function slopeColour(selector: string, arm: 'neg' | 'pos', size: number): Rgb {
  const stops = [colour(selector, 'zero'), ...[1, 2, 3, 4, 5].map((step) => colour(selector, `${arm}-${step}`))];
  const at = (0.22 + 0.78 * size) * 5;
  const index = Math.min(4, Math.floor(at));
  return mixed(stops[index]!, stops[index + 1]!, at - index);
}

describe.each(Object.entries(themes))('in %s (A28)', (_, { selector, page, marks, text, rail, least }) => {
  it('signed text, marks and rail stand out as designed', () => {
    const background = rgbOf(page);
    const found = (name: string): number => contrast(colour(selector, name), background);
    for (const [index, side] of (['neg', 'pos'] as const).entries()) {
      expect(found(`${side}-text`)).toBeGreaterThanOrEqual(4.5);
      expect(found(`${side}-text`)).toBeCloseTo(text[index]!, 0);
      expect(found(`${side}-4`)).toBeGreaterThanOrEqual(3);
      expect(found(`${side}-4`)).toBeCloseTo(marks[index]!, 0);
    }
    expect(contrast(colour(selector, 'neg-4'), colour(selector, 'zero'))).toBeCloseTo(rail, 0);
  });

  it.each(['normal', 'protan', 'deutan', 'tritan'] as const)(
    'orange and blue differ for %s eyes at every size',
    (vision: Vision) => {
      const place = ['normal', 'protan', 'deutan', 'tritan'].indexOf(vision);
      const sizes = Array.from({ length: 101 }, (_, step) => step / 100);
      const differences = sizes.map((size) =>
        difference(slopeColour(selector, 'neg', size), slopeColour(selector, 'pos', size), vision),
      );
      expect(Math.min(...differences)).toBeGreaterThanOrEqual(25);
      expect(Math.abs(Math.min(...differences) - least[place]!)).toBeLessThanOrEqual(2);
    },
  );
});
