import type { RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { classesOf, entriesOf } from './fields';
import { isHandle, modelWords } from './modelWords';
import type { Sibling } from './scaler';

/** Refuses a file without a network, saying what it holds instead. */
export function refuseContent(file: string, objects: readonly Sibling[]): never {
  const only = objects.length === 1 ? objects[0] : undefined;
  const inside = objects.flatMap((object) => (classesOf(object.value).length === 0 ? entriesOf(object.value) : []));
  const handle = [...objects, ...inside].find((object) => isHandle(object.value));
  if (handle)
    return refuse(file, {
      code: 'r-handle',
      message: `${file} only points to a model that lives elsewhere (class ${classesOf(handle.value)[0] ?? 'externalptr'}); the model itself is not in it.`,
      remedy:
        'Save the model with its own tool: save_model_hdf5() of keras, h2o.download_mojo() of H2O, torch_save() of torch.',
    });
  const message =
    only?.name === ''
      ? `${file} holds ${describe(only.value)}, not a network.`
      : `${file} holds no network among its objects: ${listing(objects)}.`;
  return refuse(file, {
    code: 'r-no-network',
    message,
    remedy:
      'Save a network of neuralnet, nnet or caret: saveRDS(net, "net.rds"). Of another package, save its weights as a list of matrices: saveRDS(list(W1 = …, b1 = …, W2 = …, b2 = …), "net.rds").',
  });
}

/** An object in words, with its class. */
function describe(value: RValue): string {
  const known = modelWords(value);
  if (known !== undefined) return known;
  const classes = classesOf(value);
  if (classes[0] !== undefined) return `an object of class ${classes[0]}`;
  if (value.kind === 'list') return listWords(value);
  return plainWords[value.kind];
}

const plainWords: Readonly<Record<Exclude<RValue['kind'], 'list'>, string>> = {
  null: 'nothing (NULL)',
  symbol: 'a name',
  pairlist: 'a list without a network',
  language: 'an expression',
  expression: 'an expression',
  closure: 'a function (nothing in a file is ever run)',
  primitive: 'a function (nothing in a file is ever run)',
  bytecode: 'a function (nothing in a file is ever run)',
  environment: 'an environment',
  promise: 'an expression',
  logical: 'logical values',
  integer: 'numbers',
  double: 'numbers',
  complex: 'complex numbers',
  character: 'texts',
  raw: 'raw bytes',
  s4: 'an S4 object',
  pointer: 'an address in the memory of another session',
  foreign: 'data that lies in another file',
};

function listWords(value: RValue): string {
  const entries = entriesOf(value);
  const names = entries.map((entry) => entry.name).filter((name) => name !== '');
  return names.length > 0 ? `a list of ${shortened(names)}` : `a list of ${entries.length} things`;
}

function listing(objects: readonly Sibling[]): string {
  return objects.length === 0 ? 'it is empty' : shortened(objects.map((object) => object.name));
}

function shortened(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}
