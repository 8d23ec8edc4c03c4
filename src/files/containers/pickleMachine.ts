import { ProblemError } from '../../problem';
import { maxPickleDepth, maxPickleOperations } from '../limits';
import type { ByteCursor } from './byteCursor';
import { completedType, filledArray, knownConstructors, type KnownConstructor } from './pickleConstructors';
import { commonModule, isDangerous, isTorchFunction } from './pickleDanger';
import {
  isKind,
  itemsOf,
  qualifiedName,
  type PickleDict,
  type PickleGlobal,
  type PickleObject,
  type PickleSequence,
  type PickleValue,
} from './pickleValues';

/** What a format adds to the reading of its pickles. */
export interface PickleOptions {
  /** The file as the user named it, for messages. */
  readonly file: string;
  /** Further callables that only make data, by `module.name`: `torch._utils._rebuild_tensor_v2`. */
  readonly constructors?: ReadonlyMap<string, KnownConstructor>;
  /** What a persistent id (PERSID, BINPERSID) stands for; without it such a pickle is refused. */
  readonly persistentLoad?: (id: PickleValue) => PickleValue;
  /** May replace an instance after its state was set, reading on from the stream (joblib's raw arrays). */
  readonly afterBuild?: (object: PickleObject, machine: PickleMachine) => PickleValue | undefined;
  /** How many pickles this one lies in. */
  readonly depth?: number;
}

/** One instruction: takes what follows it from the cursor and changes the machine's stack and memo. */
export type PickleOperation = (machine: PickleMachine) => void;

/** Readonly outside, but a pickle is built piece by piece, with references to what is not finished. */
type Building<T> = { -readonly [Key in keyof T]: T[Key] };

/** The stack machine that pickle instructions are written for. The instructions themselves are in `pickleOperations.ts`. */
export class PickleMachine {
  readonly cursor: ByteCursor;
  readonly options: PickleOptions;
  readonly memo = new Map<number, PickleValue>();
  private stack: PickleValue[] = [];
  private readonly marked: PickleValue[][] = [];
  private finished = false;

  constructor(cursor: ByteCursor, options: PickleOptions) {
    this.cursor = cursor;
    this.options = options;
  }

  /** Runs to the STOP and gives the value left on the stack. `operations` holds each instruction at its code. */
  run(operations: readonly (PickleOperation | undefined)[]): PickleValue {
    if ((this.options.depth ?? 0) > maxPickleDepth) throw this.damaged('pickles lie in each other without end');
    for (let count = 0; !this.finished; count++) {
      if (count > maxPickleOperations) throw this.problem('pickle-too-large', 'holds more values than any model');
      const code = this.cursor.uint8();
      const operation = operations[code];
      if (!operation) throw this.damaged(`0x${code.toString(16).padStart(2, '0')} is not an instruction of a pickle`);
      operation(this);
    }
    return this.pop();
  }

  stop(): void {
    this.finished = true;
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw this.damaged('its stack is empty where a value is needed');
    return value;
  }

  top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw this.damaged('its stack is empty where a value is needed');
    return value;
  }

  mark(): void {
    this.marked.push(this.stack);
    this.stack = [];
  }

  /** The values above the last mark, which is taken away. */
  popMark(): PickleValue[] {
    const values = this.stack;
    const before = this.marked.pop();
    if (!before) throw this.damaged('a mark is missing');
    this.stack = before;
    return values;
  }

  /** POP takes a value, or the mark when there is none above it. */
  discard(): void {
    if (this.stack.length > 0) this.stack.pop();
    else this.popMark();
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  recall(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw this.damaged(`it refers to value ${key}, which was not stored`);
    this.push(value);
  }

  /** A class or function: its name, if it may be named at all. */
  pushGlobal(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.damaged('the name of a class is not a text');
    const global: PickleGlobal = { kind: 'global', module: commonModule(module), name };
    if (isDangerous(global.module, name) && qualifiedName(global) !== 'builtins.getattr') throw this.refused(global);
    this.push(global);
  }

  /** REDUCE, NEWOBJ and their like: data from a known constructor, else an inert record. */
  construct(callable: PickleValue, args: readonly PickleValue[], how: PickleObject['how']): void {
    if (!isKind(callable, 'global')) throw this.damaged('it calls something that is not a named class or function');
    const name = qualifiedName(callable);
    if (name === 'builtins.getattr') this.push(this.namedMember(callable, args));
    else if (name === 'copyreg.__newobj__') this.make(args[0], args.slice(1), 'instance');
    else if (name === 'copyreg.__newobj_ex__') this.make(args[0], itemsOf(args[1]) ?? [], 'instance');
    else this.make(callable, args, how);
  }

  /** BUILD: sets the state of the value below it. */
  build(): void {
    const state = this.pop();
    const value = this.top();
    if (isKind(value, 'array')) this.fill(value, filledArray(state), 'an array does not hold the bytes of its shape');
    else if (isKind(value, 'dtype'))
      this.fill(value, completedType(value, state), 'the type of an array is not complete');
    else if (isKind(value, 'dict')) {
      const dict: Building<PickleDict> = value;
      dict.state = state;
    } else if (isKind(value, 'object')) {
      const object: Building<PickleObject> = value;
      object.state = state;
      const replacement = this.options.afterBuild?.(value, this);
      if (replacement === undefined) return;
      this.pop();
      this.push(replacement);
    }
  }

  /** APPEND and APPENDS. */
  append(values: readonly PickleValue[]): void {
    const target = this.top();
    if (isKind(target, 'list')) {
      pushAll(target, values);
      return;
    }
    if (!isKind(target, 'object')) throw this.damaged('it appends to something that is not a list');
    const object: Building<PickleObject> = target;
    object.items ??= [];
    pushAll({ items: object.items }, values);
  }

  /** ADDITEMS. */
  add(values: readonly PickleValue[]): void {
    const target = this.top();
    if (!isKind(target, 'set')) throw this.damaged('it adds to something that is not a set');
    pushAll(target, values);
  }

  /** SETITEM and SETITEMS: keys and values in turn. */
  setItems(values: readonly PickleValue[]): void {
    const target = this.top();
    if (values.length % 2 !== 0) throw this.damaged('a key has no value');
    if (!isKind(target, 'dict') && !isKind(target, 'object'))
      throw this.damaged('it sets an entry of something that is not a dictionary');
    const holder: { entries?: Map<PickleValue, PickleValue> } = target;
    holder.entries ??= new Map();
    for (let i = 0; i < values.length; i += 2) holder.entries.set(values[i]!, values[i + 1]!);
  }

  /** PERSID and BINPERSID. */
  persistent(id: PickleValue): void {
    if (!this.options.persistentLoad)
      throw this.problem('pickle-persistent', 'refers to data outside the file (a persistent id)');
    this.push(this.options.persistentLoad(id));
  }

  /** A damaged pickle, as a problem with the place in the file. */
  damaged(what: string): ProblemError {
    return this.problem('pickle-damaged', `is not a complete pickle: ${what}`);
  }

  /** Any other reason why this pickle cannot be read; `what` goes on after the file's name. */
  problem(code: string, what: string): ProblemError {
    const { file } = this.options;
    return new ProblemError({
      code,
      message: `${file} ${what}.`,
      file,
      place: { kind: 'part', name: `byte ${this.cursor.at}` },
      remedy: 'Save the model again, alone, with joblib.dump or pickle.dump.',
      severity: 'error',
    });
  }

  private make(callable: PickleValue | undefined, args: readonly PickleValue[], how: PickleObject['how']): void {
    if (!isKind(callable, 'global')) throw this.damaged('it makes an instance of something that is not a named class');
    const { module, name } = callable;
    const known = this.options.constructors?.get(`${module}.${name}`) ?? knownConstructors.get(`${module}.${name}`);
    const made = known ? known(args) : { kind: 'object' as const, module, name, args, how };
    if (made === undefined) throw this.damaged(`the arguments of ${module}.${name} are not what it takes`);
    this.push(made);
  }

  private refused(global: PickleGlobal): ProblemError {
    return refusedCall(this.options.file, qualifiedName(global));
  }

  /**
   * Keras names its own loader as a member of its model class, PyTorch its functions (`self.act = torch.relu`) as members
   * of the class that holds them; any other member could be anything.
   */
  private namedMember(getattr: PickleGlobal, [owner, member]: readonly PickleValue[]): PickleGlobal {
    if (isKind(owner, 'global') && typeof member === 'string' && isTorchFunction(owner, member))
      return { kind: 'global', module: 'torch', name: member };
    if (!isKind(owner, 'global') || member !== '_unpickle_model' || !/(^|[._])keras\./.test(`${owner.module}.`))
      throw this.refused(getattr);
    return { kind: 'global', module: owner.module, name: `${owner.name}.${member}` };
  }

  private fill<T extends PickleValue & object>(target: T, content: T | undefined, otherwise: string): void {
    if (!content) throw this.damaged(otherwise);
    Object.assign(target, content);
  }
}

/** The refusal of a pickle that would run something where it is loaded. */
function refusedCall(file: string, name: string): ProblemError {
  return new ProblemError({
    code: 'pickle-calls',
    message: `${file} is refused: the pickle calls ${name}: nothing is run.`,
    file,
    remedy: 'Do not load this file elsewhere either; ask whoever made it, or save the model again from its source.',
    severity: 'error',
  });
}

function pushAll(target: Pick<PickleSequence, 'items'>, values: readonly PickleValue[]): void {
  for (const value of values) target.items.push(value);
}
