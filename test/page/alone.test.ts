import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousIssues, settled } from './browser';
import { fixtureSession, liveAnswers } from './live';
import { pages } from './suite';

const open = pages();

const bare = { hidden: 'relu', output: 'linear', orientation: 'in,out' };

async function opened(model: string): Promise<Page> {
  const session = await fixtureSession(model, undefined, bare);
  return open({ scenario: 'live', live: liveAnswers(session) });
}

const text = (page: Page): Promise<string> => page.innerText('#view');

/** Opens each tab that shows values, and gives what it says. */
async function tabTexts(page: Page): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const [tab, wait] of [
    ['input', '.figures'],
    ['pairs', '.surface canvas'],
    ['whatIf', '.slider'],
    ['range', '.plot canvas'],
  ] as const) {
    await page.click(`#tab-${tab}`);
    await page.waitForSelector(wait);
    await settled(page);
    said[tab] = await text(page);
    expect(await seriousIssues(page), tab).toEqual([]);
    expect(await page.locator('.notice').allTextContents()).toEqual([]);
  }
  return said;
}

describe('a model without a table', () => {
  it('shows every tab over the ranges its scaler tells, names no row and proves nothing', async () => {
    const page = await opened('numpy/demand-goes-negative/model.npz');
    const said = await tabTexts(page);
    for (const [tab, words] of Object.entries(said)) {
      expect(words, tab).toContain('No table is connected: every figure is over 2 000 points');
      const own = words.replace(/No table is connected.*no row is named\./s, '');
      expect(own, tab).not.toMatch(/\brows?\b|in the data|proven/i);
    }
    expect(said.input).toMatch(/by effect · over -?[−\d]/);
    expect(said.input).toMatch(/\d+ points?/);
    expect(said.whatIf).toContain('The middle of the ranges:');
    expect(said.range).toMatch(/2.000 forecasts/);
    expect(await page.locator('#tab-rules').count()).toBe(0);
    await page.click('#tab-input');
    await page.waitForSelector('#view canvas[role=img]');
    const charts = await page
      .locator('#view canvas[role=img]')
      .evaluateAll((all) => all.map((chart) => `${chart.ariaLabel ?? ''} ${chart.textContent}`).join(' '));
    expect(charts).not.toMatch(/\brows?\b/i);
  });

  it('moves a slider from the middle of the ranges, and makes a line of CSV of it', async () => {
    const page = await opened('numpy/demand-goes-negative/model.npz');
    await page.click('#tab-whatIf');
    await page.waitForSelector('.slider');
    const slider = page.getByRole('slider', { name: 'input[0]' });
    await slider.focus();
    await page.keyboard.press('End');
    await page.waitForSelector('text=becomes');
    await page.click('text=Add as new row');
    const asked = await page.evaluate(() => window.fake.asked.find(({ name }) => name === 'newTable')?.request);
    const [head, line] = (asked as { text: string }).text.split('\n');
    expect(head).toBe('input[0],input[1],input[2],input[3]');
    const [price, promo] = line!.split(',').map(Number);
    // The scaler's mean and spread: 20.04 ± 2 · 5.53; the others stand at their means.
    expect(price).toBeCloseTo(20.0390125 + 2 * 5.52609592636101, 9);
    expect(promo).toBeCloseTo(0.5068375, 9);
  });

  it('asks for the ranges where the file tells none, from 0 to 1 until then', async () => {
    const page = await opened('numpy/two-layer-relu/model.npz');
    await page.click('#tab-input');
    await page.waitForSelector('.ranges');
    expect(await text(page)).toContain('Input needs usual values of each input, or a table.');
    expect(await seriousIssues(page)).toEqual([]);
    const fields = page.locator('.range-field').first().locator('input');
    expect(await fields.evaluateAll((all) => all.map((field) => (field as HTMLInputElement).value))).toEqual([
      '0',
      '1',
    ]);
    await fields.nth(0).fill('-3');
    await fields.nth(1).fill('5');
    await page.click('button[type=submit]');
    await page.waitForSelector('.figures');
    await page.waitForFunction(() => window.fake.asked.some(({ name }) => name === 'input'));
    const asked = await page.evaluate(() => window.fake.asked.find(({ name }) => name === 'input')?.request);
    expect(asked).toMatchObject({
      ranges: expect.arrayContaining([
        { low: -3, high: 5 },
        { low: 0, high: 1 },
      ]) as unknown,
    });
    await tabTexts(page);
  });
});
