import { beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/session/session';
import { seriousIssues, settled, type Opening } from './browser';
import { fixtureSession, liveAnswers } from './live';
import { pages } from './suite';

const open = pages();
const effects = 'table[aria-label="What a change does"]';

let session: Session;
beforeAll(async () => {
  session = await fixtureSession('keras/activity/model.keras', 'keras/activity/data.csv');
});

async function opened(opening: Opening = {}) {
  const page = await open({ scenario: 'live', live: liveAnswers(session), height: 1400, ...opening });
  await page.click('#tab-input');
  await page.waitForSelector(effects);
  await settled(page);
  return page;
}

describe('changes asked for by hand', () => {
  it('a step, two values and the groups of a column, with the numbers of the command line', async () => {
    const page = await opened();
    const input = await page.evaluate(
      () => (window.fake.asked.find(({ name }) => name === 'input')?.request as { input: number }).input,
    );
    await page.fill('input[name=step]', '3');
    await page.keyboard.press('Tab');
    await page.fill('input[name=from]', '2');
    await page.keyboard.press('Tab');
    await page.fill('input[name=to]', '5');
    await page.keyboard.press('Tab');
    const [column] = (await session.data())?.columns ?? [];
    await page.getByLabel('By group of').selectOption(column!.name);
    await page.waitForSelector(`table[aria-label="By ${column!.name}"]`);
    await settled(page);

    const request = { output: 0, units: 'original', input, step: 3, between: [2, 5] } as const;
    const call = { signal: new AbortController().signal, progress: () => undefined };
    const expected = await session.input({ ...request, groupBy: column!.name }, call);
    const lines = await page.locator(`${effects} tbody th`).allInnerTexts();
    expect(lines).toEqual(expected.effects.map(({ change }) => change));
    expect(expected.effects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['custom', 'level']));
    expect(await page.locator(`table[aria-label="By ${column!.name}"] tbody tr`).count()).toBe(
      expected.groups?.lines.length,
    );
    expect(await page.locator(`${effects} thead th`).allInnerTexts()).toEqual([
      ...['Change', 'Average', '± error', '95 % interval', 'Lowest', 'Highest'],
      ...['At the average row', 'Centred', 'Slope misses'],
    ]);
    expect(await seriousIssues(page)).toEqual([]);
  });

  it('leave a field alone while somebody types in it', async () => {
    const page = await opened();
    await page.fill('input[name=step]', '3');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2');
    await settled(page);
    expect(await page.inputValue('input[name=from]')).toBe('2');
    await page.keyboard.press('Tab');
    await settled(page);
    expect(await page.inputValue('input[name=from]')).toBe('2');
  });

  it('are given back when their field is emptied, and belong to their input', async () => {
    const page = await opened();
    await page.fill('input[name=step]', '3');
    await page.keyboard.press('Tab');
    await settled(page);
    const steps = (): Promise<(number | undefined)[]> =>
      page.evaluate(() =>
        window.fake.asked
          .filter(({ name }) => name === 'input')
          .map(({ request }) => (request as { step?: number }).step),
      );
    expect((await steps()).at(-1)).toBe(3);
    await page.fill('input[name=step]', '');
    await page.keyboard.press('Tab');
    await settled(page);
    expect((await steps()).at(-1)).toBeUndefined();
    await page.fill('input[name=step]', '2');
    await page.keyboard.press('Tab');
    await settled(page);
    await page.click('button[aria-label="Next input"]');
    await settled(page);
    expect((await steps()).at(-1)).toBeUndefined();
    expect(await page.inputValue('input[name=step]')).toBe('');
  });
});
