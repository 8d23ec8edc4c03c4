import type { Json } from '../json';
import { isList, isObject } from '../json';
import type { Generation } from './layerCall';

/**
 * Which Keras wrote a configuration: by the version it names, else by its style (Keras 3 writes `batch_shape` and
 * connections as objects, Keras 2 `batch_input_shape` and nested lists).
 */
export function generationOf(version: string | undefined, architecture: Json | undefined): Generation {
  const major = version === undefined ? undefined : /^\D*?(\d+)\./.exec(version)?.[1];
  if (version?.startsWith('tfjs')) return 2;
  if (major !== undefined) return Number(major) >= 3 ? 3 : 2;
  return hasStyleOfKeras3(architecture) ? 3 : 2;
}

/** `Keras 3.15.1`, or only `Keras 3` when the file names no version. */
export function frameworkOf(version: string | undefined, generation: Generation): string {
  return `Keras ${version ?? generation}`;
}

function hasStyleOfKeras3(architecture: Json | undefined): boolean {
  const config = isObject(architecture) ? architecture.config : undefined;
  const layers = isObject(config) ? config.layers : undefined;
  if (!isList(layers)) return false;
  return layers.some((layer) => {
    if (!isObject(layer)) return false;
    const [node] = isList(layer.inbound_nodes) ? layer.inbound_nodes : [];
    const settings = layer.config;
    return (isObject(node) && 'args' in node) || (isObject(settings) && 'batch_shape' in settings);
  });
}
