import type { Call } from './call';
import { elementType } from './dataType';
import { heldValue, type Held } from './held';
import { sparseColumns } from './references';

/**
 * The columns that a node takes out of serialized records (tf.Example), on the node's outputs. A row of a table has the
 * same columns, so each dense one of numbers becomes an input of its own; nothing is parsed.
 */
export function exampleColumns(call: Call): Held[] {
  const { attributes, node } = call;
  const old = node.operator === 'ParseExample';
  const sparse = sparseColumns(attributes);
  const types = attributes.types('Tdense');
  const shapes = attributes.shapes('dense_shapes');
  const keys = old ? types.map((_, k) => textsOf(call, 2 + sparse + k)[0]) : textsOf(call, 3);
  // Indices, values and shapes of the sparse columns come first.
  const outputs = Array.from({ length: 3 * sparse }, (): Held => ({ kind: 'texts', texts: [] }));
  types.forEach((type, k) => outputs.push(column(call, keys[k] ?? `${k}`, type, shapes[k])));
  return outputs;
}

function column(call: Call, key: string, type: number, shape: readonly (number | undefined)[] | undefined): Held {
  const element = elementType(type);
  if (element === undefined || element === 'text') return { kind: 'texts', texts: [] };
  const lengths = shape?.map((length) => length ?? NaN) ?? [NaN];
  if (lengths.some(Number.isNaN))
    return call.refuse(
      'tensorflow-input-shape',
      `takes the column "${key}" of each record, which has no fixed length`,
      'Save the network with a fixed length for every column.',
    );
  call.expectRoom(lengths);
  return heldValue({ tensor: call.builder.input(key, [1, ...lengths]), batch: 0, type: element });
}

function textsOf(call: Call, index: number): readonly string[] {
  const held = call.inputs[index];
  return held?.kind === 'texts' ? held.texts : [];
}
