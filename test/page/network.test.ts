import { describe, expect, it } from 'vitest';
import { pages } from './suite';

const open = pages();

describe('the Network tab', () => {
  it('draws layers and strong weights; the slider shows more or fewer, each unit keeps its strongest', async () => {
    const page = await open();
    await page.click('#tab-network');
    await page.waitForSelector('.network-picture');
    expect(await page.locator('.network-picture .unit').count()).toBe(29);
    const before = await page.locator('.weight').count();
    await page.locator('.range').press('Home');
    await page.waitForFunction(() => document.querySelectorAll('.weight').length === 8 * 12 + 12 * 8 + 8);
    await page.locator('.range').press('End');
    await page.waitForFunction((count) => document.querySelectorAll('.weight').length < count, before);
    expect(await page.locator('.weight').count()).toBeGreaterThanOrEqual(17);
    expect(await page.innerText('.network')).toContain('and 232 more');
  });

  it('lists units for screen readers; a chosen one lights its ways and lists its weights', async () => {
    const page = await open();
    await page.click('#tab-network');
    await page.click('.units .link:text-is("h2_7")');
    await page.waitForSelector('.unit.on');
    expect(await page.innerText('.units')).toContain('Strongest weights into h2_7');
    expect(await page.innerText('.units')).toContain('Strongest weights out of h2_7');
    expect(await page.locator('.weight[opacity="1.00"]').count()).toBeGreaterThanOrEqual(13);
  });
});
