import { elements } from '../../network/tensor';
import type { BareArray, BareFile } from '../bareWeights/bareFile';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { Inquiry } from '../bareWeights/questions';
import type { NamedBytes, Reading, ReadOptions } from '../reading';
import { maxNumbersPerByte, maxSpreadElements } from '../limits';
import { refuse } from '../refuse';
import { plainWeights } from './reparametrised';
import type { Leaf } from './savedTree';
import { tensorNumbers } from './tensors';

/** Reads saved tensors that are not a module: a state dict, alone or inside a training checkpoint. */
export function readStateDict(
  file: NamedBytes,
  format: string,
  leaves: readonly Leaf[],
  options: ReadOptions,
): Reading {
  for (const leaf of leaves) if (leaf.kind === 'unread') refuseUnread(file, leaf.path.join('.'), leaf.how);
  const inquiry = new Inquiry(emptyTorchFile(file, format), options);
  const container = chooseContainer(file, leaves, inquiry);
  if (container === undefined)
    return { questions: inquiry.questions, settled: inquiry.settled, problems: inquiry.problems };
  return readBareWeights(stateFile(file, format, leaves, container), options);
}

function refuseUnread(file: NamedBytes, name: string, how: string): never {
  refuse(file.name, {
    code: 'torch-tensor-kind',
    message: `${name} in ${file.name} is a ${how}: its numbers do not lie in the file as a plain tensor.`,
    remedy: 'Make it an ordinary tensor (tensor.to_dense(), a model on the CPU) and save it again.',
    part: name,
  });
}

/** A file of PyTorch without arrays yet: for questions about the file as a whole. */
export function emptyTorchFile(file: NamedBytes, format: string): BareFile {
  const empty = { arrays: [], texts: [], problems: [] };
  return { file: file.name, format, ...empty, dialect: 'torch', ordered: true };
}

/** What an optimizer or an earlier state is called, in the keys that lead to a tensor. */
const asideWords = /optim|scheduler|scaler|ema|best|old|target|teacher|grad|callbacks|loops|history|rng|buffer|init/i;

/**
 * The dictionary that holds the network's tensors: `model_state_dict` beside `optimizer_state_dict`. Where several could
 * be meant, the user says which.
 */
function chooseContainer(file: NamedBytes, leaves: readonly Leaf[], inquiry: Inquiry): string | undefined {
  const containers = [...new Set(matrixContainers(leaves))];
  const inUse = containers.filter((name) => !asideWords.test(name));
  const candidates = inUse.length > 0 ? inUse : containers;
  // One dictionary inside another (layers of layers) belongs to it.
  const outermost = candidates.filter(
    (name) => !candidates.some((other) => other !== name && (other === '' || name.startsWith(`${other}/`))),
  );
  const [only = ''] = outermost;
  if (outermost.length < 2) return only;
  const ask = `${file.name} holds ${outermost.length} sets of weights: which one?`;
  return inquiry.choice('object', ask, outermost, only);
}

/** The dictionaries that hold matrices: tensors, or arrays of numpy where there are no tensors. */
function matrixContainers(leaves: readonly Leaf[]): readonly string[] {
  const tensors = leaves.filter((leaf) => leaf.kind === 'tensor' && leaf.tensor.shape.length >= 2);
  return (tensors.length > 0 ? tensors : leaves.filter(isMatrix)).map(containerOf);
}

function isMatrix(leaf: Leaf): boolean {
  return leaf.kind === 'numbers' && leaf.array && leaf.shape.length >= 2;
}

function containerOf(leaf: Leaf): string {
  return leaf.path.slice(0, -1).join('/');
}

function stateFile(file: NamedBytes, format: string, leaves: readonly Leaf[], container: string): BareFile {
  const stored: BareArray[] = [];
  const elsewhere = new Set(matrixContainers(leaves));
  const tensors = leaves.some((leaf) => leaf.kind === 'tensor');
  const budget = { left: file.bytes.length * maxNumbersPerByte + maxSpreadElements };
  for (const leaf of leaves) {
    const name = nameIn(leaf, container);
    const inside = isInside(leaf, container);
    // Lists of numbers beside tensors are settings; a state dict may as well be all arrays of numpy.
    if (leaf.kind === 'numbers' && (!inside || (leaf.array && !tensors)))
      stored.push({ name, shape: leaf.shape, values: leaf.values });
    // Beside the network only loose vectors are of use: means and deviations of the inputs.
    if (leaf.kind !== 'tensor' || (!inside && elsewhere.has(containerOf(leaf)))) continue;
    spend(file, budget, elements(leaf.tensor.shape));
    stored.push({ name, shape: leaf.tensor.shape, values: tensorNumbers(leaf.tensor, file.name, name) });
  }
  const texts = leaves.flatMap((leaf) =>
    leaf.kind === 'texts' ? [{ name: leaf.path.join('.'), values: leaf.values }] : [],
  );
  const arrays = plainWeights(file.name, stored);
  const torchNames = arrays.some((array) => /(^|\.)weight$/.test(array.name));
  return {
    file: file.name,
    format,
    framework: 'PyTorch',
    arrays,
    texts,
    dialect: torchNames ? 'torch' : 'numpy',
    ...(torchNames ? { convention: 'out,in' as const } : {}),
    ordered: true,
    problems: [],
  };
}

function isInside(leaf: Leaf, container: string): boolean {
  const path = containerOf(leaf);
  return container === '' || path === container || path.startsWith(`${container}/`);
}

/** The name within the container, without what DataParallel and torch.compile put before it. */
function nameIn(leaf: Leaf, container: string): string {
  const depth = isInside(leaf, container) && container !== '' ? container.split('/').length : 0;
  return leaf.path
    .slice(depth)
    .join('.')
    .replace(/^((module|_orig_mod)\.)+/, '');
}

function spend(file: NamedBytes, budget: { left: number }, count: number): void {
  budget.left -= count;
  if (budget.left >= 0) return;
  refuse(file.name, {
    code: 'torch-too-large',
    message: `The tensors in ${file.name} declare far more numbers than the file holds.`,
    remedy: 'Save the model again; if it came from somebody else, do not trust it.',
  });
}
