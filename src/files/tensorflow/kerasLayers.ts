import type { Layer } from '../../network/network';
import { protobufMessage } from '../containers/protobuf';
import { isObject, parseJson } from '../json';
import type { Folder } from '../reading';
import type { MetaGraph } from './metaGraph';

/** What Keras noted about its layers beside the graph. */
export interface KerasLayers {
  /** Version of Keras, if it is noted. */
  readonly version: string | undefined;
  /** Layers of the graph's nodes, those of one Keras layer put together under its name. */
  readonly describe: (layers: readonly Layer[]) => readonly Layer[];
}

/** Fields of SavedMetadata and SavedObject (saved_metadata.proto of Keras 2.5 and later). */
const metadataFields = { nodes: 1, metadata: 5 };

/**
 * Reads the layers' names and classes from `keras_metadata.pb` or, of older versions, from the saved objects. They are
 * for people only: without them, or if they are damaged, layers are told by their nodes.
 */
export async function readKerasLayers(meta: MetaGraph, folder: Folder, file: string): Promise<KerasLayers> {
  const bytes = await folder.read('keras_metadata.pb');
  const texts = bytes ? storedTexts(bytes, file) : (meta.objects?.metadata ?? []);
  const classes = new Map<string, string>();
  let version: string | undefined;
  for (const text of texts) {
    const json = quietJson(text, file);
    if (!isObject(json)) continue;
    const { name, class_name: className, keras_version: noted } = json;
    if (typeof name === 'string' && typeof className === 'string') classes.set(name, className);
    if (typeof noted === 'string') version = noted;
  }
  return { version, describe: (layers) => joined(layers, classes) };
}

function storedTexts(bytes: Uint8Array, file: string): string[] {
  try {
    return protobufMessage(bytes, file).messages(
      metadataFields.nodes,
      (node) => node.text(metadataFields.metadata) ?? '',
    );
  } catch {
    return [];
  }
}

function quietJson(text: string, file: string) {
  try {
    return parseJson(new TextEncoder().encode(text), file);
  } catch {
    return undefined;
  }
}

/** Models and what stands only at the edge of them: their names are parts of the paths of other layers. */
const containers = new Set(['Functional', 'Sequential', 'Model', 'InputLayer']);

/** Consecutive nodes of one Keras layer become one layer of its class. */
function joined(layers: readonly Layer[], classes: ReadonlyMap<string, string>): Layer[] {
  const result: Layer[] = [];
  for (const layer of layers) {
    const parts = layer.name.split('/');
    const name = parts.slice(0, -1).findLast((part) => !containers.has(classes.get(part) ?? 'Model'));
    const kind = name === undefined ? undefined : classes.get(name);
    const last = result.at(-1);
    if (name === undefined || kind === undefined) result.push(layer);
    else if (last?.name === name && last.kind === kind) result[result.length - 1] = together(last, layer);
    else result.push({ ...layer, name, kind });
  }
  return result;
}

function together(first: Layer, second: Layer): Layer {
  const parameters = first.parameters + second.parameters;
  const activation = second.parameters === 0 ? { activation: second.kind.toLowerCase() } : {};
  return { ...first, size: second.size, parameters, ...activation };
}
