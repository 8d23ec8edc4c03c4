/** Writes files of torch.save, torch.jit.save and torch.export for tests. */
import { zipSync } from 'fflate';
import type { TestArray } from './numpyWriter';
import { dictOf, globalOf, instanceOf, listOf, pickle, valueOf, type Plain } from './pickleWriter';

/** Collects storages while a pickle is written. */
export class TorchWriter {
  readonly storages = new Map<string, Uint8Array>();

  /** A tensor with a storage of its own, of float64 unless said otherwise. */
  tensor({ shape, values }: TestArray, storage = 'DoubleStorage', bytes = doubles(values)): Uint8Array {
    return this.view(this.storage(bytes), storage, values.length, 0, shape, rowMajor(shape));
  }

  /** Puts bytes into the archive and gives their key. */
  storage(bytes: Uint8Array): string {
    const key = String(this.storages.size);
    this.storages.set(key, bytes);
    return key;
  }

  /** A view of a storage. */
  view(
    key: string,
    storage: string,
    count: number,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ): Uint8Array {
    return pickle(
      globalOf('torch._utils', '_rebuild_tensor_v2'),
      '(',
      pickle(
        '(',
        valueOf('storage'),
        globalOf('torch', storage),
        valueOf(key),
        valueOf('cpu'),
        valueOf(count),
        't',
        'Q',
      ),
      valueOf(offset),
      pickle('(', ...shape.map((length) => valueOf(length)), 't'),
      pickle('(', ...strides.map((step) => valueOf(step)), 't'),
      pickle(0x89, globalOf('collections', 'OrderedDict'), ')', 'R'),
      't',
      'R',
    );
  }

  /** A module of torch.nn: parameters by name, children by name, settings as they are. */
  module(
    className: string,
    parts: {
      readonly module?: string;
      readonly parameters?: Readonly<Record<string, TestArray | null>>;
      readonly buffers?: Readonly<Record<string, TestArray>>;
      readonly children?: Readonly<Record<string, Uint8Array>>;
      readonly settings?: Readonly<Record<string, Plain>>;
    } = {},
  ): Uint8Array {
    const tensors = (arrays: Readonly<Record<string, TestArray | null>> = {}): Uint8Array =>
      dictOf(
        Object.fromEntries(
          Object.entries(arrays).map(([name, array]) => [name, array ? this.tensor(array) : valueOf(null)]),
        ),
      );
    const settings = Object.entries(parts.settings ?? {}).map(([name, value]): [string, Uint8Array] => [
      name,
      valueOf(value),
    ]);
    return instanceOf(
      parts.module ?? 'torch.nn.modules.some',
      className,
      dictOf({
        training: valueOf(false),
        _parameters: tensors(parts.parameters),
        _buffers: tensors(parts.buffers),
        _modules: dictOf(parts.children ?? {}),
        ...Object.fromEntries(settings),
      }),
    );
  }

  /** A Linear with its bias. */
  linear(weight: TestArray, bias: TestArray | null): Uint8Array {
    return this.module('Linear', { parameters: { weight, bias } });
  }

  /** A Sequential of modules, numbered. */
  sequential(...children: readonly Uint8Array[]): Uint8Array {
    return this.module('Sequential', {
      children: Object.fromEntries(children.map((child, at) => [String(at), child])),
    });
  }

  /** The zip of torch.save around a pickled value, with further entries if there are some. */
  zip(value: Uint8Array, more: Readonly<Record<string, string | Uint8Array>> = {}): Uint8Array {
    const entries: Record<string, Uint8Array> = { 'model/data.pkl': pickle(0x80, 2, value, '.') };
    for (const [key, bytes] of this.storages) entries[`model/data/${key}`] = bytes;
    for (const [name, content] of Object.entries(more))
      entries[`model/${name}`] = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return zipSync(entries);
  }

  /** The stream of torch.save before 1.6 around a pickled value. */
  legacy(value: Uint8Array, sizeOf: number): Uint8Array {
    const magic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
    const keys = [...this.storages.keys()];
    const storages = [...this.storages.values()].flatMap((bytes) => {
      const count = new Uint8Array(8);
      new DataView(count.buffer).setBigInt64(0, BigInt(bytes.length / sizeOf), true);
      return [count, bytes];
    });
    return pickle(
      pickle(0x80, 2, Uint8Array.from(magic), '.'),
      pickle(0x80, 2, valueOf(1001), '.'),
      pickle(0x80, 2, dictOf({ little_endian: valueOf(true) }), '.'),
      pickle(0x80, 2, value, '.'),
      pickle(0x80, 2, listOf(...keys.map((key) => valueOf(key))), '.'),
      ...storages,
    );
  }

  /** A state dict of arrays by name. */
  state(arrays: Readonly<Record<string, TestArray>>): Uint8Array {
    return dictOf(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, this.tensor(array)])));
  }
}

/** The whole file of a state dict. */
export function stateDictFile(arrays: Readonly<Record<string, TestArray>>): Uint8Array {
  const writer = new TorchWriter();
  return writer.zip(writer.state(arrays));
}

/** Float64 numbers as little-endian bytes. */
export function doubles(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
}

/** A TorchScript archive: the model's class with its attributes, and the text of its code by path. */
export function scriptFile(
  write: (writer: TorchWriter) => Uint8Array,
  code: Readonly<Record<string, string>>,
  constants: (writer: TorchWriter) => readonly Uint8Array[] = () => [],
): Uint8Array {
  const writer = new TorchWriter();
  const value = write(writer);
  const constantWriter = new TorchWriter();
  const tuple = pickle(0x80, 2, '(', ...constants(constantWriter), 't', '.');
  const held = [...constantWriter.storages].map(([key, bytes]): [string, Uint8Array] => [`constants/${key}`, bytes]);
  const texts = Object.entries(code).map(([path, text]): [string, Uint8Array] => [
    `code/${path}`,
    new TextEncoder().encode(text),
  ]);
  return writer.zip(value, { ...Object.fromEntries([...texts, ...held]), 'constants.pkl': tuple });
}
