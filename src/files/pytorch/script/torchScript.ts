import { NetworkBuilder } from '../../../network/builder';
import type { Network } from '../../../network/network';
import { elements } from '../../../network/tensor';
import type { Problem } from '../../../problem';
import { Inquiry } from '../../bareWeights/questions';
import { isKind, itemsOf, type PickleValue } from '../../containers/pickleValues';
import { isZip, openZip } from '../../containers/zip';
import { maxScriptSteps } from '../../limits';
import type { Format, NamedBytes, Reading, ReadOptions } from '../../reading';
import { refuse } from '../../refuse';
import { readArchivePickle, torchArchive, type TorchArchive } from '../archives';
import { inputShapes, settleInput, settleInputs } from '../inputShape';
import { LayerLog } from '../layerLog';
import { isValue, tensorValue, type LoweringContext, type TorchValue } from '../operators/values';
import { leavesOf } from '../savedTree';
import { emptyTorchFile } from '../stateDict';
import { tensorIn } from '../tensors';
import { CodeLibrary, refuseMissing } from './codeLibrary';
import { ScriptFollower } from './follower';
import { StoredValues } from './storedValues';
import type { Parameter } from './syntax';

/** Models of torch.jit.script, torch.jit.trace and torch.jit.freeze: their code lies in the archive as text. */
export const torchScript: Format = {
  name: 'torchscript',
  matches: ({ name, bytes }) => isZip(bytes) && holdsCode(name, bytes),
  read: (file, options) => {
    const archive = torchArchive(file.name, openZip(file.bytes, file.name));
    if (!archive) refuseMissing(file.name, 'data.pkl');
    return Promise.resolve(readScript(file, archive, options));
  },
};

function holdsCode(name: string, bytes: Uint8Array): boolean {
  try {
    const entries = [...openZip(bytes, name).keys()];
    const scripted = entries.some((entry) => /(^|\/)(code\/.*\.py|bytecode\.pkl)$/.test(entry));
    return scripted && entries.some((entry) => /(^|\/)data\.pkl$/.test(entry));
  } catch {
    return false;
  }
}

function readScript(file: NamedBytes, archive: TorchArchive, options: ReadOptions): Reading {
  const model = readArchivePickle(archive, 'data.pkl', 'data');
  const hasConstants = archive.entries.has(`${archive.stem}constants.pkl`);
  const constants = hasConstants ? readArchivePickle(archive, 'constants.pkl', 'constants') : null;
  const code = new CodeLibrary(archive);
  const leaves = [...leavesOf(model), ...leavesOf(constants)];
  const weights = leaves.flatMap((leaf) =>
    leaf.kind === 'tensor' ? [{ name: leaf.path.join('.'), shape: leaf.tensor.shape }] : [],
  );
  const budget = { steps: maxScriptSteps };
  const columns = options.columns?.length;
  const knowledge = { known: tracedShapes(archive), suggested: inputShapes(weights, columns), columns };
  const inquiry = new Inquiry(emptyTorchFile(file, 'torchscript'), options);
  const inputs = inputCount(file.name, code, model);
  const read = (shapes: readonly (readonly number[])[]): Followed =>
    networkOf(file, code, model, constants, shapes, budget);
  const followed =
    inputs === 1
      ? settleInput(file.name, inquiry, knowledge, (shape) => read([shape]))
      : settleInputs(file.name, inputs, knowledge, read);
  const found = { questions: inquiry.questions, settled: inquiry.settled };
  return followed ? { ...found, network: followed.network, problems: followed.notes } : { ...found, problems: [] };
}

/** Traced models may keep the inputs they were traced with: their first axis is the rows. */
function tracedShapes(archive: TorchArchive): readonly (readonly number[])[] | undefined {
  if (!archive.entries.has(`${archive.stem}traced_inputs.pkl`)) return undefined;
  const traced = readArchivePickle(archive, 'traced_inputs.pkl', 'traced_inputs');
  const inputs = isKind(traced, 'dict') ? itemsOf(traced.entries.get('forward')) : undefined;
  const shapes = inputs?.map((input) => tensorIn(input)?.shape ?? []);
  return shapes?.every((shape) => shape.length > 1) ? shapes.map((shape) => shape.slice(1)) : undefined;
}

function inputCount(file: string, code: CodeLibrary, model: PickleValue): number {
  if (!isKind(model, 'object')) refuseMissing(file, 'a model');
  return inputParameters(file, code, `${model.module}.${model.name}`).length;
}

interface Followed {
  readonly network: Network;
  readonly notes: readonly Problem[];
}

function networkOf(
  file: NamedBytes,
  code: CodeLibrary,
  model: PickleValue,
  constants: PickleValue,
  shapes: readonly (readonly number[])[],
  budget: { steps: number },
): Followed {
  const builder = new NetworkBuilder();
  const context: LoweringContext = { file: file.name, builder, notes: [] };
  const stored = new StoredValues(file.name, builder);
  const root = stored.value(model, '');
  if (!isValue(root, 'object')) refuseMissing(file.name, 'a model');
  const kept = (itemsOf(constants) ?? []).map((constant, at) => stored.value(constant, `constant ${at}`));
  const layers = new LayerLog();
  const follower = new ScriptFollower({ context, code, stored, constants: kept, layers, budget });
  const inputs = inputParameters(file.name, code, root.className).map(({ name }, at): TorchValue => {
    const shape = shapes[at]!;
    const input = builder.input(name, [elements(shape)]);
    return tensorValue(builder.reshape(input, shape), true);
  });
  declareOutputs(file.name, builder, follower.callMethod(root, 'forward', inputs, new Map()));
  const source = { file: file.name, format: 'torchscript', framework: 'PyTorch', layers: layers.layers };
  return { network: builder.finish(file.name.replace(/\.[^.]*$/, ''), source), notes: context.notes };
}

/** The tensors that forward takes; those with a default are left at it. */
function inputParameters(file: string, code: CodeLibrary, className: string): readonly Parameter[] {
  const forward = code.classText(className)?.methods.get('forward');
  if (!forward) refuseMissing(file, `${className}.forward`);
  const inputs = forward.parameters.slice(1).filter((parameter) => !parameter.otherwise);
  const other = inputs.find((parameter) => parameter.type !== 'Tensor' && parameter.type !== '');
  if (inputs.length === 0 || other) {
    refuse(file, {
      code: 'torchscript-inputs',
      message: `The model in ${file} takes ${other ? `${other.name}, a ${other.type}` : 'no input'}: Slopescope feeds tensors of one row per row of the table.`,
      remedy: 'Save a model whose forward takes tensors.',
    });
  }
  return inputs;
}

/** One output, or one per item of a tuple or entry of a dictionary. */
function declareOutputs(file: string, builder: NetworkBuilder, result: TorchValue): void {
  const outputs: (readonly [string, TorchValue])[] = isValue(result, 'list')
    ? result.items.map((item, at) => [`output ${at + 1}`, item])
    : isValue(result, 'object')
      ? [...result.attributes]
      : [['output', result]];
  for (const [name, value] of outputs) {
    if (!isValue(value, 'tensor')) {
      refuse(file, {
        code: 'torchscript-outputs',
        message: `The model in ${file} gives ${name}, which is no tensor.`,
        remedy: 'Save a model whose forward gives tensors.',
      });
    }
    builder.output(name, value.tensor);
  }
}
