import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The page's script and style as they were built, with the colours VS Code would give, for the report. `</script` inside strings must not end the element. */
export async function pageAssets(folder: string): Promise<{ readonly script: string; readonly style: string }> {
  const script = await readFile(path.join(folder, 'page.js'), 'utf8');
  const [theme, page] = await Promise.all(
    ['report.css', 'page.css'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  return {
    script: script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'),
    style: `${theme}\n${page}`,
  };
}
