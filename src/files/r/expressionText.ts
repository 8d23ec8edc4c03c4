import { binding, simplified, unaryBinding, type Argument, type Expression } from './expression';

/** Reads a formula of numbers as it is written in R: operators, calls, numbers, names. Throws for anything else. */
export function parseExpression(text: string): Expression {
  const tokens = text.match(/<-|[<>=!]=|\d+\.?\d*(?:e[+-]?\d+)?|[A-Za-z.][\w.]*|[^\s]/g) ?? [];
  const parser = new Parser(tokens);
  const expression = parser.expression(-1);
  if (!parser.done) throw new SyntaxError(`"${text}" goes on where it should end`);
  return expression;
}

/** Precedence climbing over the tokens. */
class Parser {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  expression(outer: number): Expression {
    let left = this.operand();
    for (;;) {
      const name = this.tokens[this.at] ?? '';
      const level = binding.get(name);
      if (level === undefined || level <= outer) return left;
      this.at++;
      const right = this.expression(name === '^' ? level - 0.5 : level);
      left = simplified(name, [{ value: left }, { value: right }]);
    }
  }

  private operand(): Expression {
    const token = this.tokens[this.at++] ?? '';
    if (token === '-' || token === '+') return simplified(token, [{ value: this.expression(unaryBinding) }]);
    if (token === '(') {
      const inner = this.expression(-1);
      this.expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (!/^[A-Za-z.]/.test(token)) throw new SyntaxError(`"${token}" is no formula`);
    if (this.tokens[this.at] !== '(') return { kind: 'symbol', name: token };
    return simplified(token, this.args());
  }

  private args(): Argument[] {
    const args: Argument[] = [];
    this.expect('(');
    while (this.tokens[this.at] !== ')') {
      if (args.length > 0) this.expect(',');
      args.push({ value: this.expression(-1) });
    }
    this.expect(')');
    return args;
  }

  private expect(token: string): void {
    if (this.tokens[this.at++] !== token) throw new SyntaxError(`"${token}" is missing`);
  }
}
