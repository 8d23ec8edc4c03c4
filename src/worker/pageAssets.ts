import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The page's script and style as they were built, for the report. `</script` inside strings must not end the element. */
export async function pageAssets(folder: string): Promise<{ readonly script: string; readonly style: string }> {
  const script = await readFile(path.join(folder, 'page.js'), 'utf8');
  const style = await readFile(path.join(folder, 'page.css'), 'utf8');
  return { script: script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'), style };
}
