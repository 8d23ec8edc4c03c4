import type { NetworkBuilder } from '../../../network/builder';
import { isKind, itemsOf, type PickleObject, type PickleValue } from '../../containers/pickleValues';
import { attributesOf } from '../../containers/pickleValues';
import { maxNesting } from '../../limits';
import { refuse } from '../../refuse';
import { tensorIn, tensorNumbers } from '../tensors';
import { listValue, tensorValue, type ObjectValue, type TorchValue } from '../operators/values';

/** Turns what the archive's pickles hold into values: tensors become constants, instances keep their attributes. */
export class StoredValues {
  private readonly file: string;
  private readonly builder: NetworkBuilder;
  private readonly known = new Map<PickleValue, TorchValue>();
  private readonly paths = new Map<ObjectValue, string>();

  constructor(file: string, builder: NetworkBuilder) {
    this.file = file;
    this.builder = builder;
  }

  /** Where an instance hangs in the model: `net.0`; empty for the model itself. */
  pathOf(object: ObjectValue): string {
    return this.paths.get(object) ?? '';
  }

  /** The value of a pickled one; `path` is where it was found. */
  value(pickled: PickleValue, path: string, depth = 0): TorchValue {
    if (pickled === null || typeof pickled === 'boolean' || typeof pickled === 'number' || typeof pickled === 'string')
      return pickled;
    if (typeof pickled === 'bigint') return Number(pickled);
    const seen = this.known.get(pickled);
    if (seen !== undefined) return seen;
    if (depth > maxNesting) this.tooDeep();
    const tensor = tensorIn(pickled);
    if (tensor) {
      const numbers = tensorNumbers(tensor, this.file, path);
      this.refuseNotFinite(numbers, path);
      return this.remember(pickled, tensorValue(this.builder.constant(numbers, tensor.shape), false));
    }
    const items = itemsOf(pickled);
    if (items)
      return this.remember(pickled, listValue(items.map((item, at) => this.value(item, `${path}.${at}`, depth + 1))));
    if (isKind(pickled, 'dict')) return this.instance(pickled, 'dict', pickled.entries, path, depth);
    if (isKind(pickled, 'object'))
      return this.instance(pickled, className(pickled), attributesOf(pickled), path, depth);
    return { kind: 'name', name: pickled.kind };
  }

  private instance(
    pickled: PickleValue,
    name: string,
    attributes: ReadonlyMap<PickleValue, PickleValue>,
    path: string,
    depth: number,
  ): ObjectValue {
    const object: ObjectValue = { kind: 'object', className: name, attributes: new Map() };
    this.known.set(pickled, object);
    this.paths.set(object, path);
    for (const [key, value] of attributes) {
      if (typeof key !== 'string') continue;
      object.attributes.set(key, this.value(value, path === '' ? key : `${path}.${key}`, depth + 1));
    }
    return object;
  }

  private remember(pickled: PickleValue, value: TorchValue): TorchValue {
    this.known.set(pickled, value);
    return value;
  }

  private refuseNotFinite(numbers: Float64Array, path: string): void {
    // An infinite constant can be a bound; a NaN is a failed training.
    if (!numbers.some(Number.isNaN)) return;
    refuse(this.file, {
      code: 'weights-not-finite',
      message: `The weights ${path} in ${this.file} hold NaN: the training of this network has failed.`,
      remedy: 'Train the network again, or use an earlier checkpoint.',
      part: path,
    });
  }

  private tooDeep(): never {
    refuse(this.file, {
      code: 'torch-nesting',
      message: `The objects in ${this.file} lie in each other more than ${maxNesting} deep.`,
      remedy: 'Save the model again; if it came from somebody else, do not trust it.',
    });
  }
}

function className(object: PickleObject): string {
  return `${object.module}.${object.name}`;
}
