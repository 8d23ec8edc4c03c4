import { maxScriptNesting } from '../../limits';
import type { Expression, Named } from './syntax';
import { ScriptSyntaxError, type Token } from './tokens';

/** Signs of two operands, the weakest binding first. */
const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['not in', 'in', 'is not', 'is', '==', '!=', '<=', '>=', '<', '>'],
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '//', '/', '%', '@'],
];

const words: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['inf', Infinity],
  ['nan', NaN],
]);

/** Reads expressions from tokens, by precedence. Statements build on it in `parser.ts`. */
export class ExpressionParser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get line(): number {
    return this.token.line;
  }

  private get token(): Token {
    return this.tokens[this.at] ?? this.tokens.at(-1)!;
  }

  advance(): void {
    this.at++;
  }

  isKind(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }

  isSign(value: string): boolean {
    return this.token.value === value && (this.token.kind === 'sign' || this.token.kind === 'name');
  }

  passed(value: string): boolean {
    if (!this.isSign(value)) return false;
    this.at++;
    return true;
  }

  expect(value: string): void {
    if (!this.passed(value)) throw new ScriptSyntaxError(`"${value}" is missing`, this.line);
  }

  name(): string {
    const { kind, value } = this.token;
    if (kind !== 'name') throw new ScriptSyntaxError('a name is missing', this.line);
    this.at++;
    return value;
  }

  place(): number {
    return this.at;
  }

  /** The tokens since a place, joined: a type as it is written. */
  textSince(start: number): string {
    return this.tokens
      .slice(start, this.at)
      .map((token) => token.value)
      .join('')
      .replace(/^:/, '');
  }

  /** One expression, or several with commas: a tuple. */
  expressions(): Expression {
    const first = this.expression();
    if (!this.isSign(',')) return first;
    const items = [first];
    while (this.passed(',')) if (!this.isKind('line') && !this.isSign('=')) items.push(this.expression());
    return { kind: 'list', items };
  }

  /** A choice (`a if test else b`) or anything that binds closer. */
  expression(): Expression {
    this.depth++;
    if (this.depth > maxScriptNesting) throw new ScriptSyntaxError('its expressions are nested too deeply', this.line);
    const then = this.binary(0);
    let found = then;
    if (this.passed('if')) {
      const test = this.binary(0);
      this.expect('else');
      found = { kind: 'choice', test, then, otherwise: this.expression() };
    }
    this.depth--;
    return found;
  }

  private binary(level: number): Expression {
    const signs = levels[level];
    if (!signs) return this.unary();
    let left = signs.includes('and') ? this.negation(level) : this.binary(level + 1);
    for (;;) {
      const sign = signs.find((candidate) => this.passedWords(candidate));
      if (sign === undefined) return left;
      const right = signs.includes('and') ? this.negation(level) : this.binary(level + 1);
      left = { kind: 'binary', sign, left, right };
    }
  }

  /** `not` binds weaker than comparisons and closer than `and`. */
  private negation(level: number): Expression {
    if (!this.passed('not')) return this.binary(level + 1);
    return { kind: 'unary', sign: 'not', of: this.negation(level) };
  }

  /** `is not` and `not in` are signs of two words. */
  private passedWords(sign: string): boolean {
    const parts = sign.split(' ');
    const found = parts.every(
      (part, offset) => this.tokens[this.at + offset]?.value === part && this.isOperator(offset),
    );
    if (found) this.at += parts.length;
    return found;
  }

  private isOperator(offset: number): boolean {
    const kind = this.tokens[this.at + offset]?.kind;
    return kind === 'sign' || kind === 'name';
  }

  private unary(): Expression {
    if (this.passed('-')) return { kind: 'unary', sign: '-', of: this.unary() };
    if (this.passed('+')) return this.unary();
    if (this.passed('~')) return { kind: 'unary', sign: 'not', of: this.unary() };
    const base = this.postfix();
    return this.passed('**') ? { kind: 'binary', sign: '**', left: base, right: this.unary() } : base;
  }

  /** Members, calls and items behind an atom. */
  postfix(): Expression {
    let found = this.atom();
    for (;;) {
      if (this.passed('.')) found = { kind: 'member', of: found, name: this.name() };
      else if (this.passed('(')) found = this.call(found);
      else if (this.passed('[')) {
        const at = this.bracketed(']');
        found = { kind: 'item', of: found, at: at.length === 1 ? at[0]! : { kind: 'list', items: at } };
      } else return found;
    }
  }

  private call(of: Expression): Expression {
    const args: Expression[] = [];
    const named: Named[] = [];
    while (!this.passed(')')) {
      const first = this.expression();
      if (first.kind === 'name' && this.passed('=')) named.push({ name: first.name, value: this.expression() });
      else args.push(first);
      if (!this.isSign(')')) this.expect(',');
    }
    return { kind: 'call', of, args, named };
  }

  private bracketed(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.passed(end)) {
      items.push(this.expression());
      if (!this.isSign(end)) this.expect(',');
    }
    return items;
  }

  private atom(): Expression {
    const { kind, value } = this.token;
    this.at++;
    if (kind === 'number') return { kind: 'literal', value: Number(value) };
    if (kind === 'text') return { kind: 'literal', value: this.joinedText(value) };
    if (kind === 'name') {
      const word = words.get(value);
      return word === undefined ? { kind: 'name', name: value } : { kind: 'literal', value: word };
    }
    if (value === '[') return { kind: 'list', items: this.bracketed(']') };
    if (value === '{') return this.entries();
    if (value === '(') return this.parenthesised();
    throw new ScriptSyntaxError(
      value === '' ? 'an expression is missing' : `"${value}" stands where a value should`,
      this.line,
    );
  }

  /** One value in brackets is that value; with a comma it is a tuple. */
  private parenthesised(): Expression {
    const items: Expression[] = [];
    let comma = false;
    while (!this.passed(')')) {
      items.push(this.expression());
      if (this.isSign(')')) continue;
      this.expect(',');
      comma = true;
    }
    return items.length === 1 && !comma ? items[0]! : { kind: 'list', items };
  }

  private entries(): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.passed('}')) {
      const key = this.expression();
      this.expect(':');
      entries.push([key, this.expression()]);
      if (!this.isSign('}')) this.expect(',');
    }
    return { kind: 'entries', entries };
  }

  /** Neighbouring texts are one. */
  private joinedText(first: string): string {
    let joined = unquoted(first);
    while (this.isKind('text')) {
      joined += unquoted(this.token.value);
      this.at++;
    }
    return joined;
  }
}

function unquoted(text: string): string {
  const marks = text.startsWith('"""') ? 3 : 1;
  return text.slice(marks, -marks).replace(/\\(n|t|r|.)/gs, (_, escape: string) => escapes.get(escape) ?? escape);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);
