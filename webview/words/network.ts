import { count, percent, signed } from './numbers';
import { plural, words } from './words';

/** Everything the Network tab says beside what the answers say. */
export const networkWords = {
  tab: () => words('Network'),
  atRow: (row: number) => words('Filled by what each unit gives at row {0}.', count(row + 1)),
  key: () => words('Blue: positive weight, solid. Orange: negative, dashed. Thick: large.'),
  threshold: () => words('Show weights above'),
  share: (share: number) => percent(share),
  picture: (layers: string) => words('Network: {0}', layers),
  more: (units: number) => plural(units, 'and {0} more', 'and {0} more', count(units)),
  units: () => words('Units'),
  layerUnits: (layer: string) => words('Units of {0}', layer),
  unit: () => words('Unit'),
  gives: () => words('Gives'),
  part: (unit: string) => words('Part, {0}', unit),
  shareHead: () => words('Share'),
  weightsIn: (name: string) => words('Strongest weights into {0}', name),
  weightsOut: (name: string) => words('Strongest weights out of {0}', name),
  weight: (name: string, weight: number) => words('{0} {1}', name, signed(weight)),
  biasHead: () => words('Bias'),
  layer: (title: string, name: string) => words('{0} · {1}', title, name),
  bias: (bias: number) => words('bias {0}', signed(bias)),
};
