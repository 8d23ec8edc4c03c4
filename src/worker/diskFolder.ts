import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Folder } from '../files/reading';

/** A folder of this machine's disk as readers see it; nothing outside it is read, links included. */
export function diskFolder(folder: string): Folder {
  const inside = async (relative: string): Promise<string | undefined> => {
    const place = path.resolve(folder, relative);
    try {
      const [root, real] = [await realpath(folder), await realpath(place)];
      const way = path.relative(root, real);
      return way === '' || (!way.startsWith('..') && !path.isAbsolute(way)) ? real : undefined;
    } catch {
      return undefined; // it is not there
    }
  };
  return {
    list: async (relative = '') => {
      const place = await inside(relative);
      return place !== undefined && (await stat(place)).isDirectory() ? readdir(place) : [];
    },
    read: async (relative) => {
      const place = await inside(relative);
      return place !== undefined && (await stat(place)).isFile() ? new Uint8Array(await readFile(place)) : undefined;
    },
  };
}
