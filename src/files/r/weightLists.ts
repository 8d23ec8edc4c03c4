import { areWeights, namedContent, type Stored } from '../bareWeights/storedTree';
import { withCodeGuess } from '../bareWeights/codeBeside';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { attributesOf, type RValue } from '../containers/rValues';
import { maxNesting } from '../limits';
import type { Reading, ReadOptions } from '../reading';
import { attribute, classesOf, entriesOf, numbersOf, textsOf } from './fields';
import type { Sibling } from './scaler';

/** Weights in plain lists of R: `list(W1 = …, b1 = …, W2 = …, b2 = …)`, or objects of a workspace; undefined when there are none. */
export async function readWeightLists(
  objects: readonly Sibling[],
  file: string,
  options: ReadOptions,
): Promise<Reading | undefined> {
  const entries = objects.flatMap(({ name, value }) => {
    const stored = storedValue(value, 0);
    return stored ? [[name, stored] as const] : [];
  });
  const [only] = entries;
  const tree: Stored = only && entries.length === 1 && only[0] === '' ? only[1] : { kind: 'group', entries };
  const { arrays, texts } = namedContent(tree);
  if (!areWeights(arrays)) return undefined;
  const bare = {
    file,
    format: 'rds',
    framework: 'R',
    arrays,
    texts,
    dialect: 'numpy',
    ordered: true,
    problems: [],
  } as const;
  return withCodeGuess(readBareWeights(bare, options), options.folder);
}

function storedValue(value: RValue, depth: number): Stored | undefined {
  if (classesOf(value).some((name) => name !== 'matrix' && name !== 'array' && name !== 'list') || depth > maxNesting)
    return undefined;
  const texts = textsOf(value);
  if (texts) return { kind: 'texts', values: texts };
  const numbers = numbersOf(value);
  if (numbers) return arrayOf(numbers, numbersOf(attribute(value, 'dim')));
  if (value.kind !== 'list' || saysMore(value)) return undefined;
  const entries = entriesOf(value).flatMap((entry, i) => {
    const stored = storedValue(entry.value, depth + 1);
    return stored ? [[entry.name === '' ? String(i + 1) : entry.name, stored] as const] : [];
  });
  return { kind: 'group', entries };
}

/** Packages keep functions beside their weights, and scalings in attributes of a list: reading the weights alone would be wrong. */
function saysMore(list: RValue): boolean {
  const attributes = [...attributesOf(list).keys()].filter((name) => !/^(names|class|dim|dimnames)$/.test(name));
  return attributes.length > 0 || entriesOf(list).some((entry) => entry.value.kind === 'closure');
}

/** R writes matrices column by column. */
function arrayOf(values: Float64Array, dimensions: Float64Array | undefined): Stored {
  const [rows = 0, columns = 0] = dimensions ?? [];
  if (dimensions?.length !== 2 || rows * columns !== values.length)
    return { kind: 'numbers', shape: [values.length], values };
  const turned = values.map((_, at) => values[(at % columns) * rows + Math.floor(at / columns)]!);
  return { kind: 'numbers', shape: [rows, columns], values: turned };
}
