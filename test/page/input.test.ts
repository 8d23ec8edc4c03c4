import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { settled } from './browser';
import type { Opening } from './browser';
import { pages } from './suite';

const open = pages();

async function opened(opening: Opening = {}): Promise<Page> {
  const page = await open(opening);
  await page.keyboard.press('2');
  await page.waitForSelector('.figures');
  return page;
}

/** A shown number: true minus, thin spaces. */
const shown = (text: string): number => Number(text.replace('−', '-').replaceAll(/[\u2009+]/g, ''));

/** How many pixels of a chart are drawn with about this colour. */
const painted = (page: Page, chart: string, property: string): Promise<number> =>
  page.evaluate(
    ([selector, name]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector ?? '');
      const wanted = getComputedStyle(document.body)
        .getPropertyValue(name ?? '')
        .trim();
      const parts = [1, 3, 5].map((start) => parseInt(wanted.slice(start, start + 2), 16));
      const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      let count = 0;
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3]! > 90 && parts.every((part, index) => Math.abs(data[at + index]! - part) < 12)) count++;
      return count;
    },
    [chart, property],
  );

describe('the Input tab', () => {
  it('says first what one more does, above its figures', async () => {
    const page = await opened();
    const text = await page.locator('#page').innerText();
    const at = text.indexOf('changes duration by +2.97 min on average over 500 rows.');
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(text.search(/average slope/i));
  });

  it('opens from a lane by Enter and by double click, and from a finding', async () => {
    const page = await open();
    await page.locator('#lane-0').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.crumb h1:text-is("calls_made")');
    await page.keyboard.press('1');
    await page.waitForSelector('.lane');
    await page.click('text=Look closer');
    await page.waitForSelector('.crumb');
  });

  it('has the figures, and says both where slope and one more disagree (A16)', async () => {
    const page = await opened();
    const figures = await page.locator('.figure').allInnerTexts();
    expect(figures).toHaveLength(5);
    expect(figures[0]).toContain('min per call');
    expect(figures[1]).toContain('shorter in 31 rows');
    expect(figures[3]).toContain('33 rows');
    expect(await page.innerText('.input-note:not(.answer)')).toBe(
      'The slope is below 0 in 33 rows; one more call shortens the forecast in 31.',
    );
  });

  it('parts sum to the slope (A15), and the bars lie on their side of zero', async () => {
    const page = await opened();
    const parts = (await page.locator('.parts tbody td:last-child').allInnerTexts()).map(shown);
    const sum = shown(await page.innerText('.parts tfoot td:last-child'));
    expect(parts.length).toBe(8);
    expect(Math.abs(parts.reduce((total, part) => total + part, 0) - sum)).toBeLessThan(0.05);
    const sides = await page
      .locator('.parts rect')
      .evaluateAll((bars) =>
        bars.map((bar) => ({ isBelow: bar.classList.contains('fill-below'), x: Number(bar.getAttribute('x')) })),
      );
    expect(sides.map(({ isBelow }) => isBelow)).toEqual(parts.map((part) => part < 0));
    expect(sides.every(({ isBelow, x }) => (isBelow ? x < 50 : x === 50))).toBe(true);
  });

  it('takes the slope apart by any hidden layer, with what goes around it in the sum', async () => {
    const page = await opened();
    const layers = page.locator('select[aria-label="Hidden layer"]');
    expect(await layers.locator('option').allInnerTexts()).toEqual([
      'h1 · dense',
      'h2 · dense_1 (few units explain most)',
    ]);
    const sum = await page.innerText('.parts tfoot td:last-child');
    await layers.selectOption('h1');
    await page.waitForSelector('.parts th:text-is("around this layer")');
    const parts = (await page.locator('.parts tbody td:last-child').allInnerTexts()).map(shown);
    expect(parts).toHaveLength(3);
    expect(Math.abs(parts.reduce((total, part) => total + part, 0) - shown(sum))).toBeLessThan(0.02);
    expect(await page.innerText('.parts tfoot td:last-child')).toBe(sum);
  });

  it('draws dots on both sides of zero and falling pieces of curves, and says them in a sentence', async () => {
    const page = await opened();
    await settled(page);
    const [scatter, curve] = ['.card:nth-of-type(1) canvas', '.card:nth-of-type(2) canvas'] as const;
    expect(await painted(page, scatter, '--ss-neg-4')).toBeGreaterThan(50);
    expect(await painted(page, curve, '--ss-neg-4')).toBeGreaterThan(50);
    expect(await page.getAttribute(scatter, 'aria-label')).toBe(
      'Slope by calls_made at 500 rows, below 0 in 33; on average it changes its sign at 16.',
    );
    expect(await page.getAttribute(curve, 'aria-label')).toMatch(
      /^The average forecast is \d+ min at calls_made 0 and \d+ min at 24\.$/,
    );
    await page.getByLabel('Curves').selectOption('average');
    await settled(page);
    expect(await painted(page, curve, '--ss-neg-4')).toBe(0);
    await page.getByLabel('Colour by').selectOption({ label: 'forms_filled' });
    await page.waitForFunction(() => JSON.stringify(window.fake.asked.at(-1)?.request).includes('"colourBy":1'));
  });

  it('shows charts as tables, whose rows add up', async () => {
    const page = await opened();
    await page.click('.card:nth-of-type(1) >> text=Show as table');
    await page.waitForSelector('.as-table tr td:nth-child(2)');
    const rows = await page.locator('.as-table tr td:nth-child(2)').allInnerTexts();
    expect(rows.reduce((sum, text) => sum + shown(text), 0)).toBe(500);
    await page.click('text=Hide the table');
    await page.waitForSelector('.as-table', { state: 'detached' });
    await page.waitForFunction(() => document.querySelectorAll('.plot canvas table').length === 2);
  });

  it('takes the slope of another row apart, and reads the row under the pointer', async () => {
    const page = await opened();
    const before = await page.innerText('.parts tfoot td:last-child');
    await page.click('.card [aria-label="Worst rows"] tbody tr:nth-child(3) .link');
    await page.waitForFunction(
      (text) => document.querySelector('.parts tfoot td:last-child')?.textContent !== text,
      before,
    );
    await page.waitForSelector('[aria-label="Worst rows"] tbody tr:nth-child(3).on');
    const box = await page.locator('.plot canvas').first().boundingBox();
    for (let step = 0; step < 40 && !(await page.innerText('.pointed')).startsWith('Row'); step++) {
      await page.mouse.move(
        (box?.x ?? 0) + (box?.width ?? 0) * (0.2 + step / 100),
        (box?.y ?? 0) + (box?.height ?? 0) * 0.45,
      );
      await settled(page);
    }
    expect(await page.innerText('.pointed')).toMatch(/^Row \d+: calls_made \d+, slope [+−]/);
  });

  it('goes to the neighbours by button and by [ and ], sets a rule, shows the failing rows', async () => {
    const page = await opened();
    await page.keyboard.press(']');
    await page.waitForFunction(() => document.querySelector('.crumb h1')?.textContent !== 'calls_made');
    await page.click('[aria-label="Previous input"]');
    await page.waitForSelector('.crumb h1:text-is("calls_made")');
    await page.click('.crumb >> text=Show the 33 rows');
    await page.waitForSelector('.chip');
    await page.getByLabel('What is expected of calls_made').selectOption('none');
    await page.waitForFunction(() => window.fake.host.rules.length === 7);
    await page.waitForSelector('.crumb >> text=Show the 33 rows', { state: 'detached' });
  });

  it('asks what a change from one level of a category to another does', async () => {
    const page = await opened({ parameters: { shape: 'category' } });
    const fields = page.getByRole('group', { name: 'From one level to another' });
    await fields.getByLabel('from').selectOption('Rome');
    await fields.getByLabel('to').selectOption('Oslo');
    const line = page
      .getByRole('table', { name: 'What a change does' })
      .locator('tbody tr', { hasText: 'from Rome to Oslo' });
    await line.waitFor();
    expect((await line.locator('td').allInnerTexts()).slice(0, 2)).toEqual(['−31.2 min', '± 0.80']);
  });

  it('shows a yes/no input by pairs, a category by its levels, many rows by bins', async () => {
    const paired = await opened({ parameters: { shape: 'yes/no' } });
    expect(await paired.innerText('.figure')).toContain('Switching on');
    await settled(paired);
    expect(await painted(paired, '.plot canvas', '--ss-neg-4')).toBeGreaterThan(10);
    expect(await paired.getAttribute('.plot canvas', 'aria-label')).toContain('lowers it in 5');
    const levels = await opened({ parameters: { shape: 'category' } });
    expect(await levels.innerText('.card')).toContain('Each level against Rome');
    const bins = await opened({ parameters: { shape: 'bins' } });
    await settled(bins);
    expect(await painted(bins, '.plot canvas', '--ss-pos-5')).toBeGreaterThan(10);
  });
});
