import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseRulesFile } from '../findings/rulesFile';

/**
 * The units that a slopescope.json in the model's folder, or in a folder above it up to the present one, gives the
 * model's columns. They name numbers and change none, so they count without being asked for; a file that cannot be read
 * is `slopescope check`'s to report.
 */
export async function unitsBeside(model: string): Promise<Readonly<Record<string, string>>> {
  const place = path.resolve(model);
  for (let folder = path.dirname(place); ; folder = path.dirname(folder)) {
    const text = await readFile(path.join(folder, 'slopescope.json'), 'utf8').catch(() => '');
    const entry = parseRulesFile('slopescope.json', text).models.find(
      (own) => path.resolve(folder, own.model) === place,
    );
    if (entry) return entry.units;
    if (!folder.startsWith(process.cwd() + path.sep)) return {};
  }
}
