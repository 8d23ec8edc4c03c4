import type { PanelGoal } from '../../src/views/panelService';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { settled } from './browser';
import { activityTable } from './fake/table';
import { pages } from './suite';

const open = pages();

const laneNames = (page: Page): Promise<string[]> =>
  page.locator('.lane[data-input] [role=rowheader] > span:first-child').allTextContents();
const askedFor = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate((wanted) => window.fake.asked.filter((each) => each.name === wanted).map((each) => each.request), name);

function deviation(values: ArrayLike<number>): number {
  const numbers = Array.from(values);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1));
}

describe('the map', () => {
  it('gives every number a unit or a count word (A1)', async () => {
    const page = await open();
    const texts = await page
      .locator(
        '.lane .two span, .lane .bar-cell span, .finding .line, .finding .body > div:first-child, .reading header .clip',
      )
      .allTextContents();
    const numbers = texts.filter((text) => /\d/.test(text));
    expect(numbers.length).toBeGreaterThan(30);
    for (const text of numbers) expect(text).toMatch(/min|rows?\b|%/);
    expect(await page.locator('.reading tbody th').allTextContents()).toEqual([
      'Value',
      'Slope, min per +1',
      'One more, min',
    ]);
  });

  it('sorts lanes by typical effect, mean |slope| × spread (A10)', async () => {
    const page = await open();
    const expected = activityTable()
      .inputs.map(({ name, slopes, values }) => ({
        name,
        effect:
          (Array.from(slopes).reduce((sum, slope) => sum + Math.abs(slope), 0) / slopes.length) * deviation(values),
      }))
      .sort((a, b) => b.effect - a.effect);
    expect(await laneNames(page)).toEqual(expected.map(({ name }) => name));
    const bars = await page.locator('.bar-cell > span').allTextContents();
    expect(Number.parseFloat(bars[0] ?? '')).toBeCloseTo(expected[0]?.effect ?? 0, 0);
  });

  it('draws the first picture of a long run without waiting for findings, and lanes again with them', async () => {
    const page = await open();
    await page.evaluate(() => {
      const { host, notice, asked } = window.fake;
      asked.length = 0;
      host.computed = 200;
      host.whole = new Promise((resolve) => addEventListener('whole', () => resolve(), { once: true }));
      notice({ kind: 'changed', what: 'rules' });
    });
    await page.waitForFunction(() => window.fake.asked.some(({ name }) => name === 'map'));
    expect(await askedFor(page, 'lanes')).toHaveLength(1);
    expect(await page.locator('.findings .badge').count()).toBe(0);
    await page.evaluate(() => {
      delete window.fake.host.computed;
      dispatchEvent(new Event('whole'));
    });
    await page.waitForSelector('.findings .badge');
    expect(await askedFor(page, 'lanes')).toHaveLength(2);
    expect(await askedFor(page, 'map')).toHaveLength(2);
  });

  it('lights exactly one cell for one falling row in a million (A11)', async () => {
    const page = await open({ scenario: 'million' });
    const lit = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('#lane-1 canvas.heat')!;
      const context = canvas.getContext('2d')!;
      const below = getComputedStyle(document.body).getPropertyValue('--ss-neg-4').trim();
      const row = context.getImageData(0, canvas.height - 2, canvas.width, 1).data;
      const colours = Array.from(
        { length: canvas.width },
        (_, x) => `#${[0, 1, 2].map((part) => (row[4 * x + part] ?? 0).toString(16).padStart(2, '0')).join('')}`,
      );
      return colours
        .map((colour) => (colour === below ? 'x' : ' '))
        .join('')
        .split(/ +/)
        .filter((run) => run !== '');
    });
    expect(lit).toHaveLength(1);
    expect(lit[0]?.length).toBeLessThanOrEqual(4);
    expect(await page.locator('#lane-1 .check').textContent()).toContain('1 row (under 0.1\u2009%)');
  });

  it('changes no number with the colour scale (A12)', async () => {
    const page = await open();
    const text = (): Promise<string[]> => page.locator('.lanes, .reading, .findings').allTextContents();
    const picture = (): Promise<string> =>
      page.evaluate(() => document.querySelector<HTMLCanvasElement>('#lane-6 canvas.heat')!.toDataURL());
    const [textBefore, pictureBefore] = [await text(), await picture()];
    await page.selectOption('.colour-key select', 'one');
    await page.waitForFunction(
      (old) => document.querySelector<HTMLCanvasElement>('#lane-6 canvas.heat')!.toDataURL() !== old,
      pictureBefore,
    );
    expect(await text()).toEqual(textBefore);
  });

  it('follows the pointer within the time of a frame, over a million rows (A13)', async () => {
    const page = await open({ scenario: 'million' });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const busy = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? 0;
      return 1000 * (of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration'));
    };
    const rowsBefore = (await askedFor(page, 'row')).length;
    const before = await busy();
    await page.evaluate(async () => {
      const strip = document.querySelector('#lane-0 .strip')!;
      const { left, width, top } = strip.getBoundingClientRect();
      for (let step = 0; step < 120; step++) {
        const at = { clientX: left + (width * step) / 120, clientY: top + 5, bubbles: true };
        strip.dispatchEvent(new PointerEvent('pointermove', at));
        await new Promise(requestAnimationFrame);
      }
    });
    console.log(`Following the pointer: ${(((await busy()) - before) / 120).toFixed(2)} ms of work per frame.`);
    expect(await askedFor(page, 'row')).toHaveLength(rowsBefore);
    expect(await page.locator('.reading header').textContent()).toMatch(/rows here.*lowest \+.* mean \+/s);
  });

  it('says in a finding how many, which share, the worst with its unit, and the row (A14)', async () => {
    const page = await open();
    const { slopes } = activityTable().inputs[0]!;
    const falling = Array.from(slopes).filter((slope) => slope < 0);
    const worst = Math.min(...falling);
    const finding = page.locator('.finding', { hasText: 'calls_made' });
    const text = (await finding.textContent()) ?? '';
    expect(text).toContain(`calls_made: slope below 0 in ${falling.length} rows`);
    expect(text).toContain(`${((100 * falling.length) / 500).toFixed(1)}\u2009%`);
    expect(text).toContain(`worst −${Math.abs(worst).toFixed(2)} min per call at row ${slopes.indexOf(worst) + 1}`);
  });

  it('reads a row under the pointer and opens its line', async () => {
    const page = await open({ parameters: { rows: '60' } });
    await page.hover('#lane-3 .strip', { position: { x: 1, y: 5 } });
    const { forecast } = activityTable(60);
    const first = forecast.indexOf(Math.min(...forecast));
    await page.waitForFunction(
      (row) => document.querySelector('.reading .strong')?.textContent === `Row ${row}`,
      first + 1,
    );
    await page.click(`text=Open line ${first + 2}`);
    expect(await askedFor(page, 'openLine')).toEqual([{ line: first + 2 }]);
    await page.click('.reading >> text=What if…');
    await page.waitForSelector('#tab-whatIf[aria-selected=true]');
    await settled(page);
    expect((await askedFor(page, 'whatIf'))[0]).toMatchObject({ row: first });
  });

  it('keeps only brushed rows, says so, and lets them go', async () => {
    const page = await open();
    const box = (await page.locator('#lane-3 .strip').boundingBox())!;
    await page.mouse.move(box.x + 20, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y + 5, { steps: 4 });
    await page.mouse.up();
    const chip = page.locator('.chip');
    expect(await chip.textContent()).toMatch(/rows \d+–\d+ by forecast \(\d+\)/);
    const lanes = (await askedFor(page, 'lanes')).at(-1);
    expect(lanes).toMatchObject({ filter: { kind: 'positions', order: { by: 'forecast' } } });
    await chip.locator('button').click();
    await page.waitForSelector('.chip', { state: 'detached' });
  });

  it('shows the rows of a finding', async () => {
    const page = await open();
    await page.click('text=Show the 33 rows');
    await page.waitForSelector('text=33 rows: calls_made below 0');
    await page.waitForFunction(() => document.querySelector('.row-order')?.textContent.includes('33 rows'));
  });

  it('shows what the host opens it for: the rows of a finding, or its worst row in What if', async () => {
    const page = await open();
    const lead = (goal: PanelGoal) => page.evaluate((said) => window.fake.notice(said), goal);
    await lead({ kind: 'what if', output: 0, row: 359 });
    await page.waitForSelector('#tab-whatIf[aria-selected=true]');
    await page.waitForSelector('text=/Row 360/');
    await lead({ kind: 'failing rows', output: 0, rule: 0, row: 359, input: 0 });
    await page.waitForSelector('#tab-slopes[aria-selected=true]');
    await page.waitForSelector('.chip >> text=33 rows: calls_made below 0');
    await page.waitForFunction(() => document.querySelector('.row-order')?.textContent.includes('33 rows'));
  });

  it('orders rows by the chosen slope, lowest first', async () => {
    const page = await open();
    await page.click('text=Order by its slope');
    await page.waitForFunction(() =>
      window.fake.asked.some(({ name, request }) => name === 'map' && JSON.stringify(request).includes('"by":"slope"')),
    );
    await settled(page);
    expect(await page.locator('.row-order select').inputValue()).toBe('{"by":"slope","input":0}');
  });

  it('draws one row of one input, and 2,399 inputs with only the lanes in view', async () => {
    const one = await open({ scenario: 'one', parameters: { rows: '1' } });
    expect(await laneNames(one)).toEqual(['calls_made']);
    const wide = await open({ scenario: 'wide' });
    expect((await laneNames(wide)).length).toBeLessThan(60);
    await wide.evaluate(() => {
      document.querySelector('.lanes')!.scrollTop = 20_000;
    });
    await wide.waitForSelector('#lane-1000');
    await wide.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('#lane-1000 canvas.heat')!;
      return canvas.getContext('2d')!.getImageData(5, 5, 1, 1).data[3] === 255;
    });
    await settled(wide);
    await wide.keyboard.press('/');
    await wide.keyboard.type('basket_2398');
    await wide.waitForFunction(() => document.querySelectorAll('.lane[data-input]').length === 1);
    expect(await laneNames(wide)).toEqual(['basket_2398']);
  });

  it('offers log-odds only where the last step makes probabilities', async () => {
    const plain = await open();
    expect(await plain.locator('text=Log-odds').count()).toBe(0);
    const page = await open({ scenario: 'probability' });
    await page.locator('.optional >> text=Log-odds').click();
    await page.waitForFunction(() =>
      window.fake.asked.some(
        ({ name, request }) => name === 'lanes' && JSON.stringify(request).includes('"logOdds":true'),
      ),
    );
  });
});

describe('the table', () => {
  it('shows slopes as numbers, sorts by a column, reads rows as they are scrolled', async () => {
    const page = await open();
    await page.keyboard.press('t');
    await page.waitForSelector('.cells-row');
    await page.click('.cells-head >> text=calls_made');
    const worst = Math.min(...activityTable().inputs[0]!.slopes);
    await page.waitForFunction(
      (text) => document.querySelector('.cells-row')?.textContent.includes(text),
      Math.abs(worst).toFixed(2),
    );
    expect(await page.locator('[aria-sort=ascending]').textContent()).toContain('calls_made ▲');
    await page.evaluate(() => {
      document.querySelector('.cells')!.scrollTop = 1e9;
    });
    await page.waitForSelector('#row-499');
    expect(await page.locator('.cells-row').count()).toBeLessThan(60);
  });

  it('opens the line with Enter and copies with Ctrl+C, full precision', async () => {
    const page = await open();
    await page.keyboard.press('t');
    await page.locator('#row-0').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.id === 'row-1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+c');
    await settled(page);
    const [line] = await askedFor(page, 'openLine');
    expect(line).toEqual({ line: expect.any(Number) as number });
    const copied = JSON.stringify((await askedFor(page, 'copy'))[0]);
    expect(copied).toContain('Row\\tLine\\tForecast\\tvisits_made');
    expect(copied).toMatch(/\d\.\d{8,}/);
  });

  it('keeps numbers readable on every cell: at least 4.5 : 1', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const page = await open({ theme });
      await page.keyboard.press('t');
      await page.waitForSelector('.cells-row');
      const least = await page.evaluate(() => {
        const light = (css: string): number => {
          const [red, green, blue] = (css.match(/\d+/g) ?? []).map((part) => {
            const share = Number(part) / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
        };
        return Math.min(
          ...Array.from(
            document.querySelectorAll('.cells-row > [aria-colindex], .cells-row > [role=gridcell]'),
            (cell) => {
              const { color, backgroundColor } = getComputedStyle(cell);
              if (backgroundColor === 'rgba(0, 0, 0, 0)') return 21;
              const [a, b] = [light(color), light(backgroundColor)];
              return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            },
          ),
        );
      });
      expect(least).toBeGreaterThanOrEqual(4.5);
    }
  });
});
