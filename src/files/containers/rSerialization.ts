import type { ProblemError } from '../../problem';
import { maxRDepth, maxRExpanded, maxRValues } from '../limits';
import { refusal } from '../refuse';
import { readByteCode, type ItemSource, type Steps } from './rByteCode';
import { expandCompact } from './rCompact';
import { AsciiRStream, BinaryRStream, damaged, type RStream } from './rStream';
import { CharacterReader } from './rCharacters';
import {
  cellsOf,
  noAttributes,
  rNull,
  type RAttributes,
  type REnvironment,
  type RPair,
  type RPointer,
  type RValue,
} from './rValues';

/** A whole R file: its single object (.rds), or its objects by name (.RData). */
export interface RFile {
  readonly kind: 'rds' | 'RData';
  /** `4.2.2`: the version that wrote it. */
  readonly version: string;
  /** One object without a name, or all objects with theirs. */
  readonly objects: readonly { readonly name: string; readonly value: RValue }[];
}

/** Whether bytes (after decompression) begin like an R file. */
export function startsLikeR(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 12));
  if (/^(RD[XAB][1-9]\n|A\n[0-9]{1,2}\s)/.test(text)) return true;
  if (!/^[XB]\n/.test(text) || head.length < 6) return false;
  const version = new DataView(head.buffer, head.byteOffset + 2, 4);
  return [version.getUint32(0), version.getUint32(0, true)].some((number) => number > 0 && number < 10);
}

/**
 * Reads R's serialization format ("R Internals", section Serialization Formats, versions 2 and 3) in its XDR, ascii and
 * native binary forms, from bytes that are no longer compressed. Throws a problem for anything that is not whole.
 */
export function readRFile(file: string, bytes: Uint8Array): RFile {
  const magic = /^RD([XAB])([1-9])\n/.exec(String.fromCharCode(...bytes.subarray(0, 5)));
  if (magic && magic[2] !== '2' && magic[2] !== '3') throw otherVersion(file, Number(magic[2]));
  const stream = openStream(file, bytes, magic ? 5 : 0);
  const version = stream.integer();
  if (version !== 2 && version !== 3) throw otherVersion(file, version);
  const writer = stream.integer();
  stream.integer();
  const encoding = version === 3 ? String.fromCharCode(...stream.text(encodingLength(file, stream))) : undefined;
  const root = new ItemReader(file, stream, new CharacterReader(encoding)).read();
  const objects = magic
    ? Array.from(cellsOf(root, maxRValues), (cell) => ({ name: cell.tag ?? '', value: cell.car }))
    : [{ name: '', value: root }];
  return { kind: magic ? 'RData' : 'rds', version: versionText(writer), objects };
}

function versionText(packed: number): string {
  return `${packed >> 16}.${(packed >> 8) & 255}.${packed & 255}`;
}

function openStream(file: string, bytes: Uint8Array, start: number): RStream {
  const form = String.fromCharCode(...bytes.subarray(start, start + 2));
  if (form === 'X\n') return new BinaryRStream(file, bytes, start + 2, false);
  if (form === 'A\n') return new AsciiRStream(file, bytes, start + 2);
  // The native form does not say its byte order; the version number is small in only one of the two.
  if (form === 'B\n') return new BinaryRStream(file, bytes, start + 2, bytes[start + 2] !== 0);
  throw damaged(file, 'it does not begin as R writes its files');
}

function encodingLength(file: string, stream: RStream): number {
  const length = stream.integer();
  if (length < 0 || length > 100) throw damaged(file, 'the name of its text encoding is too long');
  return length;
}

function otherVersion(file: string, version: number): ProblemError {
  return refusal(file, {
    code: 'r-version',
    message: `${file} is written in version ${version} of R's format; versions 2 and 3 can be read.`,
    remedy: 'Load it in R and save it again with saveRDS(object, "file.rds").',
  });
}

/** Environments and pointers can be referred to before they are complete. */
type Open<T> = { -readonly [key in keyof T]: T[key] };

/** Values that stand for themselves. */
const namedValues: ReadonlyMap<number, RValue> = new Map<number, RValue>([
  [254, rNull],
  [253, namedEnvironment('R_GlobalEnv')],
  [252, { kind: 'symbol', name: '' }],
  [251, { kind: 'symbol', name: '' }],
  [250, namedEnvironment('namespace:base')],
  [242, namedEnvironment('R_EmptyEnv')],
  [241, namedEnvironment('package:base')],
]);

const hasAttributes = 0x200;
const hasTag = 0x400;

function namedEnvironment(name: string): REnvironment {
  return { kind: 'environment', name, frame: rNull, hashed: rNull, enclosure: rNull, attributes: noAttributes };
}

/** Reads items; the numbers are the types of R's own SEXP table. */
class ItemReader implements ItemSource {
  readonly file: string;
  readonly stream: RStream;
  private readonly characters: CharacterReader;
  private readonly references: RValue[] = [];
  private values = 0;
  private expanded = 0;

  constructor(file: string, stream: RStream, characters: CharacterReader) {
    this.file = file;
    this.stream = stream;
    this.characters = characters;
  }

  /** Runs the readings on a stack of its own. */
  read(): RValue {
    const stack: Steps[] = [this.item()];
    let result: RValue = rNull;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const step = top.next(result);
      if (step.done) {
        stack.pop();
        result = step.value;
      } else {
        if (stack.length >= maxRDepth) throw damaged(this.file, `it is nested more than ${maxRDepth} levels deep`);
        stack.push(step.value);
      }
    }
    return result;
  }

  item(): Steps {
    return this.content(this.stream.integer());
  }

  count(): void {
    if (++this.values > maxRValues)
      throw damaged(this.file, `it holds more than ${maxRValues.toLocaleString('en')} objects`);
  }

  attributes(list: RValue): RAttributes {
    if (list.kind !== 'pairlist') return noAttributes;
    return new Map(Array.from(cellsOf(list), (cell) => [cell.tag ?? '', cell.car]));
  }

  private *content(flags: number): Steps {
    this.count();
    const type = flags & 255;
    const named = namedValues.get(type);
    if (named) return named;
    switch (type) {
      case 255:
        return this.reference(flags >>> 8);
      case 1:
        return this.symbol();
      case 2:
      case 6:
      case 17:
        return yield this.cells(flags);
      case 3:
      case 5:
        return yield this.closureOrPromise(flags);
      case 4:
        return yield this.environment();
      case 22:
      case 23:
        return yield this.pointer(type, flags);
      case 247:
      case 248:
      case 249:
        return this.remember(namedEnvironment(this.environmentName(type)));
      case 238:
        return yield this.compact();
      default:
        return yield this.vector(type, flags);
    }
  }

  private reference(packed: number): RValue {
    const number = packed === 0 ? this.stream.integer() : packed;
    const value = this.references[number - 1];
    if (!value) throw damaged(this.file, `at byte ${this.stream.at} it refers to an object that is not there`);
    return value;
  }

  private remember<T extends RValue>(value: T): T {
    this.references.push(value);
    return value;
  }

  private symbol(): RValue {
    return this.remember({ kind: 'symbol', name: this.characters.read(this.characterFlags(), this.stream) ?? 'NA' });
  }

  private characterFlags(): number {
    const flags = this.stream.integer();
    if ((flags & 255) !== 9) throw damaged(this.file, `at byte ${this.stream.at} a text should stand`);
    return flags;
  }

  /** A pairlist or call, cell by cell. */
  private *cells(first: number): Steps {
    let head: RPair | undefined;
    let last: Open<RPair> | undefined;
    for (let flags = first; ; flags = this.stream.integer()) {
      const type = flags & 255;
      if (last && type !== 2 && type !== 6) {
        last.cdr = yield this.content(flags);
        return head ?? rNull;
      }
      this.count();
      const attributes = flags & hasAttributes ? this.attributes(yield this.item()) : noAttributes;
      const tag = flags & hasTag ? yield this.item() : undefined;
      const cell: Open<RPair> = {
        kind: type === 6 ? 'language' : 'pairlist',
        car: yield this.item(),
        cdr: rNull,
        attributes,
        ...(tag?.kind === 'symbol' ? { tag: tag.name } : {}),
      };
      if (last) last.cdr = cell;
      head ??= cell;
      last = cell;
    }
  }

  private *closureOrPromise(flags: number): Steps {
    const attributes = flags & hasAttributes ? this.attributes(yield this.item()) : noAttributes;
    const environment = flags & hasTag ? yield this.item() : rNull;
    const first = yield this.item();
    const second = yield this.item();
    if ((flags & 255) === 5) return { kind: 'promise', value: first, expression: second };
    return { kind: 'closure', formals: first, body: second, environment, attributes };
  }

  private *environment(): Steps {
    this.stream.integer();
    const environment: Open<REnvironment> = this.remember({ ...namedEnvironment('') });
    delete environment.name;
    environment.enclosure = yield this.item();
    environment.frame = yield this.item();
    environment.hashed = yield this.item();
    environment.attributes = this.attributes(yield this.item());
    return environment;
  }

  private *pointer(type: number, flags: number): Steps {
    const pointer: Open<RPointer> = this.remember({ kind: 'pointer', attributes: noAttributes });
    if (type === 22) {
      yield this.item();
      yield this.item();
    }
    if (flags & hasAttributes) pointer.attributes = this.attributes(yield this.item());
    return pointer;
  }

  /** Namespaces, packages and persistent names: a vector of texts after a zero. */
  private environmentName(type: number): string {
    this.stream.integer();
    const count = this.length(8, 4);
    const texts: (string | null)[] = [];
    for (let i = 0; i < count; i++) texts.push(this.characters.read(this.characterFlags(), this.stream));
    const name = texts[0] ?? '';
    if (type === 249) return `namespace:${name}`;
    return type === 248 ? name : `persistent:${name}`;
  }

  private *compact(): Steps {
    const info = yield this.item();
    const state = yield this.item();
    const attributes = this.attributes(yield this.item());
    return expandCompact(info, state, attributes, (elements) => {
      this.expanded += elements;
      if (this.expanded > maxRExpanded)
        throw damaged(this.file, `its sequences have more than ${maxRExpanded.toLocaleString('en')} numbers`);
    });
  }

  /** Everything whose attributes follow its content. */
  private *vector(type: number, flags: number): Steps {
    const value = type === 19 || type === 20 ? yield this.list(type) : this.leaf(type, flags);
    const inner = type === 21 ? yield readByteCode(this) : value;
    if (!(flags & hasAttributes)) return inner;
    const attributes = this.attributes(yield this.item());
    return 'attributes' in inner ? { ...inner, attributes } : inner;
  }

  private *list(type: number): Steps {
    const count = this.length(4, 2);
    const items: RValue[] = [];
    for (let i = 0; i < count; i++) items.push(yield this.item());
    return { kind: type === 19 ? 'list' : 'expression', items, attributes: noAttributes };
  }

  private leaf(type: number, flags: number): RValue {
    const attributes = noAttributes;
    switch (type) {
      case 7:
      case 8:
        return { kind: 'primitive', name: this.characters.plain(this.stream.text(this.length(1, 1))) };
      case 9:
        return { kind: 'character', values: [this.characters.read(flags, this.stream)], attributes };
      case 10:
        return { kind: 'logical', values: this.stream.integers(this.length(4, 2)), attributes };
      case 13:
        return { kind: 'integer', values: this.stream.integers(this.length(4, 2)), attributes };
      case 14:
        return { kind: 'double', values: this.stream.doubles(this.length(8, 2)), attributes };
      case 15:
        return { kind: 'complex', values: this.stream.doubles(2 * this.length(16, 4)), attributes };
      case 16:
        return { kind: 'character', values: this.texts(), attributes };
      case 21:
        return rNull;
      case 24:
        return { kind: 'raw', values: this.stream.raw(this.length(1, 2)), attributes };
      case 25:
        return { kind: 's4', attributes };
      default:
        throw damaged(this.file, `at byte ${this.stream.at} stands an object of unknown type ${type}`);
    }
  }

  private texts(): (string | null)[] {
    const count = this.length(8, 4);
    const texts: (string | null)[] = [];
    for (let i = 0; i < count; i++) texts.push(this.characters.read(this.characterFlags(), this.stream));
    return texts;
  }

  /** A declared length, checked against the bytes left; −1 announces a length of 64 bits. */
  private length(binary: number, text: number): number {
    let length = this.stream.integer();
    if (length === -1) length = (this.stream.integer() >>> 0) * 2 ** 32 + (this.stream.integer() >>> 0);
    if (length < 0) throw damaged(this.file, `at byte ${this.stream.at} stands a negative length`);
    this.stream.need(length, binary, text);
    return length;
  }
}
