import { describe, expect, it } from 'vitest';
import { seriousIssues, settled, themes } from './browser';
import type { Opening } from './browser';
import { pages } from './suite';

const open = pages();

const problem = JSON.stringify({
  code: 'layer-own-code',
  message: 'The layer price_features (Lambda) holds Python code.',
  file: 'price.keras',
  severity: 'error',
});
const kinds: readonly (Opening & {
  readonly name: string;
  readonly press?: string;
  readonly click?: string;
  readonly wait: string;
})[] = [
  { name: 'map', wait: '.lane' },
  { name: 'table', press: 't', wait: '.cells-row' },
  { name: 'input', press: '2', wait: '.figures' },
  { name: 'yes/no input', press: '2', parameters: { shape: 'yes/no' }, wait: '.figures' },
  { name: 'what if', press: 'w', wait: '.slider' },
  { name: 'range', click: '#tab-range', wait: '.diagnosis' },
  { name: 'formula', click: '#tab-formula', wait: '.formula' },
  { name: 'network', click: '#tab-network', wait: '.network-picture' },
  { name: 'pairs', click: '#tab-pairs', wait: '.surface canvas' },
  { name: 'compare', parameters: { compared: 'other.keras' }, click: '#tab-compare', wait: '.compare-findings' },
  { name: 'rules', click: '#tab-rules', wait: '.rule-table' },
  { name: 'keys', press: '?', wait: '.key-list' },
  { name: 'many inputs', scenario: 'wide', wait: '.lane' },
  { name: 'no rules', scenario: 'unruled', wait: '.lane' },
  { name: 'first screen', scenario: 'first', wait: 'canvas.range' },
  { name: 'data page', scenario: 'questions', wait: '.question' },
  { name: 'refusal', scenario: 'refused', parameters: { problem }, wait: '.way' },
];

describe.each(Object.keys(themes) as (keyof typeof themes)[])('in %s', (theme) => {
  it.each(kinds)('axe finds nothing serious on: $name (A27)', async ({ press, click, wait, ...opening }) => {
    const page = await open({ ...opening, theme });
    if (press) await page.keyboard.press(press);
    if (click) await page.click(click);
    await page.waitForSelector(wait);
    await settled(page);
    expect(await seriousIssues(page)).toEqual([]);
  });
});

describe('small windows', () => {
  it.each([420, 560, 700, 960, 1240])('nothing scrolls sideways at %s px, except map and table', async (width) => {
    for (const scenario of ['sample', 'first', 'questions']) {
      const page = await open({ scenario, width });
      await page.waitForSelector('h1');
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
    }
  });

  it('what is pressed is at least 24 px', async () => {
    const page = await open();
    const small = await page.evaluate(() =>
      Array.from(document.querySelectorAll('button:not(.link), select, [role=tab], .lane, .finding'))
        .map((element) => ({ text: element.textContent.trim().slice(0, 30), box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 24 || box.width < 24))
        .map(({ text, box }) => `${text} ${box.width}×${box.height}`),
    );
    expect(small).toEqual([]);
  });
});
