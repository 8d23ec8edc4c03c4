import { describe, expect, it } from 'vitest';
import { pages } from './suite';

const open = pages();

describe('the Compare tab', () => {
  it('is there only while a comparison is open', async () => {
    const page = await open();
    expect(await page.locator('#tab-compare').count()).toBe(0);
    await page.evaluate(() => {
      window.fake.host.state = { ...window.fake.host.state, compared: 'the version before 17:04' };
      window.fake.host.changed('state');
      window.fake.notice({ kind: 'command', command: 'showComparison' });
    });
    await page.waitForSelector('#tab-compare[aria-selected=true]');
    await page.waitForSelector('.compare-models');
    expect(await page.locator('.compare-models li').allInnerTexts()).toEqual([
      '● A duration.keras duration',
      '◆ B the version before 17:04 duration',
    ]);
  });

  it('shows both models input by input, the rest, and the findings of each', async () => {
    const page = await open({ parameters: { compared: 'other.keras' } });
    await page.click('#tab-compare');
    await page.waitForSelector('.compare-inputs');
    expect(await page.innerText('h1')).toContain('1 input differs in sign in 84 rows');
    const cells = page.locator('.compare-inputs tbody tr').nth(1).locator('td');
    expect((await cells.allInnerTexts()).slice(1, 8)).toEqual([
      '+2.83',
      '−1.50',
      '12.1',
      '11.9',
      '2',
      '2',
      '84 (17\u2009%)',
    ]);
    const lanes = page.getByRole('img', { name: /slope of B less slope of A/ });
    expect(await lanes.nth(1).getAttribute('aria-label')).toContain('−4.33 min per');
    expect(
      await lanes.nth(1).evaluate((canvas) => {
        const drawn = (canvas as HTMLCanvasElement).getContext('2d');
        const at = (share: number): number[] => [
          ...(drawn?.getImageData(Math.round(share * (canvas as HTMLCanvasElement).width), 3, 1, 1).data ?? []),
        ];
        const [first, last] = [at(0.05), at(0.95)];
        return [first[2]! > first[0]!, last[0]! > last[2]!];
      }),
    ).toEqual([true, true]);
    expect(await page.locator('.compare-rest').allInnerTexts()).toEqual([
      expect.stringContaining('Orange: B is lower.'),
      expect.stringContaining('Only in A: '),
      'Only in B: weekday',
      'Without a slope in one of them: region',
    ]);
    expect(await page.locator('.card').allInnerTexts()).toEqual([
      expect.stringContaining('Gone in B: calls_made: slope below 0 in 33 of 500 rows'),
      expect.stringContaining('New in B: forms_filled: slope below 0 in 84 of 500 rows'),
      expect.stringContaining('Forecasts that moved most'),
    ]);
  });

  it('names the rows whose forecasts moved most', async () => {
    const page = await open({ parameters: { compared: 'other.keras' } });
    await page.click('#tab-compare');
    await page.waitForSelector('.compare-inputs');
    expect(
      await page.getByRole('table', { name: 'Forecasts that moved most' }).locator('tbody tr').allInnerTexts(),
    ).toEqual(['360\t464 min\t424 min\t−40.0 min\t400 min', '8\t120 min\t132 min\t+11.5 min\t']);
  });

  it('is closed by keyboard, and Slopes has the keyboard then', async () => {
    const page = await open({ parameters: { compared: 'other.keras' } });
    await page.click('#tab-compare');
    await page.waitForSelector('.compare-models');
    await page.focus('text=Close comparison');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#tab-compare', { state: 'detached' });
    await page.waitForSelector('#tab-slopes[aria-selected=true]:focus');
  });

  it('says why a model cannot be compared', async () => {
    const page = await open({ parameters: { compared: 'unread.onnx' } });
    await page.click('#tab-compare');
    await page.waitForSelector('text=unread.onnx cannot be compared on this table.');
    expect(await page.locator('text=Close comparison').count()).toBe(1);
  });
});
