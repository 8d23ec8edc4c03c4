import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pageCommands } from '../../src/views/ids';
import { pageKeys } from '../../webview/keys';
import { firstState } from '../../webview/state';
import { settled } from './browser';
import { pages } from './suite';

const open = pages();
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => (document.activeElement?.textContent ?? '').trim());

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`Tab never reached ${selector}.`);
}

describe('by keyboard alone (A26)', () => {
  it('Tab goes header, tabs, map, findings; map and findings are one stop each', async () => {
    const page = await open();
    await tabTo(page, 'header select');
    await tabTo(page, '[role=tab]');
    await tabTo(page, '.lane');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.lane[data-input]'))).toBeNull();
    await tabTo(page, '.finding');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Show the 33 rows');
  });

  it('arrows move through lanes and cells, Ctrl to the next fall, and the reading is said', async () => {
    const page = await open();
    await page.locator('#lane-0').focus();
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(() => document.activeElement?.id === 'lane-7');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.id === 'lane-0');
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('.reading .strong')?.textContent.includes('rows here'));
    await page.keyboard.press('Control+ArrowRight');
    await page.waitForFunction(() => document.querySelector('.reading')?.textContent.includes('lowest −'));
    await page.waitForFunction(() => document.getElementById('said')?.textContent.includes('minus'));
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chip');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.chip', { state: 'detached' });
  });

  it('Space chooses a lane, O orders by its slope, F filters, Esc takes back', async () => {
    const page = await open();
    await page.locator('#lane-0').focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.id === 'lane-2');
    await page.keyboard.press(' ');
    await page.waitForSelector('#lane-2[aria-selected=true]');
    await page.keyboard.press('o');
    await page.waitForFunction(
      () => document.querySelector<HTMLSelectElement>('.row-order select')?.value === '{"by":"slope","input":2}',
    );
    await page.keyboard.press('f');
    await page.waitForSelector('.chip');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.chip', { state: 'detached' });
    await page.keyboard.press('Escape');
    await page.waitForSelector('#lane-2[aria-selected=false]');
  });

  it('N and Shift+N walk the findings, [ and ] the inputs', async () => {
    const page = await open();
    await page.keyboard.press('n');
    await page.waitForSelector('#finding-1[aria-selected=true]');
    await page.keyboard.press('Shift+N');
    await page.waitForSelector('#finding-0[aria-selected=true]');
    await page.keyboard.press(']');
    await page.waitForSelector('#lane-2[aria-selected=true]');
  });

  it('numbers open tabs, R the rule of the chosen input, U changes units, G goes to a row, L opens its line, C copies it', async () => {
    const page = await open();
    await page.keyboard.press('2');
    await page.waitForSelector('#tab-input[aria-selected=true]');
    await page.keyboard.press('1');
    await page.waitForSelector('.lane');
    await page.keyboard.press('u');
    await page.waitForFunction(() =>
      window.fake.asked.some(({ name, request }) => name === 'lanes' && JSON.stringify(request).includes('model')),
    );
    await page.keyboard.press('g');
    await page.waitForSelector('.go-to input:focus');
    await page.keyboard.type('77');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.reading .strong')?.textContent === 'Row 77');
    await page.keyboard.press('l');
    await page.keyboard.press('c');
    const asked = await page.evaluate(() =>
      window.fake.asked.filter(({ name }) => name === 'openLine' || name === 'copy'),
    );
    expect(asked[0]?.request).toEqual({ line: 78 });
    expect(JSON.stringify(asked[1]?.request)).toContain('\\n77\\t78\\t');
    await page.keyboard.press('r');
    await page.waitForFunction(() => document.activeElement?.closest('#rule-0') !== null);
  });

  it('? lists the keys; they can be switched off', async () => {
    const page = await open();
    await page.keyboard.press('?');
    await page.waitForSelector('.key-list');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.key-list', { state: 'detached' });
    await page.evaluate(() => {
      window.fake.host.state = {
        ...window.fake.host.state,
        settings: { ...window.fake.host.state.settings, singleKeys: false },
      };
      window.fake.notice({ kind: 'changed', what: 'state' });
    });
    await page.waitForFunction(() => window.fake.asked.filter(({ name }) => name === 'state').length === 2);
    await settled(page);
    await page.keyboard.press('2');
    await settled(page);
    expect(await page.locator('#tab-slopes').getAttribute('aria-selected')).toBe('true');
  });

  it('arrows move through tabs and radio groups', async () => {
    const page = await open();
    await page.locator('#tab-slopes').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.id === 'tab-input');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.activeElement?.id === 'tab-slopes');
    await page.locator('[aria-label="Show slopes as"] [aria-checked=true]').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('.cells');
    expect(await focused(page)).toBe('Table');
  });

  it('a focus ring is seen wherever the keyboard is', async () => {
    const page = await open();
    for (let step = 0; step < 20; step++) {
      await page.keyboard.press('Tab');
      const ring = await page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body) return 'page';
        const holders = [at, at.closest('.segmented'), at.closest('.searchbox')].filter((each) => each !== null);
        return holders.some((each) => getComputedStyle(each).outlineStyle !== 'none')
          ? 'seen'
          : at.outerHTML.slice(0, 80);
      });
      expect(['seen', 'page']).toContain(ring);
    }
  });
});

describe('commands of VS Code', () => {
  it('do in the page what its keys do, whatever key they are given', async () => {
    const page = await open();
    const run = async (command: string): Promise<void> => {
      await page.evaluate((name) => window.fake.notice({ kind: 'command', command: name }), command);
      await settled(page);
    };
    await run('showWhatIf');
    await page.waitForSelector('#tab-whatIf[aria-selected=true]');
    await run('showSlopes');
    await run('nextInput');
    await page.waitForSelector('#lane-2[aria-selected=true]');
    await run('toggleTable');
    await page.waitForSelector('.cells-row');
    await run('mapColumns');
    await page.waitForSelector('text=activities.csv is connected.');
  });

  it('are all known to the page', () => {
    const known = pageKeys(firstState(undefined)).flatMap(({ commands }) => commands);
    expect(pageCommands.filter((command) => command !== 'mapColumns' && !known.includes(command))).toEqual([]);
  });
});
