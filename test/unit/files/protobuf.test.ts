import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protobufFieldNumbers, protobufMessage, type ProtobufMessage } from '../../../src/files/containers/protobuf';
import { maxProtobufDepth, maxProtobufFields } from '../../../src/files/limits';
import { ProblemError } from '../../../src/problem';
import {
  bytesField,
  doubleField,
  doubles,
  floatField,
  floats,
  join,
  messageField,
  packedVarints,
  textField,
  varint,
  varintField,
} from './protobufWriter';

const open = (...fields: Uint8Array[]): ProtobufMessage => protobufMessage(join(fields), 'model.onnx');

describe('a protobuf message', () => {
  it('gives 64-bit integers back, packed or one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), fc.array(fc.maxSafeInteger()), (single, packed) => {
        const message = open(...single.map((value) => varintField(3, value)), packedVarints(3, packed));
        expect(message.integers(3)).toEqual([...single, ...packed]);
      }),
    );
  });

  it('gives floats, doubles and texts back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double()),
        fc.array(fc.float()),
        fc.string({ unit: 'grapheme' }),
        (wide, narrow, text) => {
          const message = open(bytesField(1, doubles(wide)), bytesField(2, floats(narrow)), textField(3, text));
          expect([...message.doubles(1)]).toEqual(wide);
          expect([...message.floats(2)]).toEqual(narrow);
          expect(message.text(3)).toBe(text);
        },
      ),
    );
  });

  it('lets the last of several values count and knows what is not there', () => {
    const message = open(varintField(1, 5), varintField(1, 6), floatField(2, 0.5), doubleField(3, 0.25));
    expect([message.integer(1), message.float(2), message.double(3)]).toEqual([6, 0.5, 0.25]);
    expect([message.has(1), message.has(9), message.integer(9), message.text(9)]).toEqual([
      true,
      false,
      undefined,
      undefined,
    ]);
  });

  it('reads unsigned numbers and fixed ones', () => {
    const message = open(varintField(1, 2n ** 63n), join([varint(2 * 8 + 5), Uint8Array.of(1, 0, 0, 128)]));
    expect(message.unsigned(1)).toBe(2 ** 63);
    expect(message.fixed32(2)).toBe(2 ** 31 + 1);
  });

  it('takes the pieces of a message together', () => {
    const message = open(messageField(4, [varintField(1, 7)]), messageField(4, [textField(2, 'a')]));
    expect(message.message(4, (inner) => [inner.integer(1), inner.text(2)])).toEqual([7, 'a']);
  });

  it('reads maps', () => {
    const entry = (key: string, value: number) =>
      messageField(1, [textField(1, key), messageField(2, [varintField(1, value)])]);
    const map = open(entry('a', 1), entry('b', 2)).map(1, (value) => value.integer(1));
    expect([...map]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('skips fields nobody asks for', () => {
    expect(open(textField(99, 'new'), varintField(1, 1)).integer(1)).toBe(1);
  });

  it('never fails but with a problem, whatever the bytes are', () => {
    const walk = (message: ProtobufMessage): void => {
      for (let field = 1; field < 6; field++) {
        message.messages(field, walk);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          walk(protobufMessage(bytes, 'model.onnx'));
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
    );
  });
});

describe('a damaged protobuf message', () => {
  it.each([
    [
      'a field that goes past the end',
      join([varint(10), varint(5), Uint8Array.of(1)]),
      'model.onnx ends in the middle of its content.',
    ],
    ['a number without an end', Uint8Array.of(8, 255), 'model.onnx ends in the middle of its content.'],
    [
      'a number of eleven bytes',
      Uint8Array.of(8, ...new Array<number>(11).fill(255), 1),
      'is damaged: part of it is not valid protobuf.',
    ],
    ['a group', Uint8Array.of(11), 'is damaged: part of it is not valid protobuf.'],
    ['field number 0', Uint8Array.of(0, 1), 'is damaged: part of it is not valid protobuf.'],
  ])('with %s is named', (_, bytes, message) => {
    expect(problemOf(() => protobufMessage(bytes, 'model.onnx').has(1))).toContain(message);
  });

  it('of another wire type than expected is named', () => {
    expect(problemOf(() => open(varintField(1, 1)).text(1))).toContain('is damaged');
    expect(problemOf(() => open(textField(1, 'abc')).floats(1))).toContain('is damaged');
    expect(problemOf(() => open(floatField(1, 1)).integers(1))).toContain('is damaged');
  });

  it('may not nest without end', () => {
    let bytes: Uint8Array = varintField(2, 1);
    for (let depth = 0; depth <= maxProtobufDepth; depth++) bytes = bytesField(1, bytes);
    const descend = (message: ProtobufMessage): unknown => message.message(1, descend);
    expect(problemOf(() => descend(protobufMessage(bytes, 'model.onnx')))).toBe(
      'model.onnx nests more than 100 messages in one another.',
    );
  });

  it('may not have fields without end', () => {
    const bytes = new Uint8Array(2 * (maxProtobufFields + 1)).map((_, i) => (i % 2 === 0 ? 8 : 1));
    expect(problemOf(() => protobufMessage(bytes, 'model.onnx').has(1))).toContain('has more than 4194304 fields');
  });
});

describe('telling protobuf files apart', () => {
  it('lists the field numbers a file begins with', () => {
    expect(protobufFieldNumbers(join([varintField(1, 8), textField(7, 'abc'), doubleField(9, 1)]), 10)).toEqual([
      1, 7, 9,
    ]);
    expect(protobufFieldNumbers(join([varintField(1, 8), varintField(2, 8)]), 1)).toEqual([1]);
  });

  it('goes as far as a cut-off file does', () => {
    expect(protobufFieldNumbers(join([varintField(1, 8), varint(58), varint(1000), Uint8Array.of(1)]), 10)).toEqual([
      1, 7,
    ]);
  });

  it('says 0 for what is no field', () => {
    expect(protobufFieldNumbers(Uint8Array.of(8, 1, 15), 10)).toEqual([1, 0]);
  });
});

function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
  return 'no problem';
}
