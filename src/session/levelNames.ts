import type { Connection } from './sessionState';

/** What a category is connected by; its values are the numbers of the network's elements that are 1. */
type Connected = Pick<Connection, 'network' | 'binding'>;

/** What the element of a level that the model does not know is called. */
const otherTexts = 'other texts';

/** The levels of a category in the model's order; undefined for inputs that are fed by numbers. */
export function levelsOf({ network, binding }: Connected, input: number): readonly string[] | undefined {
  const { source, input: flat } = binding.inputs[input]!;
  return source.kind === 'levels' ? network.inputs[flat.port]!.levels : undefined;
}

/** The name of the level that an element stands for. */
export function levelOf({ network, binding }: Connected, input: number, element: number): string {
  const port = network.inputs[binding.inputs[input]!.input.port]!;
  return port.levels?.[element - (port.unknown === 'first' ? 1 : 0)] ?? otherTexts;
}

/** The element that stands for a level: for one the model does not know that of other texts, −1 where it has none. */
export function elementOf({ network, binding }: Connected, input: number, level: string): number {
  const port = network.inputs[binding.inputs[input]!.input.port]!;
  const place = (port.levels ?? []).indexOf(level);
  if (place >= 0) return place + (port.unknown === 'first' ? 1 : 0);
  return port.unknown === 'first' ? 0 : port.unknown === 'last' ? port.size - 1 : -1;
}
