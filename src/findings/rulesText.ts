import { getNodeValue, type Node } from 'jsonc-parser';
import type { Problem } from '../problem';
import { nearestName } from '../table/names';

/** Turns offsets of a text into lines and columns, both from 1, and gathers problems with their places. */
export class RulesText {
  readonly file: string;
  readonly problems: Problem[] = [];
  private readonly starts: number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.starts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)];
  }

  placeAt(offset: number): { readonly line: number; readonly column: number } {
    const line = this.starts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - this.starts[line]! + 1 };
  }

  /** Notes an error at an offset; the message begins with file and line. */
  fault(code: string, offset: number, what: string, remedy: string): void {
    const place = this.placeAt(offset);
    this.problems.push({
      code,
      message: `${this.file} line ${place.line}: ${what}.`,
      file: this.file,
      place: { kind: 'line', ...place },
      remedy,
      severity: 'error',
    });
  }
}

/** The members of an object by name; a name that means nothing here is a problem at its line. */
export function membersOf(object: Node, known: readonly string[], source: RulesText): ReadonlyMap<string, Node> {
  const members = new Map<string, Node>();
  for (const property of object.children ?? []) {
    const [key, value] = property.children ?? [];
    if (!key || !value) continue;
    const name = String(key.value);
    if (known.includes(name)) members.set(name, value);
    else {
      const near = nearestName(name, known);
      const remedy = near ? `Did you mean "${near}"?` : `Known here are ${known.join(', ')}.`;
      source.fault('rules-key', key.offset, `"${name}" means nothing here`, remedy);
    }
  }
  return members;
}

/** A member that must be a text. */
export function textOf(members: ReadonlyMap<string, Node>, key: string, source: RulesText): string | undefined {
  const node = members.get(key);
  if (!node) return undefined;
  const value: unknown = getNodeValue(node);
  if (typeof value === 'string') return value;
  source.fault('rules-form', node.offset, `"${key}" must be a text in quotes`, 'Put it in double quotes.');
  return undefined;
}

/** A member that must be one of a few texts. */
export function choiceOf<C extends string>(
  members: ReadonlyMap<string, Node>,
  key: string,
  choices: readonly C[],
  source: RulesText,
): C | undefined {
  const node = members.get(key);
  if (!node) return undefined;
  const value: unknown = getNodeValue(node);
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) {
    source.fault(
      'rules-choice',
      node.offset,
      `"${key}" cannot be ${JSON.stringify(value)}`,
      `Possible are ${choices.join(', ')}.`,
    );
  }
  return chosen;
}

/** A property that is absent where its value is. */
export function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>>;
export function optional(key: string, value: unknown): Partial<Record<string, unknown>> {
  return value === undefined ? {} : { [key]: value };
}
