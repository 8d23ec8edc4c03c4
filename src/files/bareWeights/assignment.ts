import { compareKeys } from './arrayNames';
import { findChains, type Chains } from './chain';
import type { BareFile } from './bareFile';
import type { Candidate } from './leftOut';
import { denseParts, type DensePart, type NamedParts, type Part } from './parts';

/** At most this many one-row or one-column matrices are tried both as weights and as biases. */
const maxUndecided = 10;

/** Gives biases that belong to no layer by name to the layers without one: one each in order, else to the one before. */
export function withLooseBiases(named: NamedParts, candidates: readonly Candidate[]): readonly Part[] {
  const { parts, looseBiases } = named;
  const bare = parts.filter((part): part is DensePart => part.kind === 'dense' && part.bias === undefined);
  if (looseBiases.length === 0 || bare.length === 0) return parts;
  const sorted = [...looseBiases].sort((a, b) => compareKeys(a.parsed.key, b.parsed.key).sign);
  const ordered = [...bare].sort((a, b) => compareKeys(a.key, b.key).sign);
  const given = new Map<Part, Candidate>();
  if (sorted.length === ordered.length) ordered.forEach((part, at) => given.set(part, sorted[at]!));
  else
    for (const bias of looseBiases) {
      const place = candidates.indexOf(bias);
      const before = bare.findLast((part) => candidates.findIndex((other) => other.name === part.weight.name) < place);
      if (before) given.set(before, bias);
    }
  return parts.map((part) => {
    const bias = given.get(part);
    return bias && part.kind === 'dense' ? { ...part, bias: bias.values } : part;
  });
}

/**
 * Arrays whose names say nothing (`arr_0`, `arr_1`, …): vectors are biases, matrices weights, and a matrix of one row or
 * column may be either; the readings in which every layer has a bias come first, then those in which none has.
 */
export function unnamedChains(file: BareFile, candidates: readonly Candidate[]): Chains {
  const byName = [...candidates].sort((a, b) => compareKeys(a.parsed.key, b.parsed.key).sign);
  const sure = byName.every((part, at) => at === 0 || compareKeys(byName[at - 1]!.parsed.key, part.parsed.key).sure);
  const arrays = (sure ? byName : candidates).filter((array) => array.shape.length <= 3);
  const undecided = arrays.filter((array) => array.shape.length === 2 && array.shape.includes(1));
  if (undecided.length > maxUndecided || arrays.every((array) => array.shape.length < 2)) return { alternatives: [] };
  const best: (Chains | undefined)[] = [undefined, undefined, undefined];
  for (let choice = 2 ** undecided.length - 1; choice >= 0; choice--) {
    const isBias = (array: Candidate): boolean => {
      const at = undecided.indexOf(array);
      return at >= 0 ? ((choice >> at) & 1) === 1 : array.shape.length < 2;
    };
    const weights = arrays.filter((array) => !isBias(array));
    const biases = arrays.filter(isBias);
    const chains = chainOf(file, arrays, weights, biases);
    if (!chains || chains.alternatives.length === 0) continue;
    best[biases.length === weights.length ? 0 : biases.length === 0 ? 1 : 2] ??= chains;
  }
  return best.find((chains) => chains !== undefined) ?? { alternatives: [] };
}

function chainOf(
  file: BareFile,
  arrays: readonly Candidate[],
  weights: readonly Candidate[],
  biases: readonly Candidate[],
): Chains | undefined {
  const given = new Map<Candidate, Candidate>();
  for (const [at, bias] of biases.entries()) {
    const before = arrays.slice(0, arrays.indexOf(bias)).findLast((array) => weights.includes(array));
    const weight = biases.length === weights.length ? weights[at] : before;
    if (!weight || given.has(weight)) return undefined;
    given.set(weight, bias);
  }
  const parts = weights.flatMap((weight) => denseParts(weight, given.get(weight)));
  return findChains(file, parts);
}
