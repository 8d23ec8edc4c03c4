/** What the name of an array says about it: its words, what it is for, and which layer it belongs to. */
export interface ArrayName {
  /** Lower-case words and whole numbers, in order. */
  readonly words: readonly (string | number)[];
  readonly role: Role | undefined;
  /** The words without those that say the role: arrays with the same key belong to the same layer. */
  readonly key: readonly (string | number)[];
}

/** What an array is for, as far as its name tells. */
type Role = 'weight' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance';

/** Phrases that give a role away, the surest first; a phrase is removed from the key. */
const rolePhrases: readonly (readonly [Role, readonly string[]])[] = [
  ['mean', ['running', 'mean']],
  ['variance', ['running', 'var']],
  ['variance', ['running', 'variance']],
  ['mean', ['moving', 'mean']],
  ['variance', ['moving', 'variance']],
  ['variance', ['moving', 'var']],
  ['gamma', ['gamma']],
  ['beta', ['beta']],
  ...['weight', 'weights', 'kernel', 'kernels', 'coef', 'coefs', 'coefficient', 'coefficients', 'theta', 'thetas'].map(
    (word): readonly [Role, readonly string[]] => ['weight', [word]],
  ),
  ...['syn', 'synapse', 'synapses', 'synaptic', 'wts', 'wt'].map((word): readonly [Role, readonly string[]] => [
    'weight',
    [word],
  ]),
  ...['bias', 'biases', 'intercept', 'intercepts', 'thresholds'].map((word): readonly [Role, readonly string[]] => [
    'bias',
    [word],
  ]),
];

/** `Wh`, `bo`, `who`: a letter for the role joined to a letter for the place. */
const joinedRole = /^([wb])(h|o|y|i|x|in|out|ih|ho|hy|xh|hh|xy|hidden|output|input)$/;

/** Takes a name apart: `layer0.weight`, `W1`, `dense_1/kernel:0`, `fc1_b`, `Wh`. */
export function parseName(name: string): ArrayName {
  const words = wordsOf(name);
  const long = longRole(words);
  if (long) return { words, ...long };
  const letter = words.findLastIndex((word) => word === 'w' || word === 'b');
  if (letter < 0) return { words, role: undefined, key: words };
  return { words, role: words[letter] === 'w' ? 'weight' : 'bias', key: words.toSpliced(letter, 1) };
}

/** A key as one text, for maps. */
export function keyText(key: readonly (string | number)[]): string {
  return key.join('.');
}

function wordsOf(name: string): (string | number)[] {
  const separated = name
    .replace(/:\d+$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .replace(/(\d)([A-Za-z])/g, '$1 $2');
  const parts = separated.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
  return parts.flatMap((part): (string | number)[] => {
    if (/^\d+$/.test(part)) return [Number(part)];
    const word = part.toLowerCase();
    const joined = joinedRole.exec(word);
    return joined ? [joined[1]!, joined[2]!] : [word];
  });
}

function longRole(words: ArrayName['words']): Pick<ArrayName, 'role' | 'key'> | undefined {
  let best: { role: Role; start: number; length: number } | undefined;
  for (const [role, phrase] of rolePhrases) {
    for (let start = 0; start + phrase.length <= words.length; start++) {
      if (!phrase.every((word, k) => words[start + k] === word)) continue;
      const longer = phrase.length > (best?.length ?? 0);
      const later = phrase.length === best?.length && start > best.start;
      if (longer || later) best = { role, start, length: phrase.length };
    }
  }
  return best && { role: best.role, key: words.toSpliced(best.start, best.length) };
}

/** Where a layer stands by its word: at the front, in the middle (0), at the end. */
const places: ReadonlyMap<string, number> = new Map([
  ...['input', 'in', 'first', 'ih', 'xh', 'x', 'i', 'stem'].map((word): [string, number] => [word, -3]),
  ...['embed', 'embedding', 'encoder', 'enc'].map((word): [string, number] => [word, -2]),
  ...['backbone', 'features', 'trunk', 'body', 'base', 'shared'].map((word): [string, number] => [word, -1]),
  ...['decoder', 'dec'].map((word): [string, number] => [word, 1]),
  ...['head', 'classifier', 'regressor', 'predictor', 'top', 'logits'].map((word): [string, number] => [word, 2]),
  ...['output', 'out', 'last', 'final', 'ho', 'hy', 'o', 'y'].map((word): [string, number] => [word, 3]),
]);

/** How two layers' keys are ordered; `sure` is false where only the alphabet decides. */
export interface KeyOrder {
  readonly sign: number;
  readonly sure: boolean;
}

/** Word by word: numbers as numbers, words by the place they name, else by the alphabet. */
export function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): KeyOrder {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return { sign: left - right, sure: true };
    const byPlace = placeOf(left) - placeOf(right);
    if (byPlace !== 0) return { sign: byPlace, sure: true };
    if (left === undefined || right === undefined) return { sign: left === undefined ? -1 : 1, sure: true };
    return { sign: String(left) < String(right) ? -1 : 1, sure: false };
  }
  return { sign: 0, sure: true };
}

/** By the place a key names, then by the numbers in it: fc1 and bn1 before fc2; 0 when neither tells. */
export function compareByNumber(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const place = wholePlace(a) - wholePlace(b);
  if (place !== 0) return place;
  const numbers = [a, b].map((key) => key.filter((word) => typeof word === 'number'));
  return compareKeys(numbers[0]!, numbers[1]!).sign;
}

function wholePlace(key: readonly (string | number)[]): number {
  return key.reduce<number>((sum, word) => sum + placeOf(word), 0);
}

function placeOf(word: string | number | undefined): number {
  return typeof word === 'string' ? (places.get(word) ?? 0) : 0;
}
