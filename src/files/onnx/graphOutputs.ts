import { elements } from '../../network/tensor';
import { refuse } from '../refuse';
import { decodeTensor, elementTypeOf, type ExternalFiles } from './tensorData';
import type { GraphProto, NodeProto, ValueInfoProto } from './modelProto';

/**
 * The outputs that have slopes, in the graph's order: labels (texts and whole numbers) are dropped where the graph also
 * gives scores.
 */
export function slopedOutputs(graph: GraphProto, file: string): readonly ValueInfoProto[] {
  const sloped = graph.outputs.filter((output) => !isLabel(output));
  if (sloped.length > 0) return sloped;
  const named = graph.outputs.map((output) => `"${output.name}"`).join(', ');
  return refuse(file, {
    code: graph.outputs.length > 0 ? 'onnx-only-labels' : 'onnx-no-outputs',
    message:
      graph.outputs.length > 0
        ? `${file} gives only labels or whole numbers (${named}): they jump from one to the next and have no slopes.`
        : `The graph in ${file} has no outputs.`,
    remedy: 'Export the network with its probabilities, scores or forecast as an output.',
  });
}

/** Names of the classes, if a node of the graph lists exactly as many as an output has elements. */
export function classNames(
  graph: GraphProto,
  size: number,
  files: ExternalFiles,
  file: string,
): readonly string[] | undefined {
  if (size < 2) return undefined;
  for (const node of [...graph.nodes].reverse()) {
    const names = listedClasses(node, graph, size, files, file);
    if (names) return names;
  }
  return undefined;
}

function isLabel({ type }: ValueInfoProto): boolean {
  const elementType = type?.kind === 'tensor' ? type.elementType : 0;
  return elementType !== 0 && elementTypeOf(elementType) !== 'real';
}

function listedClasses(
  node: NodeProto,
  graph: GraphProto,
  size: number,
  files: ExternalFiles,
  file: string,
): readonly string[] | undefined {
  const fits = (names: readonly string[] | undefined) => (names?.length === size ? names : undefined);
  if (node.operator === 'ZipMap' || node.operator === 'LinearClassifier') {
    const texts = node.attributes.get('classlabels_strings')?.texts;
    const numbers = node.attributes.get('classlabels_int64s') ?? node.attributes.get('classlabels_ints');
    return fits(texts) ?? fits(numbers?.integers.map(String));
  }
  if (node.operator !== 'ArrayFeatureExtractor') return undefined;
  // How converters find a label: its name is picked from the stored classes by the largest score.
  const classes = graph.initializers.find((tensor) => tensor.name === node.inputs[0]);
  if (!classes) return undefined;
  if (elements(classes.dims) !== size) return undefined;
  const data = decodeTensor(classes, files, file);
  return fits(data.texts ?? Array.from(data.numbers, String));
}
