import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { EarlierVersions, versionName } from '../../../src/views/earlierVersions';

/** The file system of VS Code over this machine's, and its words as they are. */
vi.mock('vscode', async () => {
  const { readdir, rm, stat } = await import('node:fs/promises');
  const at = (place: string) => ({ path: place, fsPath: place, toString: () => `file://${place}` });
  type Place = ReturnType<typeof at>;
  return {
    Uri: { file: at, joinPath: (base: Place, ...parts: string[]) => at([base.path, ...parts].join('/')) },
    workspace: {
      fs: {
        stat: async ({ fsPath }: Place) => ({ mtime: (await stat(fsPath)).mtimeMs }),
        readDirectory: async ({ fsPath }: Place) => (await readdir(fsPath)).map((name) => [name, 1]),
        delete: ({ fsPath }: Place) => rm(fsPath),
      },
    },
    env: { language: 'en' },
    l10n: { t: (text: string, given: string) => text.replace('{0}', given) },
  };
});

describe('the versions kept of models', () => {
  const saved = new Date(2020, 0, 5, 17, 4);
  const [first, second] = [vscode.Uri.file('/models/first.keras'), vscode.Uri.file('/models/second.keras')];
  let folder = '';
  /** The name under which a version lies: it must stay, for versions outlive an update of the extension. */
  const nameOf = (model: vscode.Uri): string =>
    createHash('sha256').update(model.toString()).digest('hex').slice(0, 32);
  const versions = (...recent: readonly vscode.Uri[]): EarlierVersions =>
    new EarlierVersions(vscode.Uri.file(folder), { recent: () => recent.map(String) });
  const keep = (model: vscode.Uri): void => {
    const place = path.join(folder, 'earlierVersions', nameOf(model));
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, 'weights');
    utimesSync(place, saved, saved);
  };

  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are found with the time of the save, each for its own model', async () => {
    keep(first);
    expect(await versions(first).find(first)).toMatchObject({ saved });
    expect(await versions(first).find(second)).toBeUndefined();
  });

  it('go when their model is no longer among the last ones opened', async () => {
    keep(first);
    keep(second);
    await versions(second).forget();
    expect(readdirSync(path.join(folder, 'earlierVersions'))).toEqual([nameOf(second)]);
  });

  it('need not be there', async () => {
    await versions(first).forget();
    expect(await versions(first).find(first)).toBeUndefined();
  });
});

describe('what an earlier version is called', () => {
  const version = { uri: vscode.Uri.file('/kept'), saved: new Date(2020, 0, 5, 17, 4) };
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['of today', new Date(2020, 0, 5, 18, 0), /^the version before 5:04\sPM$/],
    ['of another day', new Date(2020, 0, 6, 9, 0), /^the version before Jan 5, 2020, 5:04\sPM$/],
  ])('tells the time, with the day where that is not today: %s', (_when, now, words) => {
    vi.useFakeTimers({ now });
    expect(versionName(version)).toMatch(words);
  });
});
