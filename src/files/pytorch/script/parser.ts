import { ExpressionParser } from './expressions';
import type { ClassText, CodeFile, Expression, FunctionText, Parameter, Statement } from './syntax';
import { ScriptSyntaxError, tokenise } from './tokens';

/** Reads one file of TorchScript text into classes and functions. */
export function parseScript(text: string): CodeFile {
  const parser = new ScriptParser(tokenise(text));
  const classes = new Map<string, ClassText>();
  const functions = new Map<string, FunctionText>();
  while (!parser.isKind('end')) {
    if (parser.passed('class')) {
      const found = parser.classText();
      classes.set(found.name, found);
    } else if (parser.passed('def')) {
      const found = parser.functionText();
      functions.set(found.name, found);
    } else parser.statement();
  }
  return { classes, functions };
}

class ScriptParser extends ExpressionParser {
  /** After `class`. */
  classText(): ClassText {
    const name = this.name();
    let base = '';
    if (this.passed('(')) {
      base = this.isSign(')') ? '' : this.name();
      while (this.passed('.')) base += `.${this.name()}`;
      this.expect(')');
    }
    const methods = new Map<string, FunctionText>();
    const constants = new Map<string, Expression>();
    this.block(() => {
      if (this.passed('def')) {
        const method = this.functionText();
        methods.set(method.name, method);
      } else this.classEntry(constants);
    });
    return { name, base, methods, constants };
  }

  /** `name : type`, `name : Final[int] = 8`, `__annotations__["0"] = type`, `__parameters__ = [...]`. */
  private classEntry(constants: Map<string, Expression>): void {
    const target = this.expression();
    if (this.passed(':')) this.expression();
    const value = this.passed('=') ? this.expressions() : undefined;
    if (value && target.kind === 'name') constants.set(target.name, value);
    this.endLine();
  }

  /** After `def`. */
  functionText(): FunctionText {
    const name = this.name();
    this.expect('(');
    const parameters: Parameter[] = [];
    while (!this.passed(')')) {
      if (!this.passed('*')) parameters.push(this.parameter());
      if (!this.isSign(')')) this.expect(',');
    }
    if (this.passed('->')) this.expression();
    return { name, parameters, body: this.statements() };
  }

  private parameter(): Parameter {
    const name = this.name();
    const start = this.place();
    if (this.passed(':')) this.expression();
    const type = this.textSince(start);
    return this.passed('=') ? { name, type, otherwise: this.expression() } : { name, type };
  }

  private statements(): Statement[] {
    const found: Statement[] = [];
    this.block(() => found.push(this.statement()));
    return found;
  }

  /** A colon and an indented block, or one statement on the same line. */
  private block(read: () => void): void {
    this.expect(':');
    if (!this.isKind('line')) {
      read();
      return;
    }
    this.endLine();
    if (!this.isKind('indent')) return;
    this.advance();
    while (!this.isKind('dedent') && !this.isKind('end')) read();
    if (this.isKind('dedent')) this.advance();
  }

  statement(): Statement {
    const { line } = this;
    if (this.passed('if')) return { ...this.condition(), line };
    if (this.passed('for')) {
      const target = this.targets();
      this.expect('in');
      return { kind: 'for', target, over: this.expression(), body: this.statements(), line };
    }
    if (this.passed('while')) return { kind: 'while', test: this.expression(), body: this.statements(), line };
    if (this.passed('with')) {
      this.expression();
      if (this.passed('as')) this.targets();
      return { kind: 'if', test: { kind: 'literal', value: true }, then: this.statements(), otherwise: [], line };
    }
    const found = this.simple(line);
    this.endLine();
    return found;
  }

  private simple(line: number): Statement {
    if (this.passed('return'))
      return { kind: 'return', value: this.isKind('line') ? undefined : this.expressions(), line };
    if (this.passed('pass')) return { kind: 'nothing', line };
    if (this.passed('raise')) {
      if (!this.isKind('line')) this.expressions();
      return { kind: 'raise', line };
    }
    if (this.passed('assert')) {
      this.expressions();
      return { kind: 'nothing', line };
    }
    if (this.passed('import') || this.passed('from')) {
      while (!this.isKind('line')) this.advance();
      return { kind: 'nothing', line };
    }
    return this.assignment(line);
  }

  private assignment(line: number): Statement {
    const target = this.expressions();
    if (this.passed(':')) {
      this.expression();
      if (!this.isSign('=')) return { kind: 'nothing', line };
    }
    if (!this.passed('=')) return { kind: 'evaluate', value: target, line };
    const value = this.expressions();
    const several = target.kind === 'list';
    return { kind: 'assign', targets: several ? target.items : [target], several, value, line };
  }

  /** After `if` or `elif`. */
  private condition(): Extract<Statement, { kind: 'if' }> {
    const { line } = this;
    const test = this.expression();
    const then = this.statements();
    if (this.passed('elif')) return { kind: 'if', test, then, otherwise: [this.condition()], line };
    return { kind: 'if', test, then, otherwise: this.passed('else') ? this.statements() : [], line };
  }

  private targets(): Expression {
    const first = this.postfix();
    if (!this.isSign(',')) return first;
    const items = [first];
    while (this.passed(',')) if (!this.isSign('in')) items.push(this.postfix());
    return { kind: 'list', items };
  }

  private endLine(): void {
    if (this.passed(';')) return;
    if (!this.isKind('line')) throw new ScriptSyntaxError('a statement does not end there', this.line);
    this.advance();
  }
}
