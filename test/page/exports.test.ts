import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ExportRequest } from '../../src/views/panelService';
import { settled } from './browser';
import { pages } from './suite';

const open = pages();

/** What stands in each tab once it is drawn, a text its picture must hold, and the files of its numbers. */
const tabs = [
  { tab: 'slopes', wait: '.lane', text: '5 of 8 rules fail', files: undefined },
  { tab: 'input', wait: '.figures', text: 'Average slope', files: ['slopes', 'curve', 'effects', 'worst', 'why'] },
  {
    tab: 'pairs',
    wait: '.surface canvas',
    text: 'Strongest pairs',
    files: ['pairs', 'pairs.calls_made.forms_filled.slope'],
  },
  { tab: 'whatIf', wait: '.slider', text: 'Average row', files: ['what-if.inputs', 'what-if.bars', 'what-if.curves'] },
  { tab: 'network', wait: '.network-picture', text: 'tanh', files: ['network.units', 'network.weights'] },
  { tab: 'formula', wait: '.formula', text: 'duration = 40.1', files: ['formula', 'formula'] },
  { tab: 'range', wait: '.diagnosis', text: 'forecasts', files: ['range'] },
  { tab: 'rules', wait: '.rule-table', text: 'calls_made', files: 'findings' },
  {
    tab: 'compare',
    wait: '.compare-findings',
    text: 'differs in sign',
    files: ['compare', 'compare.moved', 'compare.findings'],
  },
] as const;

async function opened(tab: string, wait: string): Promise<Page> {
  const page = await open({ theme: 'high-contrast', parameters: { compared: 'other.keras' } });
  await page.click(`#tab-${tab}`);
  await page.waitForSelector(wait);
  await settled(page);
  return page;
}

/** Sends a command as VS Code does and gives what the page wants to be saved. */
async function exported(page: Page, command: string): Promise<Record<string, unknown>> {
  await page.evaluate((name) => {
    window.fake.notice({ kind: 'command', command: name });
  }, command);
  await page.waitForFunction(() => window.fake.asked.some(({ name }) => name === 'exportAs'));
  return page.evaluate(() => {
    const at = window.fake.asked.findIndex(({ name }) => name === 'exportAs');
    const [{ request }] = window.fake.asked.splice(at, 1) as [{ request: ExportRequest }];
    return request.kind === 'picture' ? { ...request, bytes: Array.from(request.bytes) } : { ...request };
  });
}

function bytesOf({ bytes }: Record<string, unknown>): Buffer {
  return Buffer.from(bytes as number[]);
}

describe.each(tabs)('the $tab tab', ({ tab, wait, text, files }) => {
  it('is saved as SVG in light colours with all its texts, as PNG of twice as many pixels, and as numbers', async () => {
    const page = await opened(tab, wait);
    const saved = await exported(page, 'exportSvg');
    expect(saved.name).toBe(`duration.${tab}.svg`);
    const svg = bytesOf(saved).toString();
    writeFileSync(new URL(`out/export-${tab}.svg`, import.meta.url), svg);
    const read = await page.evaluate((source) => {
      const { documentElement: root } = new DOMParser().parseFromString(source, 'image/svg+xml');
      const texts = Array.from(root.querySelectorAll('text'), (each) => each.textContent);
      const [paper] = root.children;
      const [width, height] = ['width', 'height'].map((name) => Number(root.getAttribute(name)));
      return { name: root.localName, width: width!, height: height!, texts, paper: paper?.getAttribute('fill') };
    }, svg);
    expect(read.name).toBe('svg');
    expect(read.paper).toBe('rgb(255, 255, 255)');
    expect(read.texts.join(' ')).toContain(text);
    expect(read.texts[0]).toContain('duration.keras · activities.csv');
    expect(svg).not.toContain('<image');
    expect(svg).not.toMatch(/NaN|undefined/);
    // The page is as it was: in its own theme, with what can be pressed.
    expect(await page.evaluate(() => document.body.className)).toBe('vscode-high-contrast');

    const picture = await exported(page, 'exportPng');
    const png = bytesOf(picture);
    writeFileSync(new URL(`out/export-${tab}.png`, import.meta.url), png);
    expect(picture.name).toBe(`duration.${tab}.png`);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * read.width, 2 * read.height]);
    await savesNumbers(page, files);
  });
});

async function savesNumbers(page: Page, files: readonly string[] | 'findings' | undefined): Promise<void> {
  const saved = await exported(page, 'exportNumbers');
  if (files === undefined || files === 'findings') {
    expect(saved).toEqual({ kind: files ?? 'slopes' });
    return;
  }
  const given = saved.files as { name: string; text: string }[];
  const names = given.map(({ name }) => name.replace(/^duration\.(input\.\w+\.)?|\.(csv|txt)$/g, ''));
  expect(names).toEqual(files);
  for (const { name, text: content } of given) {
    const lines = content.trimEnd().split('\n');
    expect(lines.length, name).toBeGreaterThan(1);
    if (!name.endsWith('.csv')) continue;
    const commas = (line: string): number => line.replace(/"[^"]*"/g, '').split(',').length;
    expect(new Set(lines.map(commas)).size, name).toBe(1);
    expect(content, name).not.toMatch(/NaN|undefined|\u2212|\u2009/);
  }
}

describe('exporting', () => {
  it('is asked for by key', async () => {
    const page = await open();
    await page.keyboard.press('e');
    await page.waitForFunction(() => window.fake.asked.some(({ name }) => name === 'chooseExport'));
  });

  it('keeps every digit of the slopes', async () => {
    const page = await opened('input', '.figures');
    const saved = await exported(page, 'exportNumbers');
    const [slopes] = saved.files as { text: string }[];
    const [head, ...lines] = slopes!.text.trimEnd().split('\n');
    expect(head).toMatch(/^row,\w+ \(\w+\),slope\[\w+\] \(min per \w+\)$/);
    const { input, expected } = await page.evaluate(() => {
      const { request } = window.fake.asked.filter(({ name }) => name === 'input').at(-1)!;
      const { input: place } = request as { input: number };
      return { input: place, expected: Array.from(window.fake.host.table.inputs[place]!.slopes) };
    });
    expect(input).toBeGreaterThanOrEqual(0);
    expect(lines.map((line) => Number(line.split(',')[2]))).toEqual(expected);
  });
});
