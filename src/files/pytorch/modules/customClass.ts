import { activationByName } from '../../bareWeights/activationNames';
import type { BareArray, BareFile } from '../../bareWeights/bareFile';
import { readBareWeights } from '../../bareWeights/readBareWeights';
import type { NamedBytes, Question, Reading, ReadOptions } from '../../reading';
import { isKind } from '../../containers/pickleValues';
import { refuse } from '../../refuse';
import { activationText, moduleRules } from './moduleTable';
import { isTorchClass, moduleLabel, type SavedModule } from './savedModule';

/** Classes that hold children without saying in which order, or whether, they are applied. */
const containers = /^(Sequential|ModuleList|ModuleDict)$/;

/** Classes that a bare reading can place: weights, and what changes nothing or is asked for. */
const placeable = /^(Linear|BatchNorm1d|LayerNorm|PReLU|Dropout.*|AlphaDropout|Identity|Flatten)$/;

/**
 * A class of the user's own: its forward is code outside the file. Its layers are taken in the order in which they are
 * stored; the activations between them are asked, with those stored beside them as the guess.
 */
export function readCustomClass(file: NamedBytes, model: SavedModule, options: ReadOptions): Reading {
  const leaves = flattened(file.name, model, true);
  const reading = readBareWeights(bareFile(file, model, leaves), options);
  return { ...reading, questions: reading.questions.map((question) => withGuess(model, leaves, question)) };
}

/** All layers in stored order; a class of the user's own inside another cannot be followed. */
function flattened(file: string, module: SavedModule, top: boolean): readonly SavedModule[] {
  if (top || containers.test(module.className))
    return module.children.flatMap((child) => flattened(file, child, false));
  if (module.module.startsWith('torch.nn.modules.loss')) return [];
  const known = isTorchClass(module) && (placeable.test(module.className) || activationText(module) !== undefined);
  if (known) return [module];
  if (isTorchClass(module) && moduleRules.has(module.className) && module.arrays.size === 0) return [];
  const empty = !isTorchClass(module) && module.arrays.size === 0 && module.children.length === 0;
  if (empty) return [];
  const label = moduleLabel(module);
  refuse(file, {
    code: 'torch-module-class',
    message: `${label} in ${file} is a ${module.module}.${module.className} inside a class of its own: how it is applied is code outside the file, which is not run.`,
    remedy: 'Export the model with torch.onnx.export or torch.jit.script: those hold the computation too.',
    part: label,
  });
}

function bareFile(file: NamedBytes, model: SavedModule, leaves: readonly SavedModule[]): BareFile {
  const own = [...model.arrays.values()];
  const arrays = leaves.flatMap((leaf) =>
    [...leaf.arrays.values()].map((array): BareArray => ({ ...array, name: `${leaf.path}.${array.name}` })),
  );
  return {
    file: file.name,
    format: 'torch-module',
    framework: 'PyTorch',
    arrays: [...arrays, ...own],
    texts: [],
    dialect: 'torch',
    convention: 'out,in',
    ordered: true,
    problems: [],
  };
}

/** The stored activations as guesses: between the layers, and behind the last one. */
function withGuess(model: SavedModule, leaves: readonly SavedModule[], question: Question): Question {
  const lastDense = leaves.findLastIndex((leaf) => leaf.className === 'Linear');
  const texts = (from: readonly SavedModule[]): string[] => from.flatMap((leaf) => activationText(leaf) ?? []);
  const inside = texts(leaves.slice(0, lastDense));
  const behind = texts(leaves.slice(lastDense + 1));
  const dense = leaves.filter((leaf) => leaf.className === 'Linear').length;
  const note = ` (${model.className} is a class outside the file; its layers are taken in the order they are stored.)`;
  if (question.id === 'hidden') {
    const different = new Set(inside).size > 1 && inside.length === dense - 1;
    const guess = different
      ? inside.join(',')
      : (inside[0] ?? (behind.length > 1 || dense > 1 ? behind[0] : undefined) ?? storedFunction(model));
    return guessed({ ...question, ask: question.ask + note }, guess);
  }
  return question.id === 'output' && inside.length > 0 ? guessed(question, behind.at(-1)) : question;
}

/** A function that the model keeps as an attribute (`self.act = torch.tanh`), by its name. */
function storedFunction(model: SavedModule): string | undefined {
  for (const value of model.settings.values()) {
    const known = isKind(value, 'global') ? activationByName(value.name) : undefined;
    if (known && known.name !== 'linear') return known.name;
  }
  return undefined;
}

/** The guess in the words of the choices; one with a setting of its own (`leakyRelu(0.2)`) becomes a choice. */
function guessed(question: Question, text: string | undefined): Question {
  if (text === undefined) return question;
  const plain = activationByName(text)?.name ?? text;
  const same = JSON.stringify(activationByName(plain)) === JSON.stringify(activationByName(text));
  const guess = same ? plain : text;
  return { ...question, choices: [...new Set([guess, ...question.choices])], guess };
}
