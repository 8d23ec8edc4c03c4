/** Writes R's serialization format, and makes the values of R objects: for tests of the readers. */
import {
  attributesOf,
  integerNA,
  rNull,
  type RAttributes,
  type RClosure,
  type REnvironment,
  type RPair,
  type RValue,
} from '../../../src/files/containers/rValues';
import type { Expression } from '../../../src/files/r/expression';
import { parseExpression } from '../../../src/files/r/expressionText';

/** XDR, ascii, ascii with hexadecimal numbers, native of a little-endian and of a big-endian machine. */
export type RForm = 'xdr' | 'ascii' | 'hexadecimal' | 'little' | 'big';

export interface RWriting {
  readonly form?: RForm;
  readonly version?: 2 | 3;
}

/** An .rds file. */
export function rds(value: RValue, { form = 'xdr', version = 3 }: RWriting = {}): Uint8Array {
  const writer = new Writer(form);
  const letter = form === 'xdr' ? 'X' : form === 'ascii' || form === 'hexadecimal' ? 'A' : 'B';
  writer.characters(`${letter}\n`);
  writer.integer(version);
  writer.integer(0x040202);
  writer.integer(version === 3 ? 0x030500 : 0x020300);
  if (version === 3) {
    writer.integer(5);
    writer.text(new TextEncoder().encode('UTF-8'));
  }
  writer.item(value);
  return Uint8Array.from(writer.bytes);
}

/** An .RData file of named objects. */
export function rData(objects: Readonly<Record<string, RValue>>, writing: RWriting = {}): Uint8Array {
  const magic = writing.form === 'ascii' ? 'RDA' : 'RDX';
  const head = new TextEncoder().encode(`${magic}${writing.version ?? 3}\n`);
  return Uint8Array.from([...head, ...rds(pairlist(objects), writing)]);
}

export function numbers(values: readonly number[], attributes: Readonly<Record<string, RValue>> = {}): RValue {
  return { kind: 'double', values: Float64Array.from(values), attributes: attributeMap(attributes) };
}

export function integers(values: readonly number[], attributes: Readonly<Record<string, RValue>> = {}): RValue {
  return { kind: 'integer', values: Int32Array.from(values), attributes: attributeMap(attributes) };
}

export function logical(...values: readonly boolean[]): RValue {
  return { kind: 'logical', values: Int32Array.from(values, Number), attributes: new Map() };
}

export function texts(values: readonly (string | null)[], attributes: Readonly<Record<string, RValue>> = {}): RValue {
  return { kind: 'character', values, attributes: attributeMap(attributes) };
}

/** A list; with names when its parts have them. */
export function list(
  parts: Readonly<Record<string, RValue>> | readonly RValue[],
  classes: readonly string[] = [],
): RValue {
  const isArray = (given: typeof parts): given is readonly RValue[] => Array.isArray(given);
  const named = isArray(parts) ? {} : { names: texts(Object.keys(parts)) };
  const items = isArray(parts) ? parts : Object.values(parts);
  const attributes = { ...named, ...(classes.length > 0 ? { class: texts(classes) } : {}) };
  return { kind: 'list', items, attributes: attributeMap(attributes) };
}

/** A data frame of columns. */
export function frame(columns: Readonly<Record<string, RValue>>): RValue {
  return list(columns, ['data.frame']);
}

export function factor(levels: readonly string[], codes: readonly number[]): RValue {
  return integers(codes, { levels: texts(levels), class: texts(['factor']) });
}

/** A matrix given by rows. */
export function matrix(rows: readonly (readonly number[])[], columnNames?: readonly string[]): RValue {
  const width = rows[0]?.length ?? 0;
  const values = Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? NaN)).flat();
  return numbers(values, {
    dim: integers([rows.length, width]),
    ...(columnNames ? { dimnames: list([rNull, texts(columnNames)]) } : {}),
  });
}

export function symbol(name: string): RValue {
  return { kind: 'symbol', name };
}

/** A call or formula as it is written in R. */
export function language(text: string): RValue {
  return languageOf(parseExpression(text));
}

export function call(name: string, args: readonly RValue[], attributes: Readonly<Record<string, RValue>> = {}): RValue {
  const cells = args.reduceRight<RValue>(
    (rest, car) => ({ kind: 'pairlist', car, cdr: rest, attributes: new Map() }),
    rNull,
  );
  return { kind: 'language', car: symbol(name), cdr: cells, attributes: attributeMap(attributes) };
}

/** `function(x) body`, as source or compiled. */
export function closure(
  body: string | RValue,
  {
    type,
    environment = globalEnvironment,
    compiled = false,
  }: { type?: string; environment?: RValue; compiled?: boolean } = {},
): RClosure {
  const source = typeof body === 'string' ? language(body) : body;
  return {
    kind: 'closure',
    formals: pairlist({ x: symbol('') }),
    body: compiled ? { kind: 'bytecode', constants: [source, integers([integerNA, 1])] } : source,
    environment,
    attributes: attributeMap(type === undefined ? {} : { type: texts([type]) }),
  };
}

export function pairlist(parts: Readonly<Record<string, RValue>>): RValue {
  return Object.entries(parts).reduceRight<RValue>(
    (rest, [tag, car]): RPair => ({ kind: 'pairlist', tag, car, cdr: rest, attributes: new Map() }),
    rNull,
  );
}

export const globalEnvironment: REnvironment = environmentOf({}, 'R_GlobalEnv');

/** An environment with variables. */
export function environmentOf(variables: Readonly<Record<string, RValue>>, name?: string): REnvironment {
  return {
    kind: 'environment',
    ...(name === undefined ? {} : { name }),
    frame: pairlist(variables),
    hashed: rNull,
    enclosure: name === undefined ? globalEnvironment : rNull,
    attributes: new Map(),
  };
}

function languageOf(expression: Expression): RValue {
  if (expression.kind === 'number') return numbers([expression.value]);
  if (expression.kind === 'text') return texts([expression.value]);
  if (expression.kind === 'symbol') return symbol(expression.name);
  return call(
    expression.name,
    expression.args.map((arg) => languageOf(arg.value)),
  );
}

function attributeMap(attributes: Readonly<Record<string, RValue>>): RAttributes {
  return new Map(Object.entries(attributes));
}

const vectorTypes = { logical: 10, integer: 13, double: 14, complex: 15 } as const;

class Writer {
  readonly bytes: number[] = [];
  private readonly form: RForm;
  private readonly references = new Map<unknown, number>();

  constructor(form: RForm) {
    this.form = form;
  }

  characters(text: string): void {
    for (const byte of new TextEncoder().encode(text)) this.bytes.push(byte);
  }

  integer(value: number): void {
    if (this.isAscii) this.characters(value === integerNA ? 'NA\n' : `${value}\n`);
    else this.binary(4, (view) => view.setInt32(0, value, this.form === 'little'));
  }

  double(value: number): void {
    if (!this.isAscii) this.binary(8, (view) => view.setFloat64(0, value, this.form === 'little'));
    else if (Number.isNaN(value)) this.characters('NaN\n');
    else if (!Number.isFinite(value)) this.characters(value > 0 ? 'Inf\n' : '-Inf\n');
    else this.characters(`${this.form === 'hexadecimal' ? hexadecimal(value) : Object.is(value, -0) ? '-0' : value}\n`);
  }

  text(bytes: Uint8Array): void {
    if (!this.isAscii) this.bytes.push(...bytes);
    else this.characters([...bytes].map(escaped).join('') + '\n');
  }

  item(value: RValue): void {
    const attributes = attributesOf(value);
    const flags = attributes.size > 0 ? 0x200 : 0;
    switch (value.kind) {
      case 'null': {
        this.integer(254);
        return;
      }
      case 'symbol': {
        if (value.name === '') this.integer(251);
        else this.once(value.name, () => this.symbol(value.name));
        return;
      }
      case 'pairlist':
      case 'language': {
        this.cell(value, flags);
        return;
      }
      case 'closure':
        this.integer(3 | flags | 0x400);
        if (flags) this.attributeList(attributes);
        {
          [value.environment, value.formals, value.body].forEach((part) => this.item(part));
          return;
        }
      case 'environment': {
        this.environment(value);
        return;
      }
      case 'list':
      case 'expression':
        this.integer((value.kind === 'list' ? 19 : 20) | flags);
        this.integer(value.items.length);
        value.items.forEach((part) => this.item(part));
        {
          this.trailing(attributes);
          return;
        }
      case 'bytecode':
        this.integer(21);
        this.integer(1);
        {
          this.compiled(value.constants);
          return;
        }
      default:
        this.vector(value, flags);
        {
          this.trailing(attributes);
          return;
        }
    }
  }

  private get isAscii(): boolean {
    return this.form === 'ascii' || this.form === 'hexadecimal';
  }

  private binary(size: number, set: (view: DataView) => void): void {
    const view = new DataView(new ArrayBuffer(size));
    set(view);
    this.bytes.push(...new Uint8Array(view.buffer));
  }

  private once(key: unknown, write: () => void): void {
    const number = this.references.get(key);
    if (number !== undefined) {
      this.integer((number << 8) | 255);
      return;
    }
    this.references.set(key, this.references.size + 1);
    write();
  }

  private symbol(name: string): void {
    this.integer(1);
    this.character(name);
  }

  private character(text: string | null): void {
    const bytes = new TextEncoder().encode(text ?? '');
    this.integer(9 | (bytes.length === text?.length ? 0x40000 : 0x8000));
    this.integer(text === null ? -1 : bytes.length);
    if (text !== null) this.text(bytes);
  }

  private cell(value: RPair, flags: number): void {
    this.integer((value.kind === 'language' ? 6 : 2) | flags | (value.tag === undefined ? 0 : 0x400));
    if (flags) this.attributeList(value.attributes);
    if (value.tag !== undefined) this.item({ kind: 'symbol', name: value.tag });
    this.item(value.car);
    this.item(value.cdr);
  }

  private environment(value: REnvironment): void {
    if (value.name === 'R_GlobalEnv') {
      this.integer(253);
      return;
    }
    this.once(value, () => {
      this.integer(4);
      this.integer(0);
      [value.enclosure, value.frame, value.hashed, rNull].forEach((part) => this.item(part));
    });
  }

  /** The source as a shared call (defined here, used nowhere else), then the other constants. */
  private compiled(constants: readonly RValue[]): void {
    this.item({ kind: 'integer', values: Int32Array.of(12), attributes: new Map() });
    this.integer(constants.length);
    for (const constant of constants) {
      if (constant.kind === 'language') {
        this.integer(244);
        this.integer(0);
      }
      this.constant(constant);
    }
  }

  private constant(value: RValue): void {
    if (value.kind === 'language' || value.kind === 'pairlist') {
      this.integer(value.kind === 'language' ? 6 : 2);
      this.item(value.tag === undefined ? rNull : { kind: 'symbol', name: value.tag });
      this.constant(value.car);
      this.constant(value.cdr);
    } else {
      this.integer(0);
      this.item(value);
    }
  }

  private vector(value: RValue, flags: number): void {
    if (value.kind === 'character') {
      this.integer(16 | flags);
      this.integer(value.values.length);
      value.values.forEach((text) => this.character(text));
    } else if (value.kind === 'raw') {
      this.integer(24 | flags);
      this.integer(value.values.length);
      if (this.isAscii) value.values.forEach((byte) => this.characters(`${byte.toString(16).padStart(2, '0')}\n`));
      else this.bytes.push(...value.values);
    } else if (value.kind === 's4') this.integer(25 | flags | 0x100);
    else if (value.kind === 'primitive') {
      this.integer(8);
      this.integer(value.name.length);
      this.text(new TextEncoder().encode(value.name));
    } else if (value.kind === 'pointer') {
      this.once(value, () => {
        this.integer(22 | flags);
        this.item(rNull);
        this.item(rNull);
      });
    } else if ('values' in value) {
      this.integer(vectorTypes[value.kind] | flags);
      this.integer(value.kind === 'complex' ? value.values.length / 2 : value.values.length);
      const whole = value.values instanceof Int32Array;
      value.values.forEach((number) => (whole ? this.integer(number) : this.double(number)));
    }
  }

  private trailing(attributes: RAttributes): void {
    if (attributes.size > 0) this.attributeList(attributes);
  }

  private attributeList(attributes: RAttributes): void {
    this.item(pairlist(Object.fromEntries(attributes)));
  }
}

function escaped(byte: number): string {
  if (byte === 10) return '\\n';
  if (byte === 92) return '\\\\';
  if (byte === 34) return '\\"';
  return byte <= 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
}

/** C's %a: the bits of the number. */
function hexadecimal(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const fraction = (bits & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const sign = bits >> 63n ? '-' : '';
  if (exponent === 0) return `${sign}0x0.${fraction}p-1022`;
  return `${sign}0x1.${fraction}p${exponent < 1023 ? '' : '+'}${exponent - 1023}`;
}
