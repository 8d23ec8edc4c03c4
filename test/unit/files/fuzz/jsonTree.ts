/** What a JSON text can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A value inside a JSON text and the way to it. */
export interface JsonNode {
  readonly path: readonly (string | number)[];
  readonly value: JsonValue;
}

/** All values of a JSON text; undefined when it is none. */
export function jsonTree(
  bytes: Uint8Array,
): { readonly root: JsonValue; readonly nodes: readonly JsonNode[] } | undefined {
  try {
    const root = JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
    return { root, nodes: nodesOf(root, []) };
  } catch {
    return undefined;
  }
}

/** The same tree with another value at a path, or without it. */
export function replaceNode(
  root: JsonValue,
  [step, ...rest]: readonly (string | number)[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (step === undefined) return value;
  if (root === null || typeof root !== 'object') return root;
  const children = Object.entries(root).flatMap(([key, child]): [string, JsonValue][] => {
    const changed = key === String(step) ? replaceNode(child, rest, value) : child;
    return changed === undefined ? [] : [[key, changed]];
  });
  return Array.isArray(root) ? children.map(([, child]) => child) : Object.fromEntries(children);
}

function nodesOf(value: JsonValue, path: readonly (string | number)[]): JsonNode[] {
  const below =
    value === null || typeof value !== 'object'
      ? []
      : Object.entries(value).flatMap(([key, child]) => nodesOf(child, [...path, key]));
  return [{ path, value }, ...below];
}
