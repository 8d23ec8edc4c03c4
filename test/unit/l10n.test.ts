import { describe, expect, it } from 'vitest';
import bundle from '../../l10n/bundle.l10n.json';
import manifest from '../../package.json';
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
