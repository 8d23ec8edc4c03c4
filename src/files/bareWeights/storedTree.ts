import { parseName } from './arrayNames';
import type { BareArray, BareText } from './bareFile';

/** Plain data as files of many kinds hold it: arrays and texts under keys, in lists and in objects. */
export type Stored =
  | { readonly kind: 'numbers'; readonly shape: readonly number[]; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'group'; readonly entries: readonly (readonly [key: string, value: Stored])[] };

/** The arrays and texts of such data by the keys that lead to them (`layers.0.weights`), in the order of the file. */
export function namedContent(tree: Stored): {
  readonly arrays: readonly BareArray[];
  readonly texts: readonly BareText[];
} {
  const arrays: BareArray[] = [];
  const texts: BareText[] = [];
  const visit = (part: Stored, name: string): void => {
    if (part.kind === 'numbers') arrays.push({ name, shape: part.shape, values: part.values });
    else if (part.kind === 'texts') texts.push({ name, values: part.values });
    else for (const [key, entry] of part.entries) visit(entry, name === '' ? key : `${name}.${key}`);
  };
  visit(tree, '');
  return { arrays, texts: [...texts, ...byLayer(texts)] };
}

/** Whether arrays look like the weights of a network and not like data: the name of a matrix says so. */
export function areWeights(arrays: readonly BareArray[]): boolean {
  return arrays.some(({ name, shape }) => shape.length >= 2 && parseName(name).role === 'weight');
}

/** `layers.0.activation`, `layers.1.activation`, … as one list `layers.activation`, in the order of the layers. */
function byLayer(texts: readonly BareText[]): BareText[] {
  const joined = new Map<string, string[]>();
  for (const { name, values } of texts) {
    const parts = /^(.*?)\.?(\d+)\.(\D*)$/.exec(name);
    if (!parts || values.length !== 1) continue;
    const whole = [parts[1], parts[3]].filter((part) => part !== '').join('.');
    joined.set(whole, [...(joined.get(whole) ?? []), values[0]!]);
  }
  return Array.from(joined, ([name, values]) => ({ name, values }));
}

/** Lists of numbers within lists, all of one shape, as an array; undefined for lists of anything else. */
export function listedArray(list: readonly unknown[]): Extract<Stored, { kind: 'numbers' }> | undefined {
  const shape: number[] = [];
  for (let level: unknown = list; Array.isArray(level); level = level[0] as unknown) shape.push(level.length);
  const values: number[] = [];
  const fits = (part: unknown, depth: number): boolean => {
    if (depth === shape.length) return typeof part === 'number' && values.push(part) > 0;
    return Array.isArray(part) && part.length === shape[depth] && part.every((item) => fits(item, depth + 1));
  };
  return list.length > 0 && fits(list, 0) ? { kind: 'numbers', shape, values: Float64Array.from(values) } : undefined;
}
