import { damaged, type RStream } from './rStream';
import { rNull, type RAttributes, type RPair, type RValue } from './rValues';

/**
 * A reading that asks for other readings and gets their values back; `rSerialization.ts` runs them on a stack of its
 * own, so that the depth of a file never meets the depth of JavaScript's stack.
 */
export type Steps = Generator<Steps, RValue, RValue>;

/** What byte code needs of the reader it is part of. */
export interface ItemSource {
  readonly file: string;
  readonly stream: RStream;
  /** Reads one whole item. */
  item(): Steps;
  attributes(list: RValue): RAttributes;
  /** Counts a new value against the limit. */
  count(): void;
}

/** A cell under construction: shared cells are referred to before they are complete. */
type OpenCell = { -readonly [key in keyof RPair]: RPair[key] };

const typeByteCode = 21;
const sharedUse = 243;
const sharedDefinition = 244;
/** Types of cells: pairlist 2 and call 6; 239 and 240 are the same with attributes. */
const cellTypes: ReadonlyMap<number, { kind: RPair['kind']; attributed: boolean }> = new Map([
  [2, { kind: 'pairlist', attributed: false }],
  [6, { kind: 'language', attributed: false }],
  [239, { kind: 'pairlist', attributed: true }],
  [240, { kind: 'language', attributed: true }],
]);

/** A compiled expression (R internals, "Serialization Formats"): the number of shared cells, the code, its constants. */
export function* readByteCode(source: ItemSource): Steps {
  source.stream.integer();
  return yield compiled(source, new Map());
}

function* compiled(source: ItemSource, shared: Map<number, RPair>): Steps {
  source.count();
  yield source.item();
  const count = source.stream.integer();
  if (count < 0) throw damaged(source.file, 'a compiled function has a negative number of constants');
  source.stream.need(count, 4, 2);
  const constants: RValue[] = [];
  for (let i = 0; i < count; i++) {
    const type = source.stream.integer();
    constants.push(yield type === typeByteCode ? compiled(source, shared) : constant(source, shared, type));
  }
  return { kind: 'bytecode', constants };
}

function* constant(source: ItemSource, shared: Map<number, RPair>, announced: number): Steps {
  if (announced === sharedUse) {
    const known = shared.get(source.stream.integer());
    if (!known) throw damaged(source.file, 'a compiled function refers to a part that is not there');
    return known;
  }
  const number = announced === sharedDefinition ? source.stream.integer() : undefined;
  const cellType = cellTypes.get(number === undefined ? announced : source.stream.integer());
  if (!cellType) return yield source.item();
  source.count();
  const cell: OpenCell = { kind: cellType.kind, car: rNull, cdr: rNull, attributes: new Map() };
  if (number !== undefined) shared.set(number, cell);
  if (cellType.attributed) cell.attributes = source.attributes(yield source.item());
  const tag = yield source.item();
  if (tag.kind === 'symbol') cell.tag = tag.name;
  cell.car = yield constant(source, shared, source.stream.integer());
  cell.cdr = yield constant(source, shared, source.stream.integer());
  return cell;
}
