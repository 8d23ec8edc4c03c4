import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousIssues, settled } from './browser';
import { fixtureSession, liveAnswers } from './live';
import { pages } from './suite';

const open = pages();

async function opened(...fixture: Parameters<typeof fixtureSession>): Promise<Page> {
  return open({ scenario: 'live', live: liveAnswers(await fixtureSession(...fixture)) });
}

async function shown(page: Page, tab: string, wait: string): Promise<string> {
  await page.click(`#tab-${tab}`);
  await page.waitForSelector(wait);
  await settled(page);
  expect(await seriousIssues(page), tab).toEqual([]);
  return page.innerText('#view');
}

describe('the way of somebody who works with R', () => {
  it('leads from an .rds with its data to slope, one more, curve, formula, code and pairs', async () => {
    const page = await opened('r/nn-boston-4-2-tanh/model.rds');
    await page.waitForSelector('.lane');
    const input = await shown(page, 'input', '.figures');
    expect(input).toMatch(/Average slope\s+[+−][\d.]+/);
    expect(input).toMatch(/1 \S+ more\s+[+−][\d.]+/);
    expect(await page.locator('.plot canvas').count()).toBe(2);

    const formula = await shown(page, 'formula', '.formula');
    expect(formula).toMatch(/There is no single number for \+1 in \S+: it depends on all inputs\./);
    expect(formula).toContain('tanh(');
    await page.getByRole('button', { name: 'R', exact: true }).click();
    const copied = await page.evaluate(() => window.fake.asked.findLast(({ name }) => name === 'copy')?.request);
    expect((copied as { text: string }).text).toContain('<- function(');

    const pairs = await shown(page, 'pairs', '.surface canvas');
    expect(pairs).toContain('act together most');
    expect(pairs).toMatch(/strengthen each other|weaken each other/);
    expect(await page.locator('.notice').allTextContents()).toEqual([]);
  });

  it('says of a network without hidden layers that it is the regression equation', async () => {
    const page = await opened('r/nn-hidden-0/model.rds');
    await page.waitForSelector('.lane, .first');
    const formula = await shown(page, 'formula', '.formula');
    expect(formula).toContain('This network is a plain linear formula');
    expect(await page.locator('table[aria-label=Coefficients] tbody tr').count()).toBeGreaterThan(1);
  });

  it('is told beside the slopes of generalized weights that are slopes of the log-odds', async () => {
    const page = await opened('r/cross-7-8-4-1/model.rds');
    await page.waitForSelector('.lane');
    const said = /\d+ of \d+ signs in the file's generalized weights differ: they are slopes of the log-odds/;
    await settled(page);
    expect(await page.innerText('#view')).toMatch(said);
    expect(await shown(page, 'input', '.figures')).toMatch(said);
  });
});

describe('the way of somebody who wrote the network in numpy', () => {
  it('leads from bare weights to forecasts below 0, the step to copy, and a rule', async () => {
    const answers = { hidden: 'relu', output: 'linear', orientation: 'in,out' };
    const model = 'numpy/demand-goes-negative';
    const page = await opened(`${model}/model.npz`, `${model}/data.csv`, answers, { target: 'demand' });
    await page.waitForSelector('.lane');
    const range = await shown(page, 'range', '.plot canvas');
    expect(range).toMatch(/\d+ of \d+ forecasts are below 0 \([\d.]+.%\), lowest −[\d.]+ \S+ at row \d+\./);
    expect(range).toContain('Nothing at the output keeps it above 0');
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    const code = await page.evaluate(() => window.fake.asked.findLast(({ name }) => name === 'copy')?.request);
    expect((code as { text: string }).text).toContain('np.');
    await page.click('text=Make it a rule');
    const rules = await page.evaluate(() => window.fake.asked.findLast(({ name }) => name === 'setRules')?.request);
    expect((rules as { rules: unknown[] }).rules.at(-1)).toMatchObject({ expect: 'forecast at least', low: 0 });
  });
});
