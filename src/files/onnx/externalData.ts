import type { Folder } from '../reading';
import { refuse } from '../refuse';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from './modelProto';
import type { ExternalFiles } from './tensorData';

/**
 * Reads the files beside the model that its tensors lie in. A location must be a relative path inside the model's
 * folder; what else it could be (absolute, a drive, an address, a way up) is refused without looking there.
 */
export async function readExternalFiles(model: ModelProto, folder: Folder, file: string): Promise<ExternalFiles> {
  const files = new Map<string, Uint8Array>();
  for (const tensor of storedTensors(model)) {
    if (!tensor.external) continue;
    const location = tensor.external.get('location') ?? '';
    if (files.has(location)) continue;
    const bytes = await folder.read(safePath(location, tensor.name, file));
    if (!bytes) {
      return refuse(file, {
        code: 'onnx-external-missing',
        message: `The weights of ${file} lie in ${location}, which is not there.`,
        remedy: `Put ${location} into the folder of ${file}.`,
        part: tensor.name,
      });
    }
    files.set(location, bytes);
  }
  refuseOverlaps(model, files, file);
  return files;
}

/** Two tensors may share all their bytes (tied weights), but not some of them: one of the places must be wrong. */
function refuseOverlaps(model: ModelProto, files: ExternalFiles, file: string): void {
  const ranges = [...storedTensors(model)].flatMap(({ external, name }) => {
    if (!external) return [];
    const location = external.get('location') ?? '';
    const start = Number(external.get('offset') ?? 0);
    const length = Number(external.get('length') ?? (files.get(location)?.length ?? 0) - start);
    return length > 0 ? [{ name, location, start, end: start + length }] : [];
  });
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  const last = new Map<string, (typeof ranges)[number]>();
  for (const range of ranges) {
    const before = last.get(range.location);
    const same = before?.start === range.start && before.end === range.end;
    if (before && range.start < before.end && !same) {
      refuse(file, {
        code: 'onnx-external-overlap',
        message: `The tensors "${before.name}" and "${range.name}" of ${file} share some of their bytes in ${range.location}.`,
        remedy: 'Save the model again with the tool that made it.',
        part: range.name,
      });
    }
    last.set(range.location, range);
  }
}

function safePath(location: string, tensor: string, file: string): string {
  const parts = location.split('/').filter((part) => part !== '.');
  const foreign = /^[a-z]:|^[a-z][a-z0-9+.-]*:\/\/|[\\\0]/i.test(location);
  if (!foreign && parts.length > 0 && parts.every((part) => part !== '' && part !== '..')) return parts.join('/');
  return refuse(file, {
    code: 'onnx-external-path',
    message: `Tensor "${tensor}" of ${file} asks for the file "${location}", which lies outside the model's folder.`,
    remedy: 'Save the model again with its weights in one file, or in a file beside it.',
    part: tensor,
  });
}

function* storedTensors(model: ModelProto): Generator<TensorProto> {
  if (model.graph) yield* graphTensors(model.graph);
  for (const { nodes } of model.functions) yield* attributeTensors(nodes);
}

function* graphTensors(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializers;
  for (const sparse of graph.sparseInitializers) {
    if (sparse.values) yield sparse.values;
    if (sparse.indices) yield sparse.indices;
  }
  yield* attributeTensors(graph.nodes);
}

function* attributeTensors(nodes: readonly NodeProto[]): Generator<TensorProto> {
  for (const node of nodes) {
    for (const { tensor, graph } of node.attributes.values()) {
      if (tensor) yield tensor;
      if (graph) yield* graphTensors(graph);
    }
  }
}
