import { dataTypeNames } from './dataType';
import { readShape, type OpenShape } from './shapeProto';
import { field, type Message } from './syntax/message';

/** A function that an attribute names, with the values of its own attributes. */
export interface FunctionName {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, Message>;
}

// AttrValue and AttrValue.ListValue (attr_value.proto) have the same numbers for single values and for lists of them.
const valueFields = {
  list: field(1, 'list'),
  s: field(2, 's'),
  i: field(3, 'i'),
  f: field(4, 'f'),
  b: field(5, 'b'),
  type: field(6, 'type'),
  shape: field(7, 'shape'),
  tensor: field(8, 'tensor'),
  func: field(10, 'func'),
  placeholder: field(9, 'placeholder'),
};
// Only functions have another number in lists.
const listFunction = field(9, 'func');
const functionFields = { name: field(1, 'name'), attr: field(2, 'attr') };

/** Attributes of a node, decoded as they are asked for. A missing attribute is undefined or an empty list. */
export class Attributes {
  private readonly values: ReadonlyMap<string, Message>;

  constructor(values: ReadonlyMap<string, Message>) {
    this.values = values;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  integer(name: string): number | undefined {
    return this.values.get(name)?.integer(valueFields.i);
  }

  float(name: string): number | undefined {
    return this.values.get(name)?.float(valueFields.f);
  }

  truth(name: string): boolean | undefined {
    return this.values.get(name)?.truth(valueFields.b);
  }

  text(name: string): string | undefined {
    const bytes = this.values.get(name)?.content(valueFields.s);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** A type, as a number of `dataType.ts`. */
  type(name: string): number | undefined {
    return this.values.get(name)?.choice(valueFields.type, dataTypeNames);
  }

  types(name: string): readonly number[] {
    return this.list(name)?.choices(valueFields.type, dataTypeNames) ?? [];
  }

  shapes(name: string): readonly OpenShape[] {
    return this.list(name)?.messages(valueFields.shape).map(readShape) ?? [];
  }

  shape(name: string): OpenShape {
    return readShape(this.values.get(name)?.message(valueFields.shape));
  }

  /** A TensorProto. */
  tensor(name: string): Message | undefined {
    return this.values.get(name)?.message(valueFields.tensor);
  }

  integers(name: string): readonly number[] {
    return this.list(name)?.integers(valueFields.i) ?? [];
  }

  floats(name: string): Float64Array {
    return this.list(name)?.floats(valueFields.f) ?? new Float64Array();
  }

  texts(name: string): readonly string[] {
    const decoder = new TextDecoder();
    return (
      this.list(name)
        ?.contents(valueFields.s)
        .map((bytes) => decoder.decode(bytes)) ?? []
    );
  }

  function(name: string): FunctionName | undefined {
    const message = this.values.get(name)?.message(valueFields.func);
    if (!message) return undefined;
    return { name: message.text(functionFields.name) ?? '', attributes: message.map(functionFields.attr) };
  }

  /** Names of all functions that some attribute names, alone or in a list. */
  functionNames(): string[] {
    return [...this.values.values()].flatMap((value) => {
      const alone = value.message(valueFields.func);
      const listed = value.message(valueFields.list)?.messages(listFunction) ?? [];
      return [...(alone ? [alone] : []), ...listed].map((named) => named.text(functionFields.name) ?? '');
    });
  }

  private list(name: string): Message | undefined {
    return this.values.get(name)?.message(valueFields.list);
  }
}

/** Attributes of a node in a function's body, with those of the call in place of references to them. */
export function resolvedAttributes(
  own: ReadonlyMap<string, Message>,
  given: ReadonlyMap<string, Message>,
): ReadonlyMap<string, Message> {
  const resolved = new Map<string, Message>();
  for (const [name, value] of own) {
    const reference = value.text(valueFields.placeholder);
    const actual = reference ? given.get(reference) : value;
    if (actual) resolved.set(name, actual);
  }
  return resolved;
}
