import { describe, expect, it } from 'vitest';
import bundle from '../../l10n/bundle.l10n.json';
import manifest from '../../package.json';
import manifestTexts from '../../package.nls.json';
import { translatableTexts } from '../../tools/l10n.mjs';

describe('the bundle for translators', () => {
  it('holds every text that is said, and no other (node tools/l10n.mjs writes it)', () => {
    const texts = translatableTexts();
    expect(texts.length).toBeGreaterThan(500);
    expect(Object.keys(bundle).sort()).toEqual(texts);
    expect(texts).toEqual(expect.arrayContaining(['never falls', 'warning', 'no fall found', 'Treat as one']));
    expect(Object.entries(bundle).filter(([english, text]) => english !== text)).toEqual([]);
  });

  it('is named where VS Code looks for it', () => {
    expect(manifest.l10n).toBe('./l10n');
  });
});

describe('the texts of package.json for translators', () => {
  const { commands, configuration, views, viewsWelcome, walkthroughs } = manifest.contributes;
  const shown = [
    ...commands.map(({ title }) => title),
    ...views.slopescope.map(({ name }) => name),
    ...viewsWelcome.map(({ contents }) => contents),
    ...Object.values(configuration.properties).map(({ markdownDescription }) => markdownDescription),
    ...walkthroughs
      .flatMap((walkthrough) => [walkthrough, ...walkthrough.steps])
      .flatMap(({ title, description }) => [title, description]),
  ];

  it('stand in package.nls.json, each under a key that is used, and no other', () => {
    expect(shown.sort()).toEqual(
      Object.keys(manifestTexts)
        .map((key) => `%${key}%`)
        .sort(),
    );
    expect(Object.values(manifestTexts).filter((text) => text.trim() === '')).toEqual([]);
  });
});
