import { ProblemError } from '../../problem';
import { bareProblem, shapeText, type BareFile } from './bareFile';
import type { Candidate } from './leftOut';

/** Kinds of layers whose computation does not follow from their arrays, by the names their arrays always have. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [
    /(^|[._/])(weight|bias)_(ih|hh|hr)_l\d+(_reverse)?$|recurrent_kernel|(^|[._/])(weight|bias)_(ih|hh)$/,
    'recurrent weights',
  ],
  [/(^|[._/])(in_proj_(weight|bias)|q_proj|k_proj|v_proj|query|key|self_attn|attn)([._/]|$)/, 'attention weights'],
  [/(^|[._/])(lora_[AB]|qweight|qzeros|scales|_packed_params|zero_point)([._/]|$)/, 'adapted or quantised weights'],
];

/** Refuses recurrent, attention and quantised layers, and embeddings, by the name of the array. */
export function refuseForeign(file: BareFile, candidates: readonly Candidate[]): void {
  for (const array of candidates) {
    // The names of PyTorch's recurrent weights cannot be anything else; the others are plain words as well.
    const known = file.dialect === 'torch' ? foreign : foreign.slice(0, 1);
    const found = known.find(([pattern]) => pattern.test(array.name));
    if (found) throw refusedArray(file, array, found[1]);
  }
  const words = (array: Candidate): string => array.parsed.words.join(' ');
  const recurrent = candidates.find((array) => /\b(hh|recurrent)\b/.test(words(array)));
  if (recurrent && (words(recurrent).includes('recurrent') || candidates.some((array) => /\bxh\b/.test(words(array)))))
    throw refusedArray(file, recurrent, 'recurrent weights');
  const embedding = candidates.find(
    (array) =>
      /\b(embedding|embeddings|emb|embed)\b/.test(words(array)) &&
      array.shape.length === 2 &&
      !hasBias(array, candidates),
  );
  if (embedding && file.dialect === 'torch') throw refusedArray(file, embedding, 'the table of an embedding');
}

function hasBias(array: Candidate, candidates: readonly Candidate[]): boolean {
  const key = array.parsed.key.join('.');
  return candidates.some((other) => other.parsed.role === 'bias' && other.parsed.key.join('.') === key);
}

function refusedArray(file: BareFile, array: Candidate, what: string): ProblemError {
  return new ProblemError(
    bareProblem(
      file,
      'weights-foreign-layer',
      `${array.name} ${shapeText(array.shape)} in ${file.file} are ${what}: how they are used is not in the file.`,
      'Export the network as ONNX or TorchScript: those hold the computation too.',
    ),
  );
}
