import { describe, expect, it } from 'vitest';
import { pages } from './suite';

const open = pages();

describe('the Pairs tab', () => {
  it('draws every pair once, larger when stronger, hollow when they weaken each other', async () => {
    const page = await open();
    await page.click('#tab-pairs');
    await page.waitForSelector('.surface canvas');
    expect(await page.locator('[role=gridcell]').count()).toBe(28);
    expect(await page.locator('.matrix .weaken').count()).toBeGreaterThan(3);
    const strongest = await page.locator('#pair-1-0 .strengthen').getAttribute('width');
    const widths = await page
      .locator('.matrix .strengthen')
      .evaluateAll((all) => all.map((each) => Number(each.getAttribute('width'))));
    expect(Math.max(...widths)).toBe(Number(strongest));
    expect(await page.getAttribute('#pair-1-0', 'aria-label')).toBe(
      'calls_made with forms_filled, 4.29 min, strengthen each other',
    );
  });

  it('arrows move through the pairs; the surface and its numbers follow', async () => {
    const page = await open();
    await page.click('#tab-pairs');
    await page.waitForSelector('text=calls_made is 18');
    expect(await page.locator('.pairs td.neg').count()).toBeGreaterThan(2);
    await page.locator('#pair-1-0').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('#pair-2-0[aria-selected=true]');
    await page.waitForSelector('h2:text-is("calls_made with emails_sent")');
    await page.click('.pairs >> text=Forecast');
    await page.waitForFunction(() => JSON.stringify(window.fake.asked.at(-1)?.request).includes('"show":"forecast"'));
    await page.getByLabel('Other inputs at').selectOption('row');
    await page.waitForFunction(() => JSON.stringify(window.fake.asked.at(-1)?.request).includes('"others":{"row"'));
  });
});
