import { NetworkBuilder } from '../../../network/builder';
import type { Layer, Network } from '../../../network/network';
import { elements } from '../../../network/tensor';
import type { Problem } from '../../../problem';
import type { PickleObject } from '../../containers/pickleValues';
import { activationByName, hiddenChoices, outputChoices } from '../../bareWeights/activationNames';
import { Inquiry } from '../../bareWeights/questions';
import type { NamedBytes, Reading, ReadOptions } from '../../reading';
import { refuse } from '../../refuse';
import { emptyTorchFile } from '../stateDict';
import { inputShapes, settleInput, type WeightShape } from '../inputShape';
import { isValue, tensorValue, type LoweringContext, type TensorValue } from '../operators/values';
import { readCustomClass } from './customClass';
import { moduleRules } from './moduleTable';
import { isTorchClass, moduleLabel, savedModule, type SavedModule } from './savedModule';

/** Reads a whole module (`torch.save(model)`) as data: its classes are names, looked up in a table, never loaded. */
export function readModule(file: NamedBytes, object: PickleObject, options: ReadOptions): Reading {
  const root = savedModule(file.name, object);
  const model = unwrapped(root);
  if (!isTorchClass(model)) return readCustomClass(file, model, options);
  const leaves = leafModules(file.name, model);
  const inquiry = new Inquiry(emptyTorchFile(file, 'torch-module'), options);
  inquiry.settled.set('orientation', 'out,in');
  const unknown = [...new Set(leaves.filter((leaf) => isOwnActivation(leaf)).map((leaf) => leaf.className))];
  const activations = new Map(unknown.map((name) => [name, askActivation(file.name, name, inquiry)] as const));
  const found = { questions: inquiry.questions, settled: inquiry.settled };
  if ([...activations.values()].some((name) => name === undefined)) return { ...found, problems: inquiry.problems };
  const columns = options.columns?.length;
  const knowledge = { suggested: inputShapes(weightShapes(leaves), columns), columns };
  const lowered = settleInput(file.name, inquiry, knowledge, (shape) => networkOf(file, leaves, shape, activations));
  if (!lowered) return { ...found, problems: inquiry.problems };
  return { ...found, network: lowered.network, problems: [...lowered.notes, ...inquiry.problems] };
}

/** DataParallel and torch.compile wrap the model in one child. */
function unwrapped(module: SavedModule): SavedModule {
  const [child] = module.children;
  const wrapper = /^(DataParallel|DistributedDataParallel|OptimizedModule)$/.test(module.className);
  return wrapper && child ? unwrapped({ ...child, path: '' }) : module;
}

/** The modules that do something, in the order in which nested Sequentials apply them. */
function leafModules(file: string, module: SavedModule): readonly SavedModule[] {
  if (module.className === 'Sequential') return module.children.flatMap((child) => leafModules(file, child));
  if (isTorchClass(module) && moduleRules.has(module.className)) return [module];
  if (isOwnActivation(module)) return [module];
  const label = moduleLabel(module);
  const why = isTorchClass(module)
    ? 'it does not map each row of a table by itself, or Slopescope does not know it'
    : 'its forward is code outside the file, which is not run';
  refuse(file, {
    code: 'torch-module-class',
    message: `${label} in ${file} is a ${module.module}.${module.className}: ${why}.`,
    remedy: 'Export the model with torch.onnx.export or torch.jit.script: those hold the computation too.',
    part: label,
  });
}

/** A class of the user's own without weights and children: an activation, in all likelihood. */
function isOwnActivation(module: SavedModule): boolean {
  return !isTorchClass(module) && module.children.length === 0 && module.arrays.size === 0;
}

function askActivation(file: string, className: string, inquiry: Inquiry): string | undefined {
  const guess = activationByName(className)?.name ?? 'relu';
  const ask = `The class ${className} in ${file} is code outside the file: which activation is it?`;
  return inquiry.choice(className, ask, [...new Set([...hiddenChoices, ...outputChoices])], guess);
}

function weightShapes(leaves: readonly SavedModule[]): WeightShape[] {
  return leaves.flatMap((leaf) =>
    [...leaf.arrays.values()].map(({ name, shape }) => ({ name: `${leaf.path}.${name}`, shape })),
  );
}

interface Lowered {
  readonly network: Network;
  readonly notes: readonly Problem[];
}

/** The network of modules applied one after the other to rows of the given shape. */
function networkOf(
  file: NamedBytes,
  leaves: readonly SavedModule[],
  shape: readonly number[],
  activations: ReadonlyMap<string, string | undefined>,
): Lowered {
  const builder = new NetworkBuilder();
  const context: LoweringContext = { file: file.name, builder, notes: [] };
  const layers: Layer[] = [];
  const input = builder.input('input', [elements(shape)]);
  let x = tensorValue(builder.reshape(input, shape), true);
  for (const leaf of leaves) {
    builder.at(moduleLabel(leaf));
    x = applyModule(context, leaf, x, activations);
    const parameters = [...leaf.arrays.values()].reduce(
      (sum, array) => sum + (/^(running_|num_batches)/.test(array.name) ? 0 : array.values.length),
      0,
    );
    layers.push({ name: moduleLabel(leaf), kind: leaf.className, size: elements(x.tensor.shape), parameters });
  }
  builder.output('output', x.tensor);
  const name = file.name.replace(/\.[^.]*$/, '');
  const source = { file: file.name, format: 'torch-module', framework: 'PyTorch', layers };
  return { network: builder.finish(name, source), notes: context.notes };
}

function applyModule(
  context: LoweringContext,
  leaf: SavedModule,
  x: TensorValue,
  activations: ReadonlyMap<string, string | undefined>,
): TensorValue {
  const own = activationByName(activations.get(leaf.className) ?? '');
  if (own) {
    const { builder } = context;
    const tensor =
      own.kind === 'softmax'
        ? builder.softmax(own.how, x.tensor, [x.tensor.shape.length - 1])
        : builder.activation(x.tensor, own.activation);
    return tensorValue(tensor, true);
  }
  refuseNotFinite(context.file, leaf);
  const result = moduleRules.get(leaf.className)!(leaf, context, x);
  if (isValue(result, 'tensor')) return result;
  refuse(context.file, {
    code: 'torch-module-class',
    message: `${moduleLabel(leaf)} in ${context.file} gives no single tensor.`,
    remedy: 'Export the model with torch.onnx.export.',
    part: moduleLabel(leaf),
  });
}

function refuseNotFinite(file: string, leaf: SavedModule): void {
  for (const array of leaf.arrays.values()) {
    if (array.values.every(Number.isFinite)) continue;
    refuse(file, {
      code: 'weights-not-finite',
      message: `The weights of ${moduleLabel(leaf)} in ${file} (${array.name}) hold NaN or infinite numbers: the training of this network has failed.`,
      remedy: 'Train the network again, or use an earlier checkpoint.',
      part: moduleLabel(leaf),
    });
  }
}
