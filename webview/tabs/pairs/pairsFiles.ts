import type { PairsView, Surface } from '../../../src/session/pairsQuestion';
import { csvFile, withUnitHead } from '../../parts/csvFile';
import type { TextFile } from '../../parts/csvFile';
import type { PageState } from '../../state';

/** All pairs with their strengths, and the surface of the chosen one. */
export function pairsFiles({ answers, choices }: PageState): readonly TextFile[] {
  const { pairs, surface } = answers;
  if (!pairs) return [];
  return [pairsOf(pairs), ...(surface ? [surfaceOf(surface, choices.surface ?? 'slope')] : [])];
}

function pairsOf({ inputs, pairs, unit }: PairsView): TextFile {
  const heads = ['input', 'with', withUnitHead('strength', unit), withUnitHead('with sign', unit), 'mixed slope'];
  const lines = pairs.map(({ first, second, strength, signed, mixed }) => [
    inputs[second]?.name,
    inputs[first]?.name,
    strength,
    signed,
    mixed,
  ]);
  return csvFile('pairs', heads, lines);
}

function surfaceOf({ first, second, unit, x, y, values, distance }: Surface, show: 'slope' | 'forecast'): TextFile {
  const lines = Array.from(values, (value, at) => [
    x[at % x.length],
    y[Math.floor(at / x.length)],
    value,
    distance[at],
  ]);
  const heads = [first, second, withUnitHead(show, unit), 'spreads to the nearest row'];
  return csvFile(`pairs.${first}.${second}.${show}`, heads, lines);
}
