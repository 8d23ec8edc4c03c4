import { field, type Message } from './syntax/message';

/** Lengths of a tensor's axes, undefined where open; undefined as a whole when even the number of axes is open. */
export type OpenShape = readonly (number | undefined)[] | undefined;

const shapeFields = { dim: field(2, 'dim'), unknownRank: field(3, 'unknown_rank') };
const lengthField = field(1, 'size');

/** Reads a TensorShapeProto. */
export function readShape(message: Message | undefined): OpenShape {
  if (!message || message.truth(shapeFields.unknownRank)) return undefined;
  return message.messages(shapeFields.dim).map((axis) => {
    const length = axis.integer(lengthField) ?? 0;
    return length < 0 ? undefined : length;
  });
}
