import type { Plugin } from 'chart.js';
import type { Scatter } from '../../../src/session/inputQuestion';
import type { Palette } from '../../map/palette';

/** Draws square bins of many rows: the more rows, the stronger the colour of their side of zero. */
export function binsPlugin(
  { columns, lines, counts, x, y }: Extract<Scatter, { readonly kind: 'bins' }>,
  palette: Palette,
): Plugin<'scatter' | 'line'> {
  const most = counts.reduce((high, rows) => Math.max(high, rows), 1);
  const at = (range: { readonly min: number; readonly max: number }, share: number): number =>
    range.min + share * (range.max - range.min);
  return {
    id: 'bins',
    beforeDatasetsDraw: ({ ctx, scales }) => {
      const [across, up] = [scales.x, scales.y];
      if (!across || !up) return;
      counts.forEach((rows, cell) => {
        if (rows === 0) return;
        const [column, line] = [cell % columns, Math.floor(cell / columns)];
        const left = Math.round(across.getPixelForValue(at(x, column / columns)));
        const right = Math.round(across.getPixelForValue(at(x, (column + 1) / columns)));
        const bottom = Math.round(up.getPixelForValue(at(y, line / lines)));
        const top = Math.round(up.getPixelForValue(at(y, (line + 1) / lines)));
        const side = at(y, (line + 0.5) / lines) < 0 ? -1 : 1;
        // Square root: a single row among a million still shows.
        ctx.fillStyle = palette.slope(side * Math.sqrt(rows / most));
        ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
      });
    },
  };
}
