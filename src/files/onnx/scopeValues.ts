import { elements } from '../../network/tensor';
import { refuse } from '../refuse';
import type { Value } from '../rows/value';
import type { Surroundings } from './call';
import type { GraphProto, SparseTensorProto } from './modelProto';
import { storedValue } from './operators/shapes';
import { decodeSparseTensor, decodeTensor, type TensorData } from './tensorData';

/** The values a list of nodes sees, by name. Stored tensors are decoded when a node first asks for them. */
export class ScopeValues {
  private readonly made = new Map<string, Value>();
  private readonly stored = new Map<string, () => Value>();
  private readonly outer: ScopeValues | undefined;

  /** A branch also sees what the graph around it sees. */
  constructor(outer?: ScopeValues) {
    this.outer = outer;
  }

  has(name: string): boolean {
    return this.made.has(name) || this.stored.has(name) || (this.outer?.has(name) ?? false);
  }

  get(name: string): Value | undefined {
    const known = this.made.get(name);
    if (known) return known;
    const value = this.stored.get(name)?.();
    if (!value) return this.outer?.get(name);
    this.made.set(name, value);
    return value;
  }

  set(name: string, value: Value): void {
    this.made.set(name, value);
  }

  /** Takes in the stored tensors of a graph. */
  store(graph: GraphProto, around: Surroundings): void {
    const { externalFiles, file } = around;
    for (const tensor of graph.initializers)
      this.keep(tensor.name, file, () => storedValue({ around }, decodeTensor(tensor, externalFiles, file)));
    for (const tensor of graph.sparseInitializers)
      this.keep(tensor.values?.name ?? '', file, () => storedValue({ around }, spreadOut(tensor, around)));
  }

  private keep(name: string, file: string, decode: () => Value): void {
    if (this.stored.has(name)) {
      refuse(file, {
        code: 'onnx-duplicate-name',
        message: `The graph in ${file} stores two tensors named "${name}".`,
        remedy: 'Save the model again with the tool that made it.',
        part: name,
      });
    }
    this.stored.set(name, decode);
  }
}

/** A sparse tensor takes more memory than its bytes in the file, so it counts among what the graph makes. */
function spreadOut(tensor: SparseTensorProto, { externalFiles, file, spend }: Surroundings): TensorData {
  const count = elements(tensor.dims);
  if (spend(Math.max(count, 0))) return decodeSparseTensor(tensor, externalFiles, file);
  const name = tensor.values?.name ?? '';
  return refuse(file, {
    code: 'onnx-too-large',
    message: `The sparse tensor "${name}" in ${file} claims ${count} numbers, more than Slopescope takes.`,
    remedy: 'Slopescope is for networks on tables; use a smaller network.',
    part: name,
  });
}
