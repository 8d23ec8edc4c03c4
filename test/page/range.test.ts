import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { settled } from './browser';
import { pages } from './suite';

const open = pages();

async function opened(): Promise<Page> {
  const page = await open();
  await page.click('#tab-range');
  await page.waitForSelector('.diagnosis');
  await settled(page);
  return page;
}

describe('the Range tab', () => {
  it('counts forecasts and true values, and says them in a sentence and a table', async () => {
    const page = await opened();
    expect(await page.getAttribute('.plot canvas', 'aria-label')).toMatch(
      /^500 forecasts, from [\d.]+ min to [\d.]+ min\. The true values run from [\d.]+ min to [\d.]+ min\.$/,
    );
    await page.click('text=Show as table');
    await page.waitForSelector('.as-table td:nth-child(2)');
    const rows = await page.locator('.as-table td:nth-child(2)').allInnerTexts();
    expect(rows.reduce((sum, text) => sum + Number(text), 0)).toBe(500);
  });

  it('limits are typed or moved by arrows; rows beyond are listed and can become a rule', async () => {
    const page = await opened();
    const field = page.getByLabel('Lower limit');
    await field.fill('150');
    await field.press('Enter');
    await page.waitForSelector('.beyond tbody tr');
    const before = await page.locator('.beyond tbody tr').count();
    await field.press('ArrowUp');
    await page.waitForFunction((rows) => document.querySelectorAll('.beyond tbody tr').length > rows, before);
    const low = Number(await field.inputValue());
    expect(low).toBeGreaterThan(150);
    await page.click('text=Make it a rule');
    await page.waitForSelector('#tab-rules[aria-selected=true]');
    await settled(page);
    expect(await page.evaluate(() => window.fake.host.rules.at(-1))).toEqual({
      expect: 'forecast at least',
      level: 'warning',
      low,
    });
  });

  it('says what the last step does, with code to copy', async () => {
    const page = await opened();
    expect(await page.innerText('.diagnosis')).toContain('96 rows are cut off at 0');
    await page.click('.diagnosis >> text=Copy');
    expect(await page.evaluate(() => window.fake.asked.at(-1)?.request)).toEqual({ text: 'y = np.logaddexp(0, z)' });
  });

  it('a row beyond opens in What if', async () => {
    const page = await opened();
    await page.getByLabel('Lower limit').fill('150');
    await page.getByLabel('Lower limit').press('Enter');
    await page.click('.beyond .link');
    await page.waitForSelector('.slider');
  });
});
