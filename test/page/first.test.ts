import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pages } from './suite';

const open = pages();
const connected = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => window.fake.asked.filter(({ name }) => name === 'connect').map(({ request }) => request));
const dataPage = async (): Promise<Page> => {
  const page = await open();
  await page.evaluate(() => window.fake.notice({ kind: 'command', command: 'mapColumns' }));
  await page.waitForSelector('.question');
  return page;
};
const asked = (page: Page): Promise<string[]> => page.evaluate(() => window.fake.asked.map(({ name }) => name));

describe('the first screen', () => {
  it('offers a full match and never takes it (A4)', async () => {
    const page = await open({ scenario: 'first' });
    await page.waitForSelector('text=Use this table');
    expect(await asked(page)).not.toContain('useTable');
    expect(await page.locator('.offer li').allTextContents()).toHaveLength(2);
    await page.click('text=Use this table');
    await page.waitForSelector('.lane');
    expect(await asked(page)).toContain('useTable');
  });

  it('says "found" and never "proven" without a table (A6)', async () => {
    const page = await open({ scenario: 'first' });
    await page.waitForSelector('text=rises and falls');
    const verdicts = await page.locator('.first td:last-child').allTextContents();
    for (const verdict of verdicts.filter((text) => /fall|rise/.test(text))) {
      expect(verdict.trim()).toMatch(/^(rises and falls|no (fall|rise|effect) found)$/);
    }
    expect(await page.locator('body').textContent()).not.toContain('proven');
    expect(await page.locator('.icon.warning').count()).toBe(0);
  });

  it('shows the network, the file and the offer to open such files here, until it is dismissed', async () => {
    const page = await open({ scenario: 'first' });
    await page.waitForSelector('text=This network turns 8 inputs into duration.');
    await page.waitForSelector('text=66.9 KB, 221 weights');
    expect(await page.locator('.network-picture .unit').count()).toBe(29);
    expect(await page.innerText('.offer li:nth-child(2)')).toContain('412 rows, lacks approvals');
    await page.click('text=Not again');
    expect(await asked(page)).toContain('dismiss');
  });
});

describe('without a table', () => {
  it('has the tabs that the model file can answer alone', async () => {
    const page = await open({ scenario: 'first' });
    expect(await page.getByRole('tab').allTextContents()).toHaveLength(7);
    await page.click('#tab-network');
    await page.waitForSelector('.units');
    await page.click('#tab-formula');
    await page.waitForSelector('.formula');
    await page.click('#tab-slopes');
    await page.waitForSelector('.offer');
    expect(await asked(page)).not.toContain('lanes');
  });
});

describe('the data page', () => {
  it('asks only what the files do not answer, and lists left-out rows by line (A9)', async () => {
    const page = await open({ scenario: 'questions' });
    await page.waitForSelector('text=2 of 8 inputs have no column in activities.csv.');
    await page.waitForSelector('text=37 of 537 rows are left out.');
    await page.click('text=line 92');
    expect(await asked(page)).toContain('openLine');
  });

  it('connects a column, a fixed value, an answer and a target', async () => {
    const page = await open({ scenario: 'questions' });
    await page.getByLabel('Column for approvals').selectOption({ label: 'remark' });
    await page.getByLabel('Column for files_moved').selectOption({ label: 'fixed value…' });
    await page.getByLabel('True values').selectOption({ label: 'none' });
    await page.getByLabel('Which function stands between the layers?').selectOption('relu');
    const requests = await page.evaluate(() =>
      window.fake.asked.filter(({ name }) => name === 'connect' || name === 'answer'),
    );
    expect(requests.map(({ request }) => request)).toEqual([
      { columns: { approvals: 'remark' } },
      { columns: { files_moved: 0 } },
      { target: null },
      { id: 'hidden', value: 'relu' },
    ]);
  });

  it('shows how well each answer fits, and preselects the best without taking it', async () => {
    const page = await open({ scenario: 'questions' });
    await page.waitForSelector('text=tanh fits best: average miss 21.0 from demand in the first 80 rows of data.csv.');
    const field = page.getByLabel('Which function stands between the layers?');
    expect(await field.locator('option').allTextContents()).toEqual([
      'relu, average miss 44.1',
      'tanh (likely), average miss 21.0',
    ]);
    expect(await field.inputValue()).toBe('tanh');
    expect(await asked(page)).not.toContain('answer');
    await page.click('text=Use tanh');
    const answered = await page.evaluate(() => window.fake.asked.find(({ name }) => name === 'answer'));
    expect(answered?.request).toEqual({ id: 'hidden', value: 'tanh' });
  });

  it('shows what each choice of a scaling makes of the forecasts, and asks about the output', async () => {
    const page = await dataPage();
    const inputs = page.getByRole('group', { name: 'Were the inputs scaled before training?' });
    await inputs.waitFor();
    await page.waitForSelector(
      'text=With this choice the forecasts run from 50 to 582 min; the true values from 5 to 610 min.',
    );
    expect(
      await inputs.getByRole('radio', { checked: true }).evaluate((radio) => radio.parentElement?.innerText),
    ).toContain('No, the numbers go in as they are');
    await inputs.getByText('Yes, by mean and spread of this table').click();
    const output = page.getByRole('group', { name: /Was duration scaled too\?/ });
    expect(await output.locator('legend').innerText()).toBe(
      'Forecasts lie between 50 and 582 min, duration between 5 and 610 min. Was duration scaled too?',
    );
    await output.getByText('Yes, by mean and spread of this table').click();
    expect(await connected(page)).toEqual([{ scaler: 'table' }, { outputScaler: 'table' }]);
  });

  it('takes columns of one category as one, or as numbers', async () => {
    const page = await dataPage();
    const city = page.getByRole('radiogroup', { name: 'city_… (3 columns) looks like one category.' });
    const pets = page.getByRole('radiogroup', { name: 'dog, cat (2 columns) looks like one category.' });
    expect(await city.getByRole('radio', { checked: true }).innerText()).toBe('Treat as one');
    expect(await pets.getByRole('radio', { checked: true }).innerText()).toBe('Treat as numbers');
    await pets.getByText('Treat as one').click();
    await city.getByText('Treat as numbers').click();
    expect(await connected(page)).toEqual([
      { categories: { city: ['city_A', 'city_B', 'city_C'], 'dog, cat': ['dog', 'cat'] } },
      { categories: {} },
    ]);
  });

  it('asks which rows of a large table are read before any is', async () => {
    const page = await dataPage();
    await page.evaluate(() => {
      const { host } = window.fake;
      const choices = ['every:8', 'first:5000000', 'all'] as const;
      host.dataSaid = { rows: 0, usable: 0, bindings: [], large: { rows: 40_123_000, bytes: 9.1e9, choices } };
      host.changed('data');
    });
    await page.waitForSelector('text=This table has about 40 million rows.');
    const buttons = page.locator('.question button');
    expect(await buttons.allInnerTexts()).toEqual(['Use every 8th row', 'Use the first 5 million', 'All (about 9 GB)']);
    for (const button of await buttons.all()) await button.click();
    expect(await connected(page)).toEqual(['every:8', 'first:5000000', 'all'].map((rows) => ({ dialect: { rows } })));
    expect(await page.locator('table').count()).toBe(0);
  });

  it('says wherever it is named that a table is read in part, and reads it all', async () => {
    const page = await open();
    await page.evaluate(() => {
      const { host } = window.fake;
      host.dataSaid = { part: 'every 8th row of 4\u2009000' };
      host.changed('data');
    });
    await page
      .locator('.head option', { hasText: 'activities.csv, 500 rows (every 8th row of 4\u2009000)' })
      .waitFor({ state: 'attached' });
    await page.evaluate(() => window.fake.notice({ kind: 'command', command: 'mapColumns' }));
    await page.waitForSelector('text=Read is every 8th row of 4\u2009000.');
    await page.click('text=Read all rows');
    expect(await connected(page)).toEqual([{ dialect: { rows: 'all' } }]);
  });

  it('says how the file was read, and reads it otherwise', async () => {
    const page = await dataPage();
    expect(await page.locator('.question code').innerText()).toBe('; , UTF-8 with BOM');
    await page.getByRole('button', { name: 'Change how the file is read' }).click();
    await page.getByLabel('Delimiter').selectOption({ label: 'tab' });
    await page.getByLabel('Decimal sign').selectOption('.');
    await page.getByLabel('Encoding').selectOption('Windows-1252');
    expect(await connected(page)).toEqual([
      { dialect: { delimiter: '\t' } },
      { dialect: { decimal: '.' } },
      { dialect: { encoding: 'Windows-1252' } },
    ]);
  });
});
