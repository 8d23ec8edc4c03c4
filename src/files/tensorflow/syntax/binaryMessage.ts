import type { ProtobufMessage } from '../../containers/protobuf';
import type { Field, Message } from './message';

/** A message of a binary protobuf file. */
export class BinaryMessage implements Message {
  private readonly stored: ProtobufMessage;

  constructor(stored: ProtobufMessage) {
    this.stored = stored;
  }

  has({ number }: Field): boolean {
    return this.stored.has(number);
  }

  integer({ number }: Field): number | undefined {
    return this.stored.integer(number);
  }

  integers({ number }: Field): number[] {
    return this.stored.integers(number);
  }

  float({ number }: Field): number | undefined {
    return this.stored.float(number);
  }

  floats({ number }: Field): Float64Array {
    return this.stored.floats(number);
  }

  doubles({ number }: Field): Float64Array {
    return this.stored.doubles(number);
  }

  truth({ number }: Field): boolean | undefined {
    const value = this.stored.integer(number);
    return value === undefined ? undefined : value !== 0;
  }

  truths({ number }: Field): boolean[] {
    return this.stored.integers(number).map((value) => value !== 0);
  }

  choice({ number }: Field): number | undefined {
    return this.stored.integer(number);
  }

  choices({ number }: Field): number[] {
    return this.stored.integers(number);
  }

  text({ number }: Field): string | undefined {
    return this.stored.text(number);
  }

  texts({ number }: Field): string[] {
    return this.stored.texts(number);
  }

  content({ number }: Field): Uint8Array | undefined {
    return this.stored.content(number);
  }

  contents({ number }: Field): Uint8Array[] {
    return this.stored.contents(number);
  }

  message({ number }: Field): Message | undefined {
    return this.stored.message(number, wrapped);
  }

  messages({ number }: Field): Message[] {
    return this.stored.messages(number, wrapped);
  }

  map({ number }: Field): Map<string, Message> {
    return this.stored.map(number, wrapped);
  }

  textMap({ number }: Field): Map<string, string> {
    const entries = this.stored.messages(number, (entry): [string, string] => [
      entry.text(1) ?? '',
      entry.text(2) ?? '',
    ]);
    return new Map(entries);
  }
}

function wrapped(message: ProtobufMessage): Message {
  return new BinaryMessage(message);
}
