import { maxPickleDigits } from '../limits';
import type { PickleMachine, PickleOperation } from './pickleMachine';
import type { PickleValue } from './pickleValues';

const utf8 = new TextDecoder('utf-8');
const latin1 = new TextDecoder('latin1');

/** Every instruction of protocols 0 to 5 by its code, as in Python's pickletools. */
export const pickleOperations: readonly (PickleOperation | undefined)[] = table([
  // Numbers and texts of protocol 0, one per line.
  ['I', (machine) => machine.push(lineInteger(machine))],
  ['L', (machine) => machine.push(lineLong(machine))],
  ['F', (machine) => machine.push(lineFloat(machine))],
  ['S', (machine) => machine.push(quotedText(machine))],
  ['V', (machine) => machine.push(rawUnicode(line(machine)))],
  // Numbers.
  ['J', (machine) => machine.push(machine.cursor.int32())],
  ['K', (machine) => machine.push(machine.cursor.uint8())],
  ['M', (machine) => machine.push(machine.cursor.uint16())],
  ['G', (machine) => machine.push(machine.cursor.float64BigEndian())],
  [0x8a, (machine) => machine.push(longNumber(machine, machine.cursor.uint8()))],
  [0x8b, (machine) => machine.push(longNumber(machine, machine.cursor.int32()))],
  ['N', (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  // Texts and bytes.
  ['T', (machine) => machine.push(latin1Text(machine.cursor.take(machine.cursor.int32())))],
  ['U', (machine) => machine.push(latin1Text(machine.cursor.take(machine.cursor.uint8())))],
  ['X', (machine) => machine.push(utf8.decode(machine.cursor.take(machine.cursor.uint32())))],
  [0x8c, (machine) => machine.push(utf8.decode(machine.cursor.take(machine.cursor.uint8())))],
  [0x8d, (machine) => machine.push(utf8.decode(machine.cursor.take(machine.cursor.uint64())))],
  ['B', (machine) => pushBytes(machine, machine.cursor.uint32())],
  ['C', (machine) => pushBytes(machine, machine.cursor.uint8())],
  [0x8e, (machine) => pushBytes(machine, machine.cursor.uint64())],
  [0x96, (machine) => pushBytes(machine, machine.cursor.uint64())],
  [0x97, outOfBand],
  [0x98, outOfBand],
  // Lists, tuples, dictionaries, sets.
  [']', (machine) => machine.push({ kind: 'list', items: [] })],
  [')', (machine) => machine.push({ kind: 'tuple', items: [] })],
  ['}', (machine) => machine.push({ kind: 'dict', entries: new Map() })],
  [0x8f, (machine) => machine.push({ kind: 'set', items: [] })],
  ['l', (machine) => machine.push({ kind: 'list', items: machine.popMark() })],
  ['t', (machine) => machine.push({ kind: 'tuple', items: machine.popMark() })],
  [0x91, (machine) => machine.push({ kind: 'set', items: machine.popMark() })],
  ['d', markedDictionary],
  [0x85, (machine) => pushTuple(machine, 1)],
  [0x86, (machine) => pushTuple(machine, 2)],
  [0x87, (machine) => pushTuple(machine, 3)],
  ['a', (machine) => machine.append([machine.pop()])],
  ['e', (machine) => machine.append(machine.popMark())],
  [0x90, (machine) => machine.add(machine.popMark())],
  ['s', (machine) => machine.setItems(popped(machine, 2))],
  ['u', (machine) => machine.setItems(machine.popMark())],
  // The stack.
  ['(', (machine) => machine.mark()],
  ['0', (machine) => machine.discard()],
  ['1', (machine) => void machine.popMark()],
  ['2', (machine) => machine.push(machine.top())],
  // The memo.
  ['p', (machine) => machine.remember(lineIndex(machine))],
  ['q', (machine) => machine.remember(machine.cursor.uint8())],
  ['r', (machine) => machine.remember(machine.cursor.uint32())],
  [0x94, (machine) => machine.remember(machine.memo.size)],
  ['g', (machine) => machine.recall(lineIndex(machine))],
  ['h', (machine) => machine.recall(machine.cursor.uint8())],
  ['j', (machine) => machine.recall(machine.cursor.uint32())],
  // Classes and instances.
  ['c', (machine) => machine.pushGlobal(utf8Line(machine), utf8Line(machine))],
  [0x93, stackGlobal],
  ['R', (machine) => construct(machine, 'call')],
  [0x81, (machine) => construct(machine, 'instance')],
  [0x92, newObjectWithKeywords],
  ['i', instance],
  ['o', markedInstance],
  ['b', (machine) => machine.build()],
  ['P', (machine) => machine.persistent(utf8Line(machine))],
  ['Q', (machine) => machine.persistent(machine.pop())],
  [0x82, extension],
  [0x83, extension],
  [0x84, extension],
  // The stream. Frames only tell how much to read ahead.
  [0x80, protocol],
  [0x95, (machine) => void machine.cursor.uint64()],
  ['.', (machine) => machine.stop()],
]);

function table(entries: readonly (readonly [string | number, PickleOperation])[]): (PickleOperation | undefined)[] {
  const operations = new Array<PickleOperation | undefined>(256).fill(undefined);
  for (const [code, operation] of entries) operations[typeof code === 'string' ? code.charCodeAt(0) : code] = operation;
  return operations;
}

function protocol(machine: PickleMachine): void {
  const version = machine.cursor.uint8();
  if (version > 5) throw machine.problem('pickle-protocol', `is a pickle of protocol ${version}; 0 to 5 can be read`);
}

function outOfBand(machine: PickleMachine): never {
  throw machine.problem('pickle-out-of-band', 'keeps its arrays in buffers outside the file');
}

function extension(machine: PickleMachine): never {
  throw machine.problem('pickle-extension', 'names classes by numbers of a private registry (copyreg extensions)');
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  machine.pushGlobal(machine.pop(), name);
}

function construct(machine: PickleMachine, how: 'call' | 'instance'): void {
  const args = argumentsOf(machine, machine.pop());
  machine.construct(machine.pop(), args, how);
}

function newObjectWithKeywords(machine: PickleMachine): void {
  machine.pop();
  construct(machine, 'instance');
}

/** INST of protocol 0: the name in two lines, the arguments above the mark. */
function instance(machine: PickleMachine): void {
  machine.pushGlobal(utf8Line(machine), utf8Line(machine));
  const callable = machine.pop();
  machine.construct(callable, machine.popMark(), 'call');
}

/** OBJ of protocol 1: the class is the first value above the mark. */
function markedInstance(machine: PickleMachine): void {
  const [callable, ...args] = machine.popMark();
  machine.construct(callable ?? null, args, 'call');
}

function argumentsOf(machine: PickleMachine, args: PickleValue): readonly PickleValue[] {
  if (typeof args === 'object' && args?.kind === 'tuple') return args.items;
  throw machine.damaged('the arguments of a call are not a tuple');
}

function markedDictionary(machine: PickleMachine): void {
  const values = machine.popMark();
  machine.push({ kind: 'dict', entries: new Map() });
  machine.setItems(values);
}

function pushTuple(machine: PickleMachine, count: number): void {
  machine.push({ kind: 'tuple', items: popped(machine, count) });
}

function popped(machine: PickleMachine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function pushBytes(machine: PickleMachine, count: number): void {
  machine.push({ kind: 'bytes', bytes: machine.cursor.take(count) });
}

function line(machine: PickleMachine): string {
  return latin1Text(machine.cursor.line());
}

function utf8Line(machine: PickleMachine): string {
  return utf8.decode(machine.cursor.line());
}

/** TextDecoder's latin1 is windows-1252, which moves 0x80 to 0x9f; those bytes go one by one. */
function latin1Text(bytes: Uint8Array): string {
  if (!bytes.some((byte) => byte >= 0x80 && byte < 0xa0)) return latin1.decode(bytes);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 4096) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 4096)));
  return pieces.join('');
}

function lineIndex(machine: PickleMachine): number {
  const index = Number(line(machine));
  if (!Number.isSafeInteger(index) || index < 0) throw machine.damaged('the number of a stored value is not a number');
  return index;
}

/** INT: `00` and `01` are the truth values of protocols 0 and 1. */
function lineInteger(machine: PickleMachine): PickleValue {
  const text = line(machine).trim();
  if (text === '00' || text === '01') return text === '01';
  return wholeNumber(machine, text);
}

function lineLong(machine: PickleMachine): PickleValue {
  return wholeNumber(machine, line(machine).trim().replace(/L$/, ''));
}

function wholeNumber(machine: PickleMachine, text: string): PickleValue {
  if (!/^[+-]?\d+$/.test(text) || text.length > maxPickleDigits)
    throw machine.damaged('a whole number is not written in digits');
  return smallest(BigInt(text.replace(/^\+/, '')));
}

function lineFloat(machine: PickleMachine): number {
  const text = line(machine).trim().toLowerCase();
  const special = new Map([
    ['inf', Infinity],
    ['+inf', Infinity],
    ['-inf', -Infinity],
    ['nan', NaN],
    ['-nan', NaN],
  ]).get(text);
  const number = special ?? (text === '' ? NaN : Number(text));
  if (special === undefined && Number.isNaN(number)) throw machine.damaged('a number is not written in digits');
  return number;
}

/** LONG1 and LONG4: little-endian two's complement of `count` bytes. */
function longNumber(machine: PickleMachine, count: number): PickleValue {
  if (count > maxPickleDigits / 2) throw machine.damaged('a whole number is too long');
  const bytes = machine.cursor.take(count);
  let number = 0n;
  for (let i = count - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i]!);
  return smallest(BigInt.asIntN(count * 8, number));
}

/** A plain number where it is exact. */
function smallest(number: bigint): number | bigint {
  const plain = Number(number);
  return Number.isSafeInteger(plain) ? plain : number;
}

/** STRING of Python 2: quoted, with backslash escapes. */
function quotedText(machine: PickleMachine): string {
  const text = line(machine).trim();
  const quote = text.charAt(0);
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote))
    throw machine.damaged('a text is not quoted');
  return text
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (_, escaped: string) => unescaped(escaped));
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

function unescaped(escaped: string): string {
  if (/^x[0-9a-fA-F]{2}$/.test(escaped)) return String.fromCharCode(parseInt(escaped.slice(1), 16));
  if (/^[0-7]+$/.test(escaped)) return String.fromCharCode(parseInt(escaped, 8) & 255);
  return escapes.get(escaped) ?? `\\${escaped}`;
}

/** UNICODE of protocol 0: raw-unicode-escape, where only \u and \U are escapes. */
function rawUnicode(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const point = parseInt(short ?? long ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
