import type { BareFile, VectorLayer } from './bareFile';
import type { Candidate } from './leftOut';
import type { Inquiry } from './questions';

const kinds: readonly VectorLayer[] = ['PReLU', 'LayerNorm', 'RMSNorm'];

/**
 * A PyTorch layer whose only array is a vector called `weight` can be a PReLU, or a LayerNorm or RMSNorm without
 * offsets. One slope, or a name, tells; else the user does. Undefined while that is open.
 */
export function vectorLayers(
  file: BareFile,
  candidates: readonly Candidate[],
  inquiry: Inquiry,
): ReadonlyMap<string, VectorLayer> | undefined {
  const found = new Map<string, VectorLayer>();
  let open = false;
  for (const array of file.dialect === 'torch' ? candidates.filter((one) => isAlone(one, candidates)) : []) {
    const words = array.parsed.words.join(' ');
    if (array.values.length === 1 || /\b(prelu|relu|act|activation)\b/.test(words)) found.set(array.name, 'PReLU');
    else if (/\b(rms|rmsnorm)\b/.test(words)) found.set(array.name, 'RMSNorm');
    else {
      const layer = array.name.replace(/\.weight$/, '');
      const norm = /norm|\bln\b/.test(words);
      const ask = `Which layer is ${layer} in ${file.file}, whose only array is a vector of ${array.values.length} numbers?`;
      const answer = inquiry.choice(layer, ask, kinds, norm ? 'LayerNorm' : 'PReLU');
      const kind = kinds.find((candidate) => candidate === answer);
      if (kind) found.set(array.name, kind);
      else open = true;
    }
  }
  return open ? undefined : found;
}

function isAlone(array: Candidate, candidates: readonly Candidate[]): boolean {
  if (array.parsed.role !== 'weight' || array.shape.length !== 1) return false;
  const key = array.parsed.key.join('.');
  return candidates.every((other) => other === array || other.parsed.key.join('.') !== key);
}
