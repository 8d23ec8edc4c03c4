import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtFiles, drawn, openBrowser, openPage, settled } from './browser';
import type { Opening } from './browser';

const shots: readonly (Opening & { readonly name: string; readonly click?: string })[] = [
  { name: 'slopes-dark' },
  { name: 'slopes-light', theme: 'light' },
  { name: 'slopes-high-contrast', theme: 'high-contrast' },
  { name: 'slopes-high-contrast-light', theme: 'high-contrast-light' },
  { name: 'slopes-narrow', width: 700, height: 1000 },
  { name: 'slopes-very-narrow', width: 420, height: 1000 },
  { name: 'table-dark', click: 'text=Table' },
  { name: 'table-high-contrast-light', theme: 'high-contrast-light', click: 'text=Table' },
  { name: 'wide-dark', scenario: 'wide' },
  { name: 'input-dark', click: '#tab-input', height: 1180 },
  { name: 'input-light', click: '#tab-input', theme: 'light', height: 1180 },
  { name: 'input-high-contrast', click: '#tab-input', theme: 'high-contrast', height: 1180 },
  { name: 'input-narrow', click: '#tab-input', width: 700, height: 1400 },
  { name: 'input-bins-dark', click: '#tab-input', parameters: { shape: 'bins' } },
  { name: 'input-switch-dark', click: '#tab-input', parameters: { shape: 'yes/no' } },
  { name: 'whatif-dark', click: '#tab-whatIf' },
  { name: 'whatif-light', click: '#tab-whatIf', theme: 'light' },
  { name: 'whatif-narrow', click: '#tab-whatIf', width: 560 },
  { name: 'range-dark', click: '#tab-range' },
  { name: 'formula-dark', click: '#tab-formula' },
  { name: 'network-dark', click: '#tab-network' },
  { name: 'pairs-dark', click: '#tab-pairs' },
  { name: 'rules-dark', click: '#tab-rules' },
  { name: 'rules-light', theme: 'light', click: '#tab-rules' },
  { name: 'first-dark', scenario: 'first', height: 760 },
  { name: 'first-light', scenario: 'first', theme: 'light', height: 760 },
  { name: 'questions-dark', scenario: 'questions' },
  { name: 'unruled-dark', scenario: 'unruled' },
  { name: 'one-dark', scenario: 'one', parameters: { rows: '1' } },
];

let browser: Browser;
let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  [browser, files] = await Promise.all([openBrowser(), builtFiles()]);
});
afterAll(() => browser.close());

describe('pictures of the page, to be looked at', () => {
  it.each(shots)('$name', async ({ name, click, ...opening }) => {
    const { page, complaints } = await openPage(browser, files, opening);
    if (opening.scenario === 'first' || opening.scenario === 'questions') await page.waitForSelector('.first');
    else await drawn(page);
    if (click) await page.click(click);
    await settled(page);
    await page.screenshot({ path: fileURLToPath(new URL(`out/${name}.png`, import.meta.url)) });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
