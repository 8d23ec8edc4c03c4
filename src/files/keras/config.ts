import type { Json, JsonObject } from '../json';
import { isList, isObject } from '../json';
import { refuse } from '../refuse';

/** A layer's settings as the file gives them, read with the types the layer needs and Keras's defaults. */
export class Config {
  readonly values: JsonObject;
  readonly file: string;
  /** Name of the layer, for messages. */
  readonly layer: string;

  constructor(values: JsonObject, file: string, layer: string) {
    this.values = values;
    this.file = file;
    this.layer = layer;
  }

  /** A setting as it is; null counts as missing. */
  at(key: string): Json | undefined {
    return Object.hasOwn(this.values, key) ? (this.values[key] ?? undefined) : undefined;
  }

  /** A number, or the default. */
  number(key: string, fallback: number): number {
    return this.optionalNumber(key) ?? fallback;
  }

  /** A number that may be missing. K3 writes numbers of numpy types as `{class_name, config: {value}}`. */
  optionalNumber(key: string): number | undefined {
    const value = unwrapNumber(this.at(key));
    if (value === undefined || typeof value === 'number') return value;
    return this.wrong(key, 'a number');
  }

  /** A whole number that must be there: sizes and counts. */
  count(key: string): number {
    const value = this.optionalNumber(key);
    return value !== undefined && Number.isInteger(value) && value >= 0 ? value : this.wrong(key, 'a whole number');
  }

  /** True or false, or the default. */
  flag(key: string, fallback: boolean): boolean {
    const value = this.at(key) ?? fallback;
    return typeof value === 'boolean' ? value : this.wrong(key, 'true or false');
  }

  /** A word, or the default. */
  text(key: string, fallback: string): string {
    const value = this.at(key) ?? fallback;
    return typeof value === 'string' ? value : this.wrong(key, 'a word');
  }

  /** A list of numbers; a single number counts as a list of one. Undefined when it is missing. */
  numbers(key: string): number[] | undefined {
    const value = unwrapList(this.at(key));
    if (value === undefined) return undefined;
    const flat = flatten(value);
    return flat.every((item) => typeof item === 'number') ? flat : this.wrong(key, 'numbers');
  }

  /** The first number of a list, for layers along one axis that write `[2]` where others write `2`. */
  firstNumber(key: string, fallback: number): number {
    return this.numbers(key)?.[0] ?? fallback;
  }

  /** Ends the reading: a setting is not what the layer needs. */
  wrong(key: string, wanted: string): never {
    refuse(this.file, {
      code: 'layer-setting-invalid',
      message: `The layer ${this.layer} in ${this.file} has a setting "${key}" that should be ${wanted}.`,
      remedy: 'Save the model again with Keras.',
      part: this.layer,
    });
  }
}

/** A list in the several ways Keras writes it: plainly, as `__tuple__`, as `__numpy__` or `__tensor__`. */
function unwrapList(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  if (isList(value.items)) return value.items;
  const config = value.config;
  if (isList(config)) return config;
  return isObject(config) ? (config.value ?? undefined) : value;
}

function unwrapNumber(value: Json | undefined): Json | undefined {
  return isObject(value) ? unwrapList(value) : value;
}

function flatten(value: Json): Json[] {
  return isList(value) ? value.flatMap(flatten) : [value];
}
