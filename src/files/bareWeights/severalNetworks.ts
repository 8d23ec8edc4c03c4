import type { BareFile } from './bareFile';
import { findChains } from './chain';
import { withLooseBiases } from './assignment';
import type { Candidate } from './leftOut';
import { namedParts } from './parts';
import type { Inquiry } from './questions';

/**
 * A file may hold several networks (`actor.0.weight`, `critic.0.weight`; `best_W1`, `last_W1`). When all arrays do not
 * fit as one, but those of a common first (or last) word do, the user says which is meant. Gives the candidates to go
 * on with, or undefined while that is open.
 */
export function severalNetworks(
  file: BareFile,
  candidates: readonly Candidate[],
  inquiry: Inquiry,
): readonly Candidate[] | undefined {
  if (candidates.length < 2 || chains(file, candidates)) return candidates;
  for (const end of [0, -1]) {
    const groups = new Map<string, Candidate[]>();
    for (const candidate of candidates) {
      const word = String(candidate.parsed.key.at(end) ?? '');
      groups.set(word, [...(groups.get(word) ?? []), candidate]);
    }
    const names = [...groups.keys()];
    const whole = names.filter((name) => name !== '' && !/^\d+$/.test(name) && chains(file, groups.get(name)!));
    if (whole.length < 2 || whole.length !== names.length) continue;
    const ask = `${file.file} holds ${whole.length} networks: which one?`;
    const chosen = inquiry.choice('object', ask, whole, whole[0]!);
    return chosen === undefined ? undefined : groups.get(chosen);
  }
  return candidates;
}

function chains(file: BareFile, candidates: readonly Candidate[]): boolean {
  const matrices = candidates.filter((candidate) => candidate.parsed.role === 'weight');
  if (matrices.length === 0 || matrices.some((matrix) => matrix.shape.length > 2)) return false;
  const parts = withLooseBiases(namedParts(file, candidates), candidates);
  return parts.some((part) => part.kind === 'dense') && findChains(file, parts).alternatives.length > 0;
}
