import { Chart, LinearScale, LineController, LineElement, PointElement, ScatterController } from 'chart.js';
import type { ChartConfiguration, Plugin, ScaleOptionsByType } from 'chart.js';
import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import type { ElementPart } from 'lit/directive.js';
import { cssValue } from '../map/palette';
import { fixed, number } from '../words/numbers';
import { keepPainting } from './painting';

Chart.register(LinearScale, LineController, LineElement, PointElement, ScatterController);

/** A chart of points and lines, both of numbers against numbers. */
export type PointChart = ChartConfiguration<'scatter' | 'line', { x: number; y: number }[]>;

/** Draws a chart on the canvas it stands on, anew when one of `depends` is another value than before. */
export const charted = directive(
  class extends AsyncDirective {
    #depends: readonly unknown[] | undefined;
    #canvas: HTMLCanvasElement | undefined;
    #chart: Chart<'scatter' | 'line', { x: number; y: number }[]> | undefined;
    #make: (() => PointChart) | undefined;

    override render: (depends: readonly unknown[], make: () => PointChart) => typeof noChange = () => noChange;

    override update(part: ElementPart, [depends, make]: [readonly unknown[], () => PointChart]): typeof noChange {
      const before = this.#depends;
      if (before?.length === depends.length && depends.every((value, index) => Object.is(value, before[index])))
        return noChange;
      this.#depends = depends;
      this.#make = make;
      if (part.element instanceof HTMLCanvasElement) {
        this.#canvas = part.element;
        keepPainting(part.element, (canvas) => {
          drawOnce(canvas, make());
        });
      }
      // A chart measures its place in the page, which stands when the picture is complete.
      queueMicrotask(() => {
        this.#draw();
      });
      return noChange;
    }

    protected override disconnected(): void {
      this.#chart?.destroy();
      this.#chart = undefined;
    }

    protected override reconnected(): void {
      this.#draw();
    }

    #draw(): void {
      if (!this.isConnected || !this.#canvas || !this.#make) return;
      this.#chart?.destroy();
      this.#chart = new Chart(this.#canvas, this.#make());
    }
  },
);

/** Draws a chart as large as the canvas is, once and for all; lines in pieces, as whole ones are kept where nobody can read them. */
function drawOnce(canvas: HTMLCanvasElement, chart: PointChart): void {
  const options = { ...chart.options, responsive: false, devicePixelRatio: 1, events: [] };
  const datasets = chart.data.datasets.map((dataset) => ({ segment: {}, ...dataset }));
  new Chart(canvas, { ...chart, data: { ...chart.data, datasets }, options }).destroy();
}

/** Limits and name of an axis; limits that are absent follow the data. */
interface AxisChoice {
  readonly name?: string;
  readonly min?: number;
  readonly max?: number;
  /** Only whole numbers as ticks. */
  readonly whole?: boolean;
}

/** What all charts have in common: no animation, no tooltip, no legend box, horizontal lines only. */
export function plainOptions(x: AxisChoice, y: AxisChoice): NonNullable<PointChart['options']> {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    normalized: true,
    font: { family: cssValue('--vscode-font-family').replaceAll('"', "'"), size: 11 },
    plugins: { legend: { display: false }, tooltip: { enabled: false } },
    scales: { x: axis(x, false), y: axis(y, true) },
  };
}

type AxisOptions = {
  readonly [K in 'border' | 'grid' | 'ticks' | 'title']: Partial<ScaleOptionsByType<'linear'>[K]>;
} & { readonly type: 'linear'; readonly min?: number; readonly max?: number };

function axis({ name, min, max, whole }: AxisChoice, isUpright: boolean): AxisOptions {
  const soft = cssValue('--vscode-descriptionForeground');
  return {
    type: 'linear',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    border: { display: false },
    grid: { display: isUpright, color: cssValue('--ss-hair'), drawTicks: false },
    ticks: {
      color: soft,
      padding: 6,
      maxRotation: 0,
      includeBounds: false,
      ...(whole ? { precision: 0 } : {}),
      callback: (value, _, ticks) => tick(Number(value), ticks),
    },
    title: { display: name !== undefined, text: name ?? '', color: soft, align: 'end', padding: 0 },
  };
}

/** Ticks are round numbers with as many decimals as tell them apart: "0", not "0.00", where the next is "20". */
function tick(value: number, ticks: readonly { readonly value: number }[]): string {
  const step = Math.abs((ticks[1]?.value ?? value) - (ticks[0]?.value ?? value));
  const places = step > 0 ? Math.ceil(-Math.log10(step) - 1e-9) : 0;
  return places > 6 || Math.abs(value) >= 10_000 ? number(value) : fixed(value, Math.max(0, places));
}

/** The line at 0 of the upright axis, with a word below it at the right. */
export function zeroLine(below: string): Plugin<'scatter' | 'line'> {
  return {
    id: 'zeroLine',
    beforeDatasetsDraw: ({ ctx, chartArea, scales }) => {
      const at = Math.round(scales.y?.getPixelForValue(0) ?? -1) + 0.5;
      if (at < chartArea.top || at > chartArea.bottom) return;
      ctx.save();
      ctx.strokeStyle = cssValue('--vscode-foreground');
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(chartArea.left, at);
      ctx.lineTo(chartArea.right, at);
      ctx.stroke();
      ctx.fillStyle = cssValue('--vscode-descriptionForeground');
      ctx.font = `11px ${cssValue('--vscode-font-family')}`;
      ctx.textAlign = 'right';
      if (chartArea.bottom - at > 20) ctx.fillText(below, chartArea.right, chartArea.bottom - 6);
      ctx.restore();
    },
  };
}

/** Short strokes at the foot of the chart: where rows lie. */
export function rug(values: Float64Array): Plugin<'scatter' | 'line'> {
  return {
    id: 'rug',
    afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
      ctx.save();
      ctx.globalAlpha = values.length > 200 ? 0.35 : 0.8;
      ctx.fillStyle = cssValue('--ss-ink');
      for (const value of values) {
        const at = scales.x?.getPixelForValue(value) ?? -1;
        ctx.fillRect(Math.round(at), chartArea.bottom - 5, 1, 5);
      }
      ctx.restore();
    },
  };
}
