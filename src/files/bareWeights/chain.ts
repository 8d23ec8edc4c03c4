import { compareByNumber, compareKeys } from './arrayNames';
import type { BareFile, Orientation } from './bareFile';
import { lengthsOf, type DensePart, type Part } from './parts';

/** One way to read the parts as a network: every layer's output fits the next layer's input. */
export interface Chain {
  readonly parts: readonly Part[];
  readonly orientation: Orientation;
  /** The bias of each layer is a row of its weights: their first or last input is always 1. */
  readonly biasRow?: BiasRow;
  readonly inputs: number;
  readonly outputs: number;
}

/** Which input of a matrix the bias belongs to. */
export type BiasRow = 'first' | 'last';

/** The ways that fit: alternatives in orientation for one order, and another order when names and file disagree. */
export interface Chains {
  readonly alternatives: readonly Chain[];
  readonly otherOrder?: Chain;
}

/** More layers than this are not tried in every order. */
const maxPermuted = 7;

/** Reads the parts in the order of their names, of their numbers or of the file: the first that fits. */
export function findChains(file: BareFile, parts: readonly Part[]): Chains {
  const orders = candidateOrders(file, parts);
  for (const order of orders) {
    const alternatives = readings(file, order.parts);
    if (alternatives.length === 0) continue;
    const rival = order.sure
      ? undefined
      : orders.find((other) => !sameOrder(other.parts, order.parts) && readings(file, other.parts).length > 0);
    const otherOrder = rival && readings(file, rival.parts)[0];
    return { alternatives, ...(otherOrder ? { otherOrder } : {}) };
  }
  // Names that number the layers leave nothing to try: if they do not fit, the file is wrong.
  return { alternatives: inOrderByName(parts).sure ? [] : permuted(file, parts) };
}

interface Order {
  readonly parts: readonly Part[];
  readonly sure: boolean;
}

function candidateOrders(file: BareFile, parts: readonly Part[]): Order[] {
  const { parts: byName, sure: nameSure } = inOrderByName(parts);
  const byNumber = [...parts].sort(
    (a, b) => compareByNumber(a.key, b.key) || rank(a) - rank(b) || compareKeys(a.key, b.key).sign,
  );
  const asFile = { parts, sure: file.ordered && (!nameSure || sameOrder(parts, byName)) };
  const named = { parts: byName, sure: nameSure || sameOrder(byName, parts) };
  const numbered = { parts: byNumber, sure: true };
  return file.ordered ? [asFile, named, numbered] : [named, numbered, asFile];
}

function inOrderByName(parts: readonly Part[]): Order {
  const byName = [...parts].sort((a, b) => compareKeys(a.key, b.key).sign);
  return {
    parts: byName,
    sure: byName.every((part, at) => at === 0 || compareKeys(byName[at - 1]!.key, part.key).sure),
  };
}

function rank(part: Part): number {
  return part.kind === 'dense' ? 0 : 1;
}

function sameOrder(a: readonly Part[], b: readonly Part[]): boolean {
  return a.every((part, at) => part === b[at]);
}

/** All readings of the parts in this order: both orientations unless the file's maker has a convention. */
function readings(file: BareFile, parts: readonly Part[]): Chain[] {
  const both: readonly Orientation[] = parts.some((part) => part.kind === 'dense' && !part.vector)
    ? ['in,out', 'out,in']
    : ['in,out'];
  const orientations = file.convention ? [file.convention] : both;
  const plain = orientations.flatMap((orientation) => follow(parts, orientation, false) ?? []);
  if (plain.length > 0) return plain;
  const noBias = parts.every((part) => part.kind === 'dense' && part.bias === undefined);
  return noBias && parts.length > 1 ? withBiasRow(parts, orientations) : [];
}

/** Readings in which a row of every weight matrix is the bias; the first until the user says it is the last. */
export function withBiasRow(parts: readonly Part[], orientations: readonly Orientation[]): Chain[] {
  return orientations.flatMap((orientation) => follow(parts, orientation, true) ?? []);
}

function follow(parts: readonly Part[], orientation: Orientation, biasRow: boolean): Chain | undefined {
  let width: number | undefined;
  let inputs: number | undefined;
  for (const part of parts) {
    const next = part.kind === 'dense' ? throughDense(part, width, orientation, biasRow) : throughOther(part, width);
    if (!next) return undefined;
    inputs ??= next[0];
    width = next[1];
  }
  if (width === undefined || inputs === undefined || !parts.some((part) => part.kind === 'dense')) return undefined;
  return { parts, orientation, ...(biasRow ? { biasRow: 'first' } : {}), inputs, outputs: width };
}

function throughDense(
  part: DensePart,
  width: number | undefined,
  orientation: Orientation,
  biasRow: boolean,
): readonly [number, number] | undefined {
  const [stored, out] = lengthsOf(part, orientation);
  const inputs = biasRow ? stored - 1 : stored;
  const fits = inputs > 0 && (width === undefined || width === inputs);
  const biasFits = part.bias === undefined || part.bias.length === out;
  return fits && biasFits ? [inputs, out] : undefined;
}

function throughOther(
  part: Exclude<Part, DensePart>,
  width: number | undefined,
): readonly [number, number] | undefined {
  const size = part.kind === 'norm' ? part.size : part.alpha.length === 1 ? (width ?? 0) : part.alpha.length;
  return size > 0 && (width === undefined || width === size) ? [size, size] : undefined;
}

/** When no order of names fits: the one permutation of dense layers that does. Several fitting ones fit none. */
function permuted(file: BareFile, parts: readonly Part[]): readonly Chain[] {
  if (parts.length > maxPermuted || parts.some((part) => part.kind !== 'dense')) return [];
  let found: readonly Chain[] = [];
  let orders = 0;
  const visit = (chosen: readonly Part[], left: readonly Part[]): void => {
    if (left.length === 0) {
      const alternatives = readings(file, chosen);
      if (alternatives.length === 0) return;
      orders++;
      found = alternatives;
      return;
    }
    left.forEach((part, at) => visit([...chosen, part], left.toSpliced(at, 1)));
  };
  visit([], parts);
  return orders === 1 ? found : [];
}
