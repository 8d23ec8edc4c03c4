/** `docs/problems.md` is made from the source; `UPDATE_README=1 npx vitest run --project unit test/unit/problemList.test.ts` writes it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listProblems } from '../../tools/problemList.mjs';
import { goldenCases, readingOf } from './goldenCases';

const root = path.join(import.meta.dirname, '../..');
const file = path.join(root, 'docs/problems.md');
const listed = listProblems(root);

/** Headings for the rooms, each with its codes and their wordings as plain text. */
function document(): string {
  const rooms = [...new Set(listed.map(({ room }) => room))].sort();
  const codes = new Set(listed.map(({ code }) => code));
  const head = [
    '# Everything Slopescope can complain about',
    '',
    `${codes.size} problems in ${listed.length} wordings, made from the source: the code stands in JSON and SARIF and in Problems, … stands for names and numbers.`,
    'Which file is meant and what to do is said with each of them.',
    '',
  ];
  const parts = rooms.map((room) => {
    const own = listed.filter((problem) => problem.room === room);
    const lines = [...new Set(own.map(({ code }) => code))].flatMap((code) => [
      code,
      ...own.filter((problem) => problem.code === code).map(({ message }) => `  ${message}`),
    ]);
    return [`## src/${room}`, '', '```text', ...lines, '```', ''].join('\n');
  });
  return [...head, ...parts].join('\n');
}

/** Whether a message is one of a problem's wordings. */
function stands(code: string, message: string): boolean {
  return listed.some((problem) => {
    if (problem.code !== code) return false;
    const pattern = problem.message.split('…').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`, 's').test(message);
  });
}

describe('the list of problems', () => {
  it('is what docs/problems.md says', () => {
    const made = document();
    if (process.env.UPDATE_README) writeFileSync(file, made);
    else expect(readFileSync(file, 'utf8')).toBe(made);
  });

  it('knows the code of every problem', () => {
    expect(listed.filter(({ code }) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });

  it('holds every code that stands in the source', () => {
    const source = path.join(root, 'src');
    const codes = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...readFileSync(path.join(source, name), 'utf8').matchAll(/\bcode: '([a-z0-9]+(?:-[a-z0-9]+)+)'/g),
      ]);
    const known = new Set(listed.map(({ code }) => code));
    expect(codes.map(([, code]) => code!).filter((code) => !known.has(code))).toEqual([]);
  });

  it('holds what is said of every fixture', async () => {
    const readings = goldenCases().flatMap((fixture) =>
      fixture.models.map((model) => readingOf(fixture, model, fixture.answers)),
    );
    const problems = (await Promise.all(readings)).flatMap((reading) => reading.problems);
    expect(problems.length).toBeGreaterThan(50);
    expect(problems.filter(({ code, message }) => !stands(code, message))).toEqual([]);
  });
});
