import type { GraphProto, NodeProto } from './modelProto';

/** Operators that leave the last axis as long as it is. */
const passing = new Set([
  ...[
    'Abs',
    'Add',
    'BatchNormalization',
    'Cast',
    'Clip',
    'Div',
    'Dropout',
    'Exp',
    'Identity',
    'Imputer',
    'LayerNormalization',
  ],
  ...['Log', 'Mul', 'Neg', 'Normalizer', 'Relu', 'Scaler', 'Sigmoid', 'Sqrt', 'Sub', 'Tanh', 'Where'],
]);

/**
 * How many columns an input has whose declared shape does not say it, from the weights it meets first; undefined if
 * none of them tells.
 */
export function inferredWidth(graph: GraphProto, input: string): number | undefined {
  const shapes = storedShapes(graph);
  const names = new Set([input]);
  // Nodes stand in topological order, so one pass follows the input through operators that keep its width.
  for (const node of graph.nodes) {
    const index = node.inputs.findIndex((name) => names.has(name));
    if (index < 0) continue;
    const width = widthAt(node, index, shapes);
    if (width !== undefined) return width;
    if (passing.has(node.operator) && node.outputs[0]) names.add(node.outputs[0]);
  }
  return undefined;
}

/** Shapes of stored tensors and of constants made by nodes, by name. */
function storedShapes(graph: GraphProto): Map<string, readonly number[]> {
  const shapes = new Map(graph.initializers.map((tensor) => [tensor.name, tensor.dims] as const));
  for (const node of graph.nodes) {
    const tensor = node.operator === 'Constant' ? node.attributes.get('value')?.tensor : undefined;
    if (tensor && node.outputs[0]) shapes.set(node.outputs[0], tensor.dims);
  }
  return shapes;
}

function widthAt(node: NodeProto, index: number, shapes: ReadonlyMap<string, readonly number[]>): number | undefined {
  const other = shapes.get(node.inputs[1 - index] ?? '');
  const integer = (name: string) => node.attributes.get(name)?.integer ?? 0;
  switch (node.operator) {
    case 'MatMul':
      return index === 0 ? other?.at(-2) : undefined;
    case 'Gemm':
      return index === 0 && integer('transA') === 0 ? other?.[integer('transB') === 1 ? 1 : 0] : undefined;
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'BatchNormalization':
    case 'LayerNormalization':
      return longerThanOne(other?.at(-1));
    case 'Scaler':
      return longerThanOne(node.attributes.get('offset')?.floats.length);
    case 'Imputer':
      return longerThanOne(node.attributes.get('imputed_value_floats')?.floats.length);
    case 'LinearRegressor':
      return wholeRatio(node.attributes.get('coefficients')?.floats.length, integer('targets') || 1);
    case 'LinearClassifier':
      return wholeRatio(
        node.attributes.get('coefficients')?.floats.length,
        node.attributes.get('intercepts')?.floats.length,
      );
    default:
      return undefined;
  }
}

function longerThanOne(length: number | undefined): number | undefined {
  return length !== undefined && length > 1 ? length : undefined;
}

function wholeRatio(total: number | undefined, parts: number | undefined): number | undefined {
  if (!total || !parts || total % parts !== 0) return undefined;
  return total / parts;
}
