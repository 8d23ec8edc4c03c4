import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { builtFiles, drawn, openBrowser, openPage, settled } from './browser';
import type { OpenedPage, Opening } from './browser';

/** One browser per file of tests; every page is closed after its test and must not have complained. */
export function pages(): (opening?: Opening) => Promise<OpenedPage['page']> {
  let browser: Browser;
  let files: ReadonlyMap<string, string>;
  const opened: OpenedPage[] = [];
  beforeAll(async () => {
    [browser, files] = await Promise.all([openBrowser(), builtFiles()]);
  });
  afterEach(async () => {
    const complaints = opened.flatMap((each) => each.complaints);
    await Promise.all(opened.splice(0).map((each) => each.page.close()));
    expect(complaints).toEqual([]);
  });
  afterAll(() => browser.close());
  return async (opening = {}) => {
    const each = await openPage(browser, files, opening);
    opened.push(each);
    const isMap = !['first', 'questions', 'refused', 'reading', 'live'].includes(opening.scenario ?? 'sample');
    await (isMap ? drawn(each.page) : settled(each.page));
    return each.page;
  };
}
