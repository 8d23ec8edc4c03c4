import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { settled } from './browser';
import { pages } from './suite';

const open = pages();

async function opened(): Promise<Page> {
  const page = await open();
  await page.keyboard.press('w');
  await page.waitForSelector('.slider');
  return page;
}

/** A shown number: true minus, thin spaces, unit. */
const shown = (text: string): number => parseFloat(text.replace('−', '-').replaceAll(/[\u2009+]/g, ''));
const lastRequest = (page: Page): Promise<string> =>
  page.evaluate(() => JSON.stringify(window.fake.asked.filter(({ name }) => name === 'whatIf').at(-1)?.request));
const valueOf = (page: Page): Promise<string | null> => page.getAttribute('#slider-0 [role=slider]', 'aria-valuenow');

describe('the What if tab', () => {
  it('has a slider for every input over its own curve, falling pieces apart', async () => {
    const page = await opened();
    expect(await page.locator('[role=slider]').count()).toBe(8);
    expect(await page.getAttribute('#slider-0 [role=slider]', 'aria-valuetext')).toMatch(
      /^\d+ call, forecast [\d\u2009]+ min$/,
    );
    expect((await page.getAttribute('#slider-0 .falling', 'd'))?.length).toBeGreaterThan(20);
  });

  it('bars sum to the difference of the two forecasts (A18)', async () => {
    const page = await opened();
    for (const from of ['average', 'before']) {
      await page.getByLabel('Compare with').selectOption(from);
      await page.locator('#slider-3 [role=slider]').press('ArrowRight');
      await page.waitForFunction(
        (asked) => JSON.stringify(window.fake.asked.at(-1)?.request).includes(asked),
        `"from":"${from}"`,
      );
      await settled(page);
      const numbers = (await page.locator('.waterfall td:last-child').allInnerTexts()).map(shown);
      const [start = NaN, ...rest] = numbers;
      const end = rest.pop() ?? NaN;
      expect(rest).toHaveLength(8);
      // Each shown part is rounded to three digits.
      expect(Math.abs(start + rest.reduce((sum, part) => sum + part, 0) - end)).toBeLessThan(2);
    }
  });

  it('moves by keys: arrows, Shift for ten, Home, End, Delete for the value from the table', async () => {
    const page = await opened();
    const slider = page.locator('#slider-0 [role=slider]');
    const inTable = Number(await valueOf(page));
    await slider.press('ArrowRight');
    await page.waitForFunction(
      (value) => document.querySelector('#slider-0 [role=slider]')?.getAttribute('aria-valuenow') === value,
      String(inTable + 1),
    );
    await page.waitForSelector('#slider-0 .knob.was');
    await slider.press('Shift+ArrowRight');
    await page.waitForFunction(
      (value) => document.querySelector('#slider-0 [role=slider]')?.getAttribute('aria-valuenow') === value,
      String(inTable + 11),
    );
    await slider.press('Home');
    await page.waitForSelector('#slider-0 [aria-valuenow="0"]');
    await slider.press('End');
    await page.waitForFunction(() => {
      const at = document.querySelector('#slider-0 [role=slider]');
      return at?.getAttribute('aria-valuenow') === at?.getAttribute('aria-valuemax');
    });
    await slider.press('Delete');
    await page.waitForSelector('#slider-0 .knob.was', { state: 'detached' });
    expect(await valueOf(page)).toBe(String(inTable));
  });

  it('follows the pointer without asking for curves, which come again when it lets go', async () => {
    const page = await opened();
    const box = (await page.locator('#slider-0 [role=slider]').boundingBox())!;
    await page.mouse.move(box.x + 10, box.y + 20);
    await page.mouse.down();
    for (let step = 1; step <= 20; step++) await page.mouse.move(box.x + 10 + step * 8, box.y + 20);
    await page.waitForFunction(() => JSON.stringify(window.fake.asked.at(-1)?.request).includes('"curves":false'));
    expect((await page.getAttribute('#slider-0 .falling', 'd'))?.length).toBeGreaterThan(20);
    await page.mouse.up();
    await page.waitForFunction(() => JSON.stringify(window.fake.asked.at(-1)?.request).includes('"curves":true'));
  });

  it('shows an answer within a frame', async () => {
    const page = await opened();
    const frames = await page.evaluate(async () => {
      const before = document.querySelector('h1')?.textContent;
      const slider = document.querySelector<HTMLElement>('#slider-3 [role=slider]');
      const answered = new Promise<void>((resolve) => {
        window.addEventListener('message', (event: MessageEvent<{ reply?: number }>) => {
          if (event.data.reply !== undefined) resolve();
        });
      });
      slider?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      await answered;
      let count = 0;
      while (document.querySelector('h1')?.textContent === before && count < 20) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        count++;
      }
      return count;
    });
    expect(frames).toBeLessThanOrEqual(2);
  });

  it('takes typed values, warns outside the data, resets, and hands on a new row', async () => {
    const page = await opened();
    await page.getByLabel('Value of calls_made').fill('50');
    await page.getByLabel('Value of calls_made').press('Enter');
    await page.waitForSelector('text=calls_made 50 is above every row.');
    await page.click('text=Add as new row');
    const text = await page.evaluate(() => JSON.stringify(window.fake.asked.find(({ name }) => name === 'newTable')));
    expect(text).toContain('calls_made,forms_filled');
    await page.click('text=Reset');
    await page.waitForSelector('text=Reset', { state: 'detached' });
    await settled(page);
    expect(await lastRequest(page)).toContain('"changes":[]');
  });

  it('changes belong to their row and live through a reload', async () => {
    const page = await opened();
    await page.locator('#slider-0 [role=slider]').press('ArrowRight');
    await page.waitForSelector('#slider-0 .knob.was');
    await page.reload();
    await page.waitForSelector('#slider-0 .knob.was');
    await page.click('.nearest .link');
    await page.waitForSelector('#slider-0 .knob.was', { state: 'detached' });
    await settled(page);
    expect(await lastRequest(page)).toContain('"row":7');
  });

  it('moves both models of a comparison, side by side and with their difference', async () => {
    const page = await open({ parameters: { compared: 'other.keras' } });
    await page.keyboard.press('w');
    await page.waitForSelector('.both td');
    const cells = (): Promise<string[]> => page.locator('.both tbody tr').last().locator('td').allInnerTexts();
    const before = (await cells()).map(shown);
    expect(before[1]! - before[0]!).toBeCloseTo(10, 9);
    expect(before[2]).toBe(10);
    const slopes = await page.locator('#slider-0 .slope-here > :first-child').allInnerTexts();
    expect(shown(slopes[1]!)).toBeCloseTo(2 * shown(slopes[0]!), 1);
    expect(shown(slopes[2]!)).toBeCloseTo(shown(slopes[0]!), 1);
    expect(await page.locator('#slider-7 .slope-here > :first-child').allInnerTexts()).toEqual([
      expect.any(String),
      'none',
    ]);
    await page.locator('#slider-7 [role=slider]').press('ArrowRight');
    await page.waitForSelector('text=B does not move with: ');
    expect(await page.locator('.both tbody tr').count()).toBe(2);
    const [was] = await cells();
    await page.locator('#slider-0 [role=slider]').press('Home');
    await page.waitForFunction(
      (text) => document.querySelector('.both tbody tr:last-child td')?.textContent !== text,
      was,
    );
    const moved = (await cells()).map(shown);
    expect(moved[1]! - moved[0]!).toBeCloseTo(10, 9);
  });

  it('says why the second model says nothing', async () => {
    const page = await open({ parameters: { compared: 'unread.onnx' } });
    await page.keyboard.press('w');
    await page.waitForSelector('text=unread.onnx cannot be compared on this table.');
    expect(await page.locator('#slider-0 .slope-here > :first-child').count()).toBe(1);
  });
});
