import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/findings/rule';
import { rulesText } from '../../webview/tabs/ruleText';
import { settled } from './browser';
import { pages } from './suite';

const open = pages();
const rulesOf = (page: Page): Promise<readonly Rule[]> => page.evaluate(() => window.fake.host.rules);

describe('the rules', () => {
  it('are suggested, never applied by themselves', async () => {
    const page = await open({ scenario: 'unruled' });
    await page.click('text=Set rules…');
    await page.waitForSelector('text=8 inputs raise duration on average. Should duration never fall when they rise?');
    expect(await rulesOf(page)).toEqual([]);
    await page.click('text=Add 8 rules');
    await page.waitForSelector('text=5 of 8 rules fail');
    expect(await rulesOf(page)).toHaveLength(8);
  });

  it('are changed by input: expectation, limit, check, level', async () => {
    const page = await open();
    await page.click('#tab-rules');
    await page.getByLabel('What is expected of visits_made').selectOption({ label: 'slope at least' });
    await page.waitForSelector('[aria-label="Lower limit for visits_made"]');
    await page.getByLabel('Lower limit for visits_made').fill('25');
    await page.getByLabel('Lower limit for visits_made').press('Enter');
    await page.waitForFunction(() => document.querySelector('#rule-3')?.textContent.includes('rows, worst'));
    await settled(page);
    await page.getByLabel('Level of the rule of visits_made').selectOption('error');
    await settled(page);
    await page.getByLabel('How the rule of visits_made is checked').selectOption('step');
    await settled(page);
    expect((await rulesOf(page)).find(({ input }) => input === 'visits_made')).toEqual({
      expect: 'slope at least',
      input: 'visits_made',
      low: 25,
      level: 'error',
      check: 'step',
    });
    await page.getByLabel('What is expected of visits_made').selectOption({ label: 'no rule' });
    await page.waitForFunction(() => window.fake.host.rules.length === 7);
  });

  it('that fail offer the program that mends the model, where there is one', async () => {
    const page = await open();
    await page.click('#tab-rules');
    const offers = page.locator('.rule-table').getByRole('button', { name: 'Write the code that mends it…' });
    await offers.first().click();
    const asked = await page.evaluate(() => window.fake.asked.find(({ name }) => name === 'mend')?.request);
    expect(asked).toMatchObject({ output: 0, rule: { expect: 'never falls', input: expect.any(String) as string } });
    const before = await offers.count();
    expect(before).toBe(5);
    const input = (asked as { rule: Rule }).rule.input ?? '';
    await page.getByLabel(`What is expected of ${input}`).selectOption({ label: 'no effect' });
    await page.waitForFunction(
      (name) => window.fake.host.rules.some((rule) => rule.input === name && rule.expect === 'no effect'),
      input,
    );
    await settled(page);
    expect(await offers.count()).toBe(4);
    await page.click('#tab-slopes');
    await page.locator('.finding').last().click();
    await page.locator('.finding-detail').getByRole('button', { name: 'Write the code that mends it…' }).click();
    expect(await page.evaluate(() => window.fake.asked.filter(({ name }) => name === 'mend').length)).toBe(2);
  });

  it('compare two inputs, and ask whether the forecast can reach the target', async () => {
    const page = await open();
    await page.click('#tab-rules');
    await page.getByLabel('What is expected of visits_made').selectOption({ label: 'matters at least as much as' });
    const other = page.getByLabel('What visits_made is compared with');
    expect(await other.locator('option').allInnerTexts()).not.toContain('visits_made');
    await other.selectOption('calls_made');
    await settled(page);
    await page.getByLabel('By what visits_made is compared').selectOption('one');
    await settled(page);
    expect((await rulesOf(page)).find(({ input }) => input === 'visits_made')).toEqual({
      expect: 'matters at least as much as',
      input: 'visits_made',
      other: 'calls_made',
      per: 'one',
      level: 'warning',
    });
    await page.click('text=Add a forecast rule');
    await page
      .getByLabel(/^What is expected of forecast/)
      .last()
      .selectOption({ label: 'forecast can reach the target' });
    await settled(page);
    expect((await rulesOf(page)).at(-1)).toEqual({ expect: 'forecast can reach the target', level: 'warning' });
  });

  it('are set for many inputs at once, for the forecast, and saved', async () => {
    const page = await open({ scenario: 'unruled' });
    await page.click('#tab-rules');
    await page.click('button:text-is("Set")');
    await page.waitForFunction(() => window.fake.host.rules.length === 8);
    await page.click('text=Add a forecast rule');
    await page.waitForSelector('[aria-label^="What is expected of forecast"]');
    expect((await rulesOf(page)).at(-1)).toEqual({ expect: 'forecast at least', level: 'warning', low: 0 });
    await page.click('text=Save to slopescope.json');
    expect(await page.evaluate(() => window.fake.asked.some(({ name }) => name === 'saveRules'))).toBe(true);
  });

  it('are written as slopescope.json has them', () => {
    const rules: Rule[] = [
      { expect: 'never falls', input: 'calls_made', level: 'warning' },
      { expect: 'never falls', input: 'forms_filled', level: 'warning' },
      {
        expect: 'slope between',
        input: 'visits_made',
        low: 1,
        high: 5,
        level: 'error',
        where: [{ column: 'calls_made', below: 20 }],
      },
      { expect: 'forecast at least', low: 0, level: 'warning' },
    ];
    const written: unknown = JSON.parse(`{ ${rulesText(rules)} }`);
    expect(written).toEqual({
      rules: [
        { inputs: ['calls_made', 'forms_filled'], expect: 'never falls' },
        { inputs: ['visits_made'], expect: 'slope between', between: [1, 5], where: 'calls_made < 20', level: 'error' },
        { expect: 'forecast at least', limit: 0 },
      ],
    });
  });
});
