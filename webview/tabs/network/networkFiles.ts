import { csvFile } from '../../parts/csvFile';
import type { TextFile } from '../../parts/csvFile';
import type { PageState } from '../../state';

/** The units and weights of the picture. */
export function networkFiles({ answers }: PageState): readonly TextFile[] {
  const picture = answers.networkPicture;
  if (!picture) return [];
  const { layers, edges } = picture;
  const units = layers.flatMap(({ title, units: some }) =>
    some.map(({ name, bias, activity, part, share }) => [title, name, bias, activity, part, share]),
  );
  const weights = edges.map(({ layer, from, to, weight }) => [
    layers[layer]?.units[from]?.name,
    layers[layer + 1]?.units[to]?.name,
    weight,
  ]);
  return [
    csvFile('network.units', ['layer', 'unit', 'bias', 'gives', 'part', 'share'], units),
    csvFile('network.weights', ['from', 'to', 'weight'], weights),
  ];
}
