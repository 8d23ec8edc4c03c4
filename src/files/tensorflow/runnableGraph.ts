import { Attributes } from './attributes';
import type { NodeDef } from './graphDef';
import { isControl, referenceOf, type Body } from './references';

/** Operators that call code of their own, or read, write or delete files: a graph with one of them is never run. */
const neverRun =
  /PyFunc|File(?!name)|Reader(V2)?$|^(Print|PrintV2|DebugIdentity\w*|ImmutableConst|RemoteCall|Rpc|TryRpc|CustomCall|XlaCallModule|LoadAndRemapMatrix|GenerateVocabRemapping|TfLiteSubgraphExecute)$|Summary|Dataset|Iterator/;

/** Writing a checkpoint belongs to every SavedModel, but not to what is run of it. */
const writesCheckpoint = /^(Save|SaveV2|SaveSlices|MergeV2Checkpoints)$/;

/** The first node that must not be run; undefined when the graph only computes. `roots` are the nodes that are asked for. */
export function forbiddenNode(body: Body, roots: readonly string[]): NodeDef | undefined {
  const everywhere = [...body.nodes.values(), ...[...body.functions.values()].flatMap(({ nodes }) => nodes)];
  const forbidden = everywhere.find(({ operator }) => neverRun.test(operator));
  return forbidden ?? neededNodes(body, roots).find(({ operator }) => writesCheckpoint.test(operator));
}

/** All nodes that the roots need, by data or control, with those of every function that one of them names. */
function neededNodes(body: Body, roots: readonly string[]): NodeDef[] {
  const found: NodeDef[] = [];
  const functions = new Set<string>();
  const seen = new Set<string>();
  const stack = [...roots];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    const node = body.nodes.get(name);
    if (!node || seen.has(name)) continue;
    seen.add(name);
    found.push(node);
    stack.push(...node.inputs.map((input) => sourceOf(input, body)));
  }
  // Everything a named function holds counts as needed: what it calls is found as the list grows.
  for (const node of found) {
    for (const name of namedFunctions(node, body)) {
      if (functions.has(name)) continue;
      functions.add(name);
      found.push(...(body.functions.get(name)?.nodes ?? []));
    }
  }
  return found;
}

function sourceOf(input: string, body: Body): string {
  return isControl(input) ? input.slice(1) : referenceOf(input, body).node;
}

/** Functions a node may call: by its operator's name or by any attribute. */
function namedFunctions({ operator, attributes }: NodeDef, { functions }: Body): string[] {
  const given = new Attributes(attributes);
  return [operator, ...given.functionNames()].filter((name) => functions.has(name));
}
