/** The README's tables are made from the code; `UPDATE_README=1 npx vitest run --project unit test/unit/readme.test.ts` writes them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { activationLayers } from '../../src/files/keras/layers/activationLayers';
import { convolutionLayers } from '../../src/files/keras/layers/convolutionLayers';
import { coreLayers } from '../../src/files/keras/layers/coreLayers';
import { mergingLayers } from '../../src/files/keras/layers/mergingLayers';
import { normalisationLayers } from '../../src/files/keras/layers/normalisationLayers';
import { attentionLayers } from '../../src/files/keras/layers/attentionLayers';
import { preprocessingLayers } from '../../src/files/keras/layers/preprocessingLayers';
import { shapeLayers } from '../../src/files/keras/layers/shapeLayers';
import { supportedOperators } from '../../src/files/onnx/operatorTable';
import manifest from '../../package.json';
import texts from '../../package.nls.json';

const root = path.join(import.meta.dirname, '../..');
const file = path.join(root, 'README.md');

function settingsTable(): string {
  const textOf = new Map(Object.entries(texts).map(([key, text]) => [`%${key}%`, text]));
  const rows = Object.entries(manifest.contributes.configuration.properties).map(
    ([name, setting]) =>
      `| \`${name}\` | \`${JSON.stringify(setting.default)}\` | ${textOf.get(setting.markdownDescription)} |`,
  );
  return ['| Setting | Default | What |', '| --- | --- | --- |', ...rows].join('\n');
}

function onnxTable(): string {
  const domains = new Map<string, string[]>();
  for (const { domain, operator } of supportedOperators())
    domains.set(domain, [...(domains.get(domain) ?? []), operator]);
  const rows = [...domains].map(
    ([domain, operators]) => `| \`${domain || 'ai.onnx'}\` | ${operators.sort().join(', ')} |`,
  );
  return ['| Domain | Operators |', '| --- | --- |', ...rows].join('\n');
}

function kerasTable(): string {
  const groups = {
    Core: coreLayers,
    Activation: activationLayers,
    Shape: shapeLayers,
    Merging: mergingLayers,
    Normalisation: normalisationLayers,
    '1-D convolution and pooling': convolutionLayers,
    Attention: attentionLayers,
    Preprocessing: preprocessingLayers,
  };
  const rows = Object.entries(groups).map(([name, layers]) => `| ${name} | ${Object.keys(layers).sort().join(', ')} |`);
  return ['| Group | Layers |', '| --- | --- |', ...rows].join('\n');
}

function withTables(text: string): string {
  const tables = { settings: settingsTable(), onnx: onnxTable(), keras: kerasTable() };
  return Object.entries(tables).reduce(
    (result, [name, table]) =>
      result.replace(new RegExp(`(<!-- ${name}: generated -->)[\\s\\S]*?(<!-- /${name} -->)`), `$1\n\n${table}\n\n$2`),
    text,
  );
}

describe('README.md', () => {
  it('lists what the code supports', async () => {
    const text = readFileSync(file, 'utf8');
    const made = await format(withTables(text), { ...(await resolveConfig(file)), filepath: file });
    if (process.env.UPDATE_README) writeFileSync(file, made);
    else expect(text).toBe(made);
  });

  it('links to files that exist', () => {
    for (const document of ['README.md', 'src/README.md', 'test/README.md', 'test/fixtures/README.md']) {
      const text = readFileSync(path.join(root, document), 'utf8');
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) {
        expect(existsSync(path.join(root, path.dirname(document), target!)), `${document}: ${target}`).toBe(true);
      }
    }
  });
});
