import { elements } from '../../network/tensor';
import { refuse } from '../refuse';
import type { LayerDefinition } from './architecture';

/** A stored array, not read yet. */
export interface StoredWeight {
  /** Where it lies, for messages. */
  readonly path: string;
  readonly shape: readonly number[];
  read(): Float64Array;
}

/** One trained (or learned from data) array of a layer class, in the order Keras makes them. */
export interface Variable {
  readonly name: string;
  /** Trained by gradient; moving statistics and the like are not, and are stored after all trained ones. */
  readonly trainable: boolean;
  /** The same array as one of a layer inside; files that list each array once leave it out. */
  readonly repeats?: true;
}

/** The stored arrays of every layer, in the order of the layer's variables. */
export type StoredWeights = ReadonlyMap<LayerDefinition, readonly StoredWeight[]>;

/** The weights of one layer: checked against the shape the architecture needs before they are read. */
export class LayerWeights {
  private readonly layer: LayerDefinition;
  private readonly variables: readonly Variable[];
  private readonly stored: readonly StoredWeight[];
  private readonly known = new Map<string, Float64Array>();

  constructor(layer: LayerDefinition, variables: readonly Variable[], stored: readonly StoredWeight[]) {
    this.layer = layer;
    const once = variables.filter((variable) => !variable.repeats);
    this.variables = stored.length === once.length ? once : variables;
    this.stored = stored;
    const { file } = layer.config;
    if (stored.length === this.variables.length) return;
    const wanted = variables.map((variable) => variable.name).join(', ');
    refuse(file, {
      code: 'weights-missing',
      message:
        `The layer ${layer.name} (${layer.className}) in ${file} needs ${variables.length} weight arrays (${wanted}), ` +
        `but ${stored.length} are stored for it.`,
      remedy: 'Save the model again after it has been built, and take architecture and weights from the same model.',
      part: layer.name,
    });
  }

  /** Number of stored numbers; counters and repeated arrays are not counted. */
  get parameters(): number {
    return this.stored.reduce((sum, weight, i) => {
      const variable = this.variables[i];
      return variable?.repeats || variable?.name === 'count' ? sum : sum + elements(weight.shape);
    }, 0);
  }

  /** Shape of a stored array as the file has it. */
  shapeOf(name: string): readonly number[] {
    return this.find(name).shape;
  }

  /** A stored array, which must have the given shape and only finite numbers. */
  get(name: string, shape: readonly number[]): Float64Array {
    const { file } = this.layer.config;
    const weight = this.find(name);
    if (weight.shape.length !== shape.length || weight.shape.some((length, axis) => length !== shape[axis])) {
      refuse(file, {
        code: 'weights-shape',
        message:
          `The weights "${name}" of the layer ${this.layer.name} in ${file} have the shape ${shapeText(weight.shape)}, ` +
          `but the architecture needs ${shapeText(shape)}.`,
        remedy: 'Take architecture and weights from the same model.',
        part: this.layer.name,
      });
    }
    const known = this.known.get(name);
    if (known) return known;
    const values = weight.read();
    this.known.set(name, values);
    if (!values.every(Number.isFinite)) {
      refuse(file, {
        code: 'weights-not-finite',
        message: `The weights "${name}" of the layer ${this.layer.name} in ${file} hold numbers that are not finite (NaN or infinite).`,
        remedy: 'The training went wrong: train again, with a lower learning rate or scaled inputs.',
        part: this.layer.name,
      });
    }
    return values;
  }

  private find(name: string): StoredWeight {
    const weight = this.stored[this.variables.findIndex((variable) => variable.name === name)];
    if (!weight) throw new RangeError(`${this.layer.className} has no variable ${name}.`);
    return weight;
  }
}

/** `4 × 6`; one number has no lengths. */
function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'of one number' : shape.join(' × ');
}
