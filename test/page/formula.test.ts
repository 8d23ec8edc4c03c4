import { describe, expect, it } from 'vitest';
import { pages } from './suite';

const open = pages();

describe('the Formula tab', () => {
  it('is written out with the slope by the chosen input, as precise as asked', async () => {
    const page = await open();
    await page.click('#tab-formula');
    await page.waitForSelector('.formula');
    expect(await page.innerText('h1')).toContain('There is no single number for +1 in calls_made');
    expect(await page.locator('.formula').first().innerText()).toContain('duration = 40.1 + 8 calls_made');
    await page.locator('label:has-text("Digits") select').selectOption('6');
    await page.waitForSelector('text=40.1235');
    await page.locator('label:has-text("Slope by") select').selectOption({ label: 'visits_made' });
    await page.waitForSelector('text=8 − 0.6 visits_made');
  });

  it('is copied in the languages that can say it', async () => {
    const page = await open();
    await page.click('#tab-formula');
    await page.waitForSelector('.formula');
    expect(await page.locator('[aria-label="Copy as"] button').allInnerTexts()).toEqual(['LaTeX', 'Python', 'R']);
    await page.click('[aria-label="Copy as"] >> text=Python');
    expect(await page.evaluate(() => window.fake.asked.at(-1))).toEqual({
      name: 'copy',
      request: { text: 'def duration(x): return 40.123456' },
    });
  });
});
