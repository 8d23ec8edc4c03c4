import { maxScriptCalls } from '../../limits';
import { refusal } from '../../refuse';
import type { LayerLog, LayerPlace } from '../layerLog';
import { lowerOperator } from '../operators/table';
import { isValue, listValue, type LoweringContext, type ObjectValue, type TorchValue } from '../operators/values';
import { refuseMissing, type CodeLibrary } from './codeLibrary';
import { callBuiltin } from './builtins';
import { functionOfSign, plainBinary, plainFunction, truth } from './numbers';
import type { StoredValues } from './storedValues';
import type { Expression, FunctionText, Statement } from './syntax';

/** Names in one function and what they stand for. */
export type Scope = Map<string, TorchValue>;

/** Everything a script can refer to. */
export interface ScriptWorld {
  readonly context: LoweringContext;
  readonly code: CodeLibrary;
  readonly stored: StoredValues;
  readonly constants: readonly TorchValue[];
  readonly layers: LayerLog;
  /** Steps that are left, for all attempts at the file together. */
  readonly budget: { steps: number };
}

/**
 * Follows the text of a scripted or traced model once, on tensors whose numbers are not known: each operation it names
 * becomes nodes of the network. Nothing is executed; decisions must be known beforehand, steps and calls are bounded.
 */
export class ScriptFollower {
  private readonly world: ScriptWorld;
  private readonly places: LayerPlace[] = [];
  private calls = 0;

  constructor(world: ScriptWorld) {
    this.world = world;
  }

  /** Calls a method of an instance. */
  callMethod(
    object: ObjectValue,
    name: string,
    args: readonly TorchValue[],
    named: ReadonlyMap<string, TorchValue>,
  ): TorchValue {
    const text = this.world.code.classText(object.className);
    const method = text?.methods.get(name);
    if (!method) refuseMissing(this.world.context.file, `${object.className}.${name}`);
    const path = this.world.stored.pathOf(object);
    const kind = object.className.slice(object.className.lastIndexOf('.') + 1);
    this.places.push({ name: path, kind });
    const result = this.callFunction(method, [object, ...args], named);
    this.places.pop();
    return result;
  }

  /** Calls a function of the text with values. */
  callFunction(text: FunctionText, args: readonly TorchValue[], named: ReadonlyMap<string, TorchValue>): TorchValue {
    if (++this.calls > maxScriptCalls) throw this.failure(text.body[0], 'its calls lie in each other too deeply');
    const scope: Scope = new Map();
    text.parameters.forEach((parameter, at) => {
      const given = args[at] ?? named.get(parameter.name);
      const value = given ?? (parameter.otherwise && this.evaluate(parameter.otherwise, scope, text.body[0]));
      if (value !== undefined) scope.set(parameter.name, value);
    });
    const returned = this.run(text.body, scope);
    this.calls--;
    return returned?.value ?? null;
  }

  private run(body: readonly Statement[], scope: Scope): { readonly value: TorchValue } | undefined {
    for (const statement of body) {
      this.step(statement);
      const returned = this.follow(statement, scope);
      if (returned) return returned;
    }
    return undefined;
  }

  private step(statement: Statement): void {
    if (--this.world.budget.steps < 0) throw this.failure(statement, 'it takes more steps than any model');
  }

  private follow(statement: Statement, scope: Scope): { readonly value: TorchValue } | undefined {
    switch (statement.kind) {
      case 'assign':
        this.assign(statement, scope);
        return undefined;
      case 'evaluate':
        this.evaluate(statement.value, scope, statement);
        return undefined;
      case 'return':
        return { value: statement.value ? this.evaluate(statement.value, scope, statement) : null };
      case 'if':
        return this.run(this.decide(statement.test, scope, statement) ? statement.then : statement.otherwise, scope);
      case 'for':
        return this.repeat(statement, scope);
      case 'while':
        return this.repeatWhile(statement, scope);
      case 'raise':
        throw this.failure(statement, 'it stops with an error for every input of this shape', 'torchscript-raises');
      case 'nothing':
        return undefined;
    }
  }

  private repeat(
    statement: Extract<Statement, { kind: 'for' }>,
    scope: Scope,
  ): { readonly value: TorchValue } | undefined {
    const over = this.evaluate(statement.over, scope, statement);
    const items =
      typeof over === 'number'
        ? Array.from({ length: Math.max(0, over) }, (_, at) => at)
        : isValue(over, 'list')
          ? [...over.items]
          : undefined;
    if (!items || items.length > this.world.budget.steps)
      throw this.failure(statement, 'how often its loop runs is not known');
    for (const item of items) {
      this.bind(statement.target, item, scope, statement);
      const returned = this.run(statement.body, scope);
      if (returned) return returned;
    }
    return undefined;
  }

  private repeatWhile(
    statement: Extract<Statement, { kind: 'while' }>,
    scope: Scope,
  ): { readonly value: TorchValue } | undefined {
    while (this.decide(statement.test, scope, statement)) {
      this.step(statement);
      const returned = this.run(statement.body, scope);
      if (returned) return returned;
    }
    return undefined;
  }

  private decide(test: Expression, scope: Scope, statement: Statement): boolean {
    const known = truth(this.evaluate(test, scope, statement));
    if (known === undefined) throw this.failure(statement, 'it decides by the data, so it has no one network');
    return known;
  }

  private assign(statement: Extract<Statement, { kind: 'assign' }>, scope: Scope): void {
    const value = this.evaluate(statement.value, scope, statement);
    const [single] = statement.targets;
    if (!statement.several && single) {
      this.bind(single, value, scope, statement);
      return;
    }
    this.bind({ kind: 'list', items: statement.targets }, value, scope, statement);
  }

  private bind(target: Expression, value: TorchValue, scope: Scope, statement: Statement): void {
    if (target.kind === 'name') {
      scope.set(target.name, value);
    } else if (target.kind === 'list') {
      const items = isValue(value, 'list') ? value.items : [];
      if (items.length !== target.items.length)
        throw this.failure(statement, 'it takes apart what has another number of parts');
      target.items.forEach((inner, at) => this.bind(inner, items[at]!, scope, statement));
    } else if (target.kind === 'member') {
      const object = this.evaluate(target.of, scope, statement);
      if (isValue(object, 'object')) object.attributes.set(target.name, value);
    } else throw this.failure(statement, 'it sets a part of a tensor');
  }

  /** The value of an expression. */
  evaluate(expression: Expression, scope: Scope, statement: Statement | undefined): TorchValue {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'name':
        return (
          scope.get(expression.name) ?? (scope.has(expression.name) ? null : { kind: 'name', name: expression.name })
        );
      case 'member':
        return this.member(expression, scope, statement);
      case 'item':
        return this.item(expression, scope, statement);
      case 'list':
        return listValue(expression.items.map((item) => this.evaluate(item, scope, statement)));
      case 'entries':
        return this.entries(expression, scope, statement);
      case 'call':
        return this.call(expression, scope, statement);
      case 'unary':
        return this.unary(expression, scope, statement);
      case 'binary':
        return this.binary(expression, scope, statement);
      case 'choice': {
        const known = truth(this.evaluate(expression.test, scope, statement));
        if (known === undefined) throw this.failure(statement, 'it decides by the data, so it has no one network');
        return this.evaluate(known ? expression.then : expression.otherwise, scope, statement);
      }
    }
  }

  private member(
    { of, name }: Extract<Expression, { kind: 'member' }>,
    scope: Scope,
    statement: Statement | undefined,
  ): TorchValue {
    const path = dottedPath(of, scope);
    if (path === 'CONSTANTS') {
      const constant = this.world.constants[Number(name.slice(1))];
      if (constant === undefined)
        throw this.failure(statement, `it refers to the constant ${name}, which is not in the file`);
      return constant;
    }
    if (path !== undefined) return { kind: 'name', name: `${path}.${name}` };
    const object = this.evaluate(of, scope, statement);
    if (isValue(object, 'object')) return this.attribute(object, name, statement);
    if (isValue(object, 'tensor') && name === 'shape') return this.lower('size', [object], []);
    if (isValue(object, 'tensor') && (name === 'T' || name === 'mT'))
      return this.lower(name === 'T' ? 'numpy_T' : name, [object], []);
    return { kind: 'name', name };
  }

  /** A model is read as it is in use, whatever mode it was saved in. */
  attribute(object: ObjectValue, name: string, statement: Statement | undefined): TorchValue {
    if (name === 'training') return false;
    const value = object.attributes.get(name);
    if (value !== undefined) return value;
    const constant = this.world.code.classText(object.className)?.constants.get(name);
    if (constant) return this.evaluate(constant, new Map(), statement);
    throw this.failure(statement, `${object.className} has no ${name}`);
  }

  private item(
    { of, at }: Extract<Expression, { kind: 'item' }>,
    scope: Scope,
    statement: Statement | undefined,
  ): TorchValue {
    const holder = this.evaluate(of, scope, statement);
    if (isValue(holder, 'name')) return holder;
    const index = this.evaluate(at, scope, statement);
    const found =
      isValue(holder, 'list') && typeof index === 'number'
        ? holder.items.at(index)
        : isValue(holder, 'object') && typeof index === 'string'
          ? holder.attributes.get(index)
          : undefined;
    if (found === undefined) throw this.failure(statement, 'it takes an item that is not there');
    return found;
  }

  private entries(
    { entries }: Extract<Expression, { kind: 'entries' }>,
    scope: Scope,
    statement: Statement | undefined,
  ): ObjectValue {
    const attributes = new Map<string, TorchValue>();
    for (const [key, value] of entries) {
      const name = this.evaluate(key, scope, statement);
      if (typeof name === 'string') attributes.set(name, this.evaluate(value, scope, statement));
    }
    return { kind: 'object', className: 'dict', attributes };
  }

  private unary(
    { sign, of }: Extract<Expression, { kind: 'unary' }>,
    scope: Scope,
    statement: Statement | undefined,
  ): TorchValue {
    const value = this.evaluate(of, scope, statement);
    if (sign === 'not') {
      const known = truth(value);
      if (known !== undefined) return !known;
      return this.lower('logical_not', [value], []);
    }
    return typeof value === 'number' ? -value : this.lower('neg', [value], []);
  }

  private binary(
    { sign, left, right }: Extract<Expression, { kind: 'binary' }>,
    scope: Scope,
    statement: Statement | undefined,
  ): TorchValue {
    const first = this.evaluate(left, scope, statement);
    if (sign === 'and' || sign === 'or') {
      const known = truth(first);
      if (known === undefined) throw this.failure(statement, 'it decides by the data, so it has no one network');
      return known === (sign === 'or') ? first : this.evaluate(right, scope, statement);
    }
    const second = this.evaluate(right, scope, statement);
    const plain = plainBinary(sign, first, second);
    if (plain !== undefined) return plain;
    const name = functionOfSign.get(sign);
    if (sign === 'is' || sign === 'is not') return sign === 'is not';
    if (name === undefined || !(isValue(first, 'tensor') || isValue(second, 'tensor')))
      throw this.failure(statement, `what ${sign} gives there is not known`);
    return this.lower(name, [first, second], []);
  }

  private call(
    { of, args, named }: Extract<Expression, { kind: 'call' }>,
    scope: Scope,
    statement: Statement | undefined,
  ): TorchValue {
    const values = (): TorchValue[] => args.map((argument) => this.evaluate(argument, scope, statement));
    const names = (): Map<string, TorchValue> =>
      new Map(named.map(({ name, value }) => [name, this.evaluate(value, scope, statement)]));
    const path = of.kind === 'name' && !scope.has(of.name) ? of.name : dottedPath(of, scope);
    if (path !== undefined) return this.callNamed(path, values(), names(), statement);
    if (of.kind !== 'member') {
      const callee = this.evaluate(of, scope, statement);
      if (isValue(callee, 'name')) return this.callNamed(callee.name, values(), names(), statement);
      throw this.failure(statement, 'it calls what is no function');
    }
    const object = this.evaluate(of.of, scope, statement);
    if (isValue(object, 'object') && object.className !== 'dict')
      return this.callMethod(object, of.name, values(), names());
    return this.callNamed(`torch.${of.name}`, [object, ...values()], names(), statement);
  }

  private callNamed(
    path: string,
    args: readonly TorchValue[],
    named: ReadonlyMap<string, TorchValue>,
    statement: Statement | undefined,
  ): TorchValue {
    const [root = '', ...rest] = path.split('.');
    if (root === '__torch__') {
      const text = this.world.code.functionText(path);
      if (text) return this.callFunction(text, args, named);
      const tuple = this.world.code.classText(path);
      if (tuple?.base === 'NamedTuple') return listValue(args);
      throw this.failure(statement, `it uses ${path}, which Slopescope cannot follow`);
    }
    const name = rest.at(-1) ?? root;
    if (name === 'RaiseException')
      throw this.failure(statement, 'it stops with an error for every input of this shape', 'torchscript-raises');
    const builtin = callBuiltin(this, name, args, statement);
    if (builtin !== undefined) return builtin;
    const plain = args.some((value) => isValue(value, 'tensor')) ? undefined : plainFunction(name, args);
    if (plain !== undefined) return plain;
    if (root !== 'torch' && !path.startsWith('ops.aten.') && !path.startsWith('ops.prim.'))
      throw this.failure(statement, `it uses ${path}, which Slopescope does not know`);
    return this.lower(name, args, [...named]);
  }

  private lower(
    name: string,
    args: readonly TorchValue[],
    named: readonly (readonly [string, TorchValue])[],
  ): TorchValue {
    const { context, layers } = this.world;
    const inner = this.places.at(-1);
    const place = layers.enter(context.builder, inner && inner.name !== '' ? inner : { name, kind: name });
    const result = lowerOperator(context, name, args, named);
    layers.leave(place, result, args);
    return result;
  }

  /** A refusal with the place in the text. */
  failure(statement: Statement | undefined, why: string, code = 'torchscript-follow'): Error {
    const { file } = this.world.context;
    const inside = this.places.at(-1);
    const label = inside ? (inside.name === '' ? inside.kind : `${inside.kind} ${inside.name}`) : 'The model';
    const line = statement ? ` (line ${statement.line} of its code)` : '';
    return refusal(file, {
      code,
      message: `${label} in ${file} cannot be followed${line}: ${why}.`,
      remedy: 'Export the model with torch.onnx.export, or trace it (torch.jit.trace) without that step.',
      ...(inside && inside.name !== '' ? { part: inside.name } : {}),
    });
  }
}

/** `torch.nn.functional` as a text, if it starts with a name that is no variable. */
function dottedPath(expression: Expression, scope: Scope): string | undefined {
  if (expression.kind === 'name') return scope.has(expression.name) ? undefined : expression.name;
  if (expression.kind !== 'member') return undefined;
  const before = dottedPath(expression.of, scope);
  return before === undefined ? undefined : `${before}.${expression.name}`;
}
