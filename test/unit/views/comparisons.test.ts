import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as vscode from 'vscode';
import { Comparisons } from '../../../src/views/comparisons';
import { Log } from '../../../src/views/log';
import { Memory } from '../../../src/views/memory';
import { OpenModel } from '../../../src/views/openModel';
import type { RulesEntry } from '../../../src/views/rulesEntry';

/** As much of VS Code as names files, tells of changes and knows whether a workspace is trusted. */
vi.mock('vscode', () => {
  class Uri {
    readonly scheme = 'file';
    readonly path: string;
    constructor(place: string) {
      this.path = place;
    }
    static file(place: string): Uri {
      return new Uri(place);
    }
    static parse(address: string): Uri {
      return new Uri(address.replace('file://', ''));
    }
    static joinPath(base: Uri, ...parts: string[]): Uri {
      return new Uri([base.path, ...parts].join('/'));
    }
    get fsPath(): string {
      return this.path;
    }
    toString(): string {
      return `file://${this.path}`;
    }
  }
  class EventEmitter<T> {
    readonly #listeners: ((value: T) => void)[] = [];
    readonly event = (listener: (value: T) => void): void => void this.#listeners.push(listener);
    fire(value: T): void {
      for (const listener of this.#listeners) listener(value);
    }
  }
  return {
    Uri,
    EventEmitter,
    window: { createOutputChannel: () => ({}) },
    workspace: { isTrusted: true, workspaceFolders: undefined },
    env: { language: 'en' },
    l10n: { t: (text: string, given: string) => text.replace('{0}', given) },
  };
});

const [own, other, table] = ['/m/own.keras', '/m/new/other.keras', '/m/data.csv'].map((place) =>
  vscode.Uri.file(place),
);

describe('the comparisons of open models', () => {
  const kept = new Map<string, unknown>();
  const memory = new Memory({
    keys: () => [...kept.keys()],
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  } as vscode.Memento);
  let entry: RulesEntry | undefined;
  const entryFor = vi.fn(() => Promise.resolve(entry));
  let [comparisons, model] = [new Comparisons({ memory, entryFor }), openModel()];

  function openModel(): OpenModel {
    const made = new OpenModel(own!, { script: '', memory, log: new Log(), entryFor, resolve: () => [] });
    made.table = table;
    return made;
  }

  beforeEach(() => {
    kept.clear();
    entry = undefined;
    entryFor.mockClear();
    [comparisons, model] = [new Comparisons({ memory, entryFor }), openModel()];
  });

  it('are told by the name of the second model, and of every start', () => {
    const told: OpenModel[] = [];
    comparisons.onDidChange((changed) => told.push(changed));
    expect(comparisons.nameOf(model)).toBeUndefined();
    comparisons.start(model, other!);
    expect(comparisons.nameOf(model)).toBe('other.keras');
    expect(comparisons.nameOf(openModel())).toBeUndefined();
    comparisons.start(model, { uri: vscode.Uri.file('/kept/abc'), saved: new Date(2020, 0, 5, 17, 4) });
    expect(comparisons.nameOf(model)).toMatch(/^the version before Jan 5, 2020/);
    expect(told).toEqual([model, model]);
  });

  it('ask for the other file as it was connected to this very table', async () => {
    await memory.remember(other!, { table: String(table), choice: { byPosition: true }, answers: { hidden: 'relu' } });
    comparisons.start(model, other!);
    expect(await comparisons.request(model, 2)).toMatchObject({
      output: 2,
      name: 'other.keras',
      other: { model: { kind: 'path', path: other!.fsPath }, answers: { hidden: 'relu' } },
      choice: { byPosition: true },
      isEarlier: false,
    });
    await memory.remember(other!, { table: 'file:///m/elsewhere.csv' });
    expect((await comparisons.request(model, 2)).choice).toEqual({});
  });

  it('ask for an earlier version from where it is kept, under the name of the model', async () => {
    await memory.remember(own!, { answers: { hidden: 'tanh' } });
    comparisons.start(model, { uri: vscode.Uri.file('/kept/abc'), saved: new Date() });
    expect(await comparisons.request(model, 0)).toMatchObject({
      other: { model: { kind: 'path', path: '/kept/abc', name: 'own.keras' }, answers: { hidden: 'tanh' } },
      isEarlier: true,
    });
  });

  it('have another id each, and look at no file again while a slider moves', async () => {
    comparisons.start(model, other!);
    const first = await comparisons.request(model, 0);
    expect(await comparisons.requestAgain(model, 1)).toEqual({ ...first, output: 1 });
    expect(entryFor).toHaveBeenCalledTimes(1);
    comparisons.start(model, other!);
    expect((await comparisons.requestAgain(model, 0)).id).not.toBe(first.id);
    expect(entryFor).toHaveBeenCalledTimes(2);
  });

  it('cannot be asked where none is open', async () => {
    await expect(comparisons.request(model, 0)).rejects.toThrow('No comparison is open for own.keras.');
  });
});
