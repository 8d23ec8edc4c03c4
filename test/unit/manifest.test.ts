import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as ids from '../../src/views/ids';
import manifest from '../../package.json';
import texts from '../../package.nls.json';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { contributes } = manifest;

/** Every text of package.json that names a file of the package. */
function namedFiles(value: unknown): string[] {
  if (typeof value === 'string') return /^(\.\/)?media\//.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namedFiles) : [];
}

/** What is contributed, with the texts that its keys stand for. */
const text = JSON.stringify([contributes, texts]);

/** Commands that menus, welcome texts and walkthroughs call. */
function calledCommands(): string[] {
  const menus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
  const links = Array.from(text.matchAll(/command:(slopescope\.\w+)/g), (match) => match[1]!);
  const events = Array.from(text.matchAll(/onCommand:(slopescope\.\w+)/g), (match) => match[1]!);
  return [...menus, ...links, ...events];
}

describe('package.json', () => {
  it('contributes exactly the commands the code registers', () => {
    const contributed = contributes.commands.map(({ command }) => command);
    expect(contributed.sort()).toEqual(Object.values(ids.commands).sort());
  });

  it('shows none of the commands that need arguments', () => {
    for (const command of Object.values(ids.innerCommands)) expect(text).not.toContain(command);
  });

  it('calls only commands that exist', () => {
    for (const command of calledCommands()) expect(Object.values<string>(ids.commands)).toContain(command);
  });

  it('has the views and the custom editor of the code', () => {
    expect(contributes.views.slopescope.map(({ id }) => id)).toEqual([ids.modelsView, ids.rulesView]);
    const [editor] = contributes.customEditors;
    expect(editor?.viewType).toBe(ids.modelEditor);
    const patterns = editor?.selector.map(({ filenamePattern }) => filenamePattern) ?? [];
    for (const ending of ids.modelEndings) expect(patterns).toContain(`*.${ending}`);
    expect(contributes.jsonValidation.map(({ fileMatch }) => fileMatch)).toContain(ids.rulesFileName);
  });

  it('starts by itself only where rules are kept (A3)', () => {
    // VS Code adds commands, the custom editor and the views, when they are used.
    expect(manifest.activationEvents).toEqual([`workspaceContains:**/${ids.rulesFileName}`]);
  });

  it('names only files that are there', () => {
    const files = [...namedFiles(manifest), 'README.md', 'CHANGELOG.md', 'LICENSE'];
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) expect(existsSync(`${root}/${file}`), file).toBe(true);
  });

  it('is typed for the oldest VS Code it runs in', () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
  });

  it('retains no page while its panel is hidden (A29)', () => {
    const files = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const code = files.map((name) => readFileSync(`${root}/src/${name}`, 'utf8'));
    expect(code.join('')).toContain('registerCustomEditorProvider');
    expect(code.join('')).not.toContain('retainContextWhenHidden');
  });

  it('describes every setting the code reads, and reads every one it describes', () => {
    const described = Object.keys(contributes.configuration.properties).map((name) => name.replace('slopescope.', ''));
    const read = [
      'units',
      'rowOrder',
      'colourScale',
      'maxRows',
      'inlineInTables',
      'singleKeys',
      'checkOnSave',
      'threads',
    ];
    expect(described.sort()).toEqual(read.sort());
  });
});

describe('the schema of slopescope.json', () => {
  it('knows every expectation', async () => {
    const { expectations } = await import('../../src/findings/expectations');
    const schema: unknown = JSON.parse(readFileSync(`${root}/media/schema/slopescope.schema.json`, 'utf8'));
    expect(schema).toMatchObject({ definitions: { rule: { properties: { expect: { enum: expectations } } } } });
  });
});
