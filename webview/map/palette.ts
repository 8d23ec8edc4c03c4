/** The page's data colours, read from its style sheet, so that themes live in one place. */
export interface Palette {
  /** The colour of a slope: −1 … +1 of its scale's end; exactly 0 is neutral. */
  slope(value: number): string;
  /** The colour of the size of something without a sign, 0 … 1. */
  amount(value: number): string;
  /** Marks of slopes below and above 0: rails, bars. */
  readonly below: string;
  readonly above: string;
  readonly zero: string;
  readonly ink: string;
  readonly inkFaint: string;
  readonly text: string;
  readonly page: string;
}

/** Red, green, blue: 0 … 255. */
export type Rgb = readonly [number, number, number];

/** The smallest slope already shows its sign: a visible edge at zero. */
const CRISP_EDGE = 0.22;
const STEPS = 256;

const kept = new Map<number, Palette>();

/** The palette of the present theme; `theme` is another number whenever the theme may have changed. */
export function paletteOf(theme: number): Palette {
  const known = kept.get(theme);
  if (known) return known;
  kept.clear();
  const palette = readPalette();
  kept.set(theme, palette);
  return palette;
}

/** A CSS property of ours or VS Code's. */
export function cssValue(name: string): string {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}

function readPalette(): Palette {
  const zero = cssValue('--ss-zero');
  const below = ramp([zero, ...stepsOf('neg', 5)]);
  const above = ramp([zero, ...stepsOf('pos', 5)]);
  const amounts = ramp(stepsOf('seq', 6));
  return {
    slope: (value) => {
      if (!(Math.abs(value) > 0)) return below(0);
      const lifted = CRISP_EDGE + (1 - CRISP_EDGE) * Math.min(1, Math.abs(value));
      return value < 0 ? below(lifted) : above(lifted);
    },
    amount: amounts,
    below: cssValue('--ss-neg-4'),
    above: cssValue('--ss-pos-4'),
    zero,
    ink: cssValue('--ss-ink'),
    inkFaint: cssValue('--ss-ink-faint'),
    text: cssValue('--vscode-foreground') || '#cccccc',
    page: cssValue('--vscode-editor-background') || '#1f1f1f',
  };
}

function stepsOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, step) => cssValue(`--ss-${kind}-${step + 1}`));
}

/** Colours between the stops, as a table of 256, so that drawing a map makes no strings. */
function ramp(stops: readonly string[]): (at: number) => string {
  const colours = stops.map(rgbOf);
  const table = Array.from({ length: STEPS }, (_, step) => {
    const at = (step / (STEPS - 1)) * (colours.length - 1);
    const index = Math.min(colours.length - 2, Math.floor(at));
    return cssOf(mixed(colours[index]!, colours[index + 1]!, at - index));
  });
  return (at) => table[Math.round(Math.min(1, Math.max(0, at)) * (STEPS - 1))] ?? '';
}

/** A colour on the way from one to another. */
export function mixed(from: Rgb, to: Rgb, at: number): Rgb {
  const part = (index: 0 | 1 | 2): number => Math.round(from[index] + at * (to[index] - from[index]));
  return [part(0), part(1), part(2)];
}

/** Reads `#rrggbb` and `rgb(r, g, b)`. */
export function rgbOf(css: string): Rgb {
  const numbers = css.startsWith('#')
    ? [1, 3, 5].map((start) => parseInt(css.slice(start, start + 2), 16))
    : (css.match(/[\d.]+/g) ?? []).map(Number);
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

/** Writes a colour for CSS and canvases. */
export function cssOf([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`;
}

/** Black or white, whichever reads better on a colour: never under 4.5 : 1. */
export function inkOn([red, green, blue]: Rgb): '#000000' | '#ffffff' {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.179 ? '#000000' : '#ffffff';
}
