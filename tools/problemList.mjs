/**
 * Every problem the source can report: its code and its message with … for what is only known when it happens. Read from
 * the syntax of `src/` with the help of TypeScript's types, so that a problem put together in a function that is given
 * its code or words stands there once per way in which the function is called.
 */
import path from 'node:path';
import ts from 'typescript';

const unknown = '…';
/** More wordings of one problem than this are one wording with a … */
const mostWordings = 16;
/** Functions that hand a code or words on to another one. */
const deepestCalls = 5;

/**
 * Lists all problems of the source below `root`, by code, then by message.
 *
 * @param {string} root folder with `tsconfig.json` and `src`
 * @returns {{ code: string, message: string, room: string }[]} `code` holds a … where the source does not tell it
 */
export function listProblems(root) {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent({ ...config.config, include: ['src'] }, ts.sys, root);
  const program = ts.createProgram(fileNames, options);
  const source = path.join(root, 'src') + path.sep;
  const files = program.getSourceFiles().filter((file) => path.normalize(file.fileName).startsWith(source));
  const reader = new Reader(program.getTypeChecker(), files);
  const found = new Map();
  for (const { literal, file } of reader.problems)
    for (const { code, message } of reader.wordings(literal)) {
      const room = path.relative(source, file.fileName).split(path.sep).slice(0, -1).slice(0, 2).join('/');
      found.set(`${code}\n${message}`, { code, message, room });
    }
  return withoutSpecial([...found.values()]).sort((a, b) => order(a.code, b.code) || order(a.message, b.message));
}

/** Without the wordings that another one of the same problem covers, with a … for each word in which they differ. */
function withoutSpecial(problems) {
  const patterns = problems.map(({ message }) => {
    const escaped = message.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return new RegExp(`^${escaped.replaceAll(unknown, String.raw`\S+`)}$`);
  });
  return problems.filter(
    ({ code, message }, at) =>
      !problems.some((other, place) => place !== at && other.code === code && patterns[place].test(message)),
  );
}

function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

class Reader {
  problems = [];
  calls = new Map();
  literals = new Map();

  constructor(checker, files) {
    this.checker = checker;
    for (const file of files) this.visit(file, file);
  }

  /** Notes the problems, the calls by what they call, and the plain objects by their type. */
  visit(node, file) {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const called = this.checker.getResolvedSignature(node)?.declaration;
      if (called) this.calls.set(called, [...(this.calls.get(called) ?? []), node]);
    }
    if (ts.isObjectLiteralExpression(node) && property(node, 'code')) {
      const type = this.typeWanted(node);
      for (const part of partsOf(type))
        if (part.symbol) this.literals.set(part.symbol, [...(this.literals.get(part.symbol) ?? []), node]);
      const asked = (name) => type !== undefined && this.checker.getPropertyOfType(type, name) !== undefined;
      if (property(node, 'message') && asked('remedy')) this.problems.push({ literal: node, file });
    }
    ts.forEachChild(node, (child) => this.visit(child, file));
  }

  typeWanted(expression) {
    const type = this.checker.getContextualType(expression);
    return type && this.checker.getNonNullableType(type);
  }

  /** What a problem's code and message can be, over all calls of the functions that it is put together in. */
  wordings(literal) {
    const [code, message] = [property(literal, 'code'), property(literal, 'message')];
    if (handedOn(code, 'code') && handedOn(message, 'message')) return [];
    return this.pairs(code, message, new Map(), 0);
  }

  pairs(code, message, scope, depth) {
    const open = new Set();
    const codes = this.texts(code, scope, open);
    const messages = this.texts(message, scope, open);
    const [opening] = open;
    const scopes = opening && depth < deepestCalls ? this.scopesOf(opening, scope) : [];
    if (scopes.length === 0) return codes.flatMap((one) => messages.map((other) => ({ code: one, message: other })));
    return scopes.flatMap((inner) => this.pairs(code, message, inner, depth + 1));
  }

  /** The scopes that settle an open parameter (one per call) or the kind of an object (one per object of that kind). */
  scopesOf(opening, scope) {
    if (!ts.isParameter(opening.declaration))
      return (this.literals.get(opening.symbol) ?? []).map(
        (object) => new Map([...scope, [opening.declaration, object]]),
      );
    const callee = opening.declaration.parent;
    return this.callsOf(callee).map((call) => {
      const inner = new Map(scope);
      callee.parameters.forEach((parameter, at) => {
        inner.set(parameter, call.arguments?.[at] ?? parameter.initializer);
      });
      return inner;
    });
  }

  /** The calls of a function, also where it goes by a type of functions. */
  callsOf(callee) {
    const own = this.calls.get(callee) ?? [];
    if (!ts.isArrowFunction(callee)) return own;
    const types = this.typeWanted(callee)?.getCallSignatures() ?? [];
    return [...own, ...types.flatMap(({ declaration }) => this.calls.get(declaration) ?? [])];
  }

  /** The texts an expression can be; `open` collects what its calls must settle first. */
  texts(expression, scope, open) {
    if (ts.isStringLiteralLike(expression) || ts.isNumericLiteral(expression)) return [expression.text];
    if (ts.isTemplateExpression(expression)) {
      const spans = expression.templateSpans.map((span) => [
        this.texts(span.expression, scope, open),
        span.literal.text,
      ]);
      return spans.reduce((all, [texts, after]) => joined(joined(all, texts), [after]), [expression.head.text]);
    }
    if (ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression) || ts.isNonNullExpression(expression))
      return this.texts(expression.expression, scope, open);
    if (ts.isConditionalExpression(expression))
      return union(this.texts(expression.whenTrue, scope, open), this.texts(expression.whenFalse, scope, open));
    if (ts.isBinaryExpression(expression)) return this.binary(expression, scope, open);
    if (ts.isIdentifier(expression)) return this.named(expression, scope, open);
    if (ts.isPropertyAccessExpression(expression)) return this.propertyTexts(expression, scope, open);
    if (ts.isElementAccessExpression(expression)) return this.entries(expression, scope, open);
    return [unknown];
  }

  binary({ left, operatorToken, right }, scope, open) {
    const both = () => [this.texts(left, scope, open), this.texts(right, scope, open)];
    if (operatorToken.kind === ts.SyntaxKind.PlusToken) return joined(...both());
    const either = [ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken];
    return either.includes(operatorToken.kind) ? union(...both()) : [unknown];
  }

  named(identifier, scope, open) {
    const declaration = this.declarationOf(identifier);
    if (!declaration) return [unknown];
    if (scope.has(declaration)) {
      const given = scope.get(declaration);
      return given ? this.texts(given, outside(scope, declaration.parent), open) : [unknown];
    }
    if (ts.isParameter(declaration)) {
      if (this.isText(identifier)) open.add({ declaration });
      return [unknown];
    }
    if (ts.isBindingElement(declaration))
      return this.ofKind(declaration.parent, (declaration.propertyName ?? declaration.name).getText(), scope, open);
    const known = ts.isVariableDeclaration(declaration) && declaration.initializer && this.isText(identifier);
    return known ? this.texts(declaration.initializer, scope, open) : [unknown];
  }

  /** `reason.because`: of the object that is known, or of every object of its kind. */
  propertyTexts(expression, scope, open) {
    const name = expression.name.text;
    const object = this.objectOf(expression.expression, scope);
    const value = object && property(object, name);
    return value ? this.texts(value, scope, open) : this.ofKind(expression.expression, name, scope, open);
  }

  /** A property of an object of which the source tells the kind alone; its code settles which one is meant. */
  ofKind(object, name, scope, open) {
    const { symbol } = this.checker.getNonNullableType(this.checker.getTypeAtLocation(object));
    const declaration = symbol?.declarations?.[0];
    if (!declaration || !this.literals.has(symbol)) return [unknown];
    const given = scope.get(declaration);
    const value = given && property(given, name);
    if (value) return this.texts(value, outside(scope, declaration), open);
    if (!given && name === 'code') open.add({ declaration, symbol });
    return [unknown];
  }

  /** A plain object that stands in the source: itself, a constant, or what a parameter was given. */
  objectOf(expression, scope) {
    if (ts.isObjectLiteralExpression(expression)) return expression;
    if (!ts.isIdentifier(expression)) return undefined;
    const declaration = this.declarationOf(expression);
    const given = declaration && scope.get(declaration);
    if (given) return this.objectOf(given, outside(scope, declaration.parent));
    return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
      ? this.objectOf(declaration.initializer, scope)
      : undefined;
  }

  /** `words[key]`: every entry of a table that stands in the source. */
  entries(expression, scope, open) {
    const table = this.objectOf(expression.expression, scope);
    if (!table) return [unknown];
    const values = table.properties.flatMap((entry) => (ts.isPropertyAssignment(entry) ? [entry.initializer] : []));
    return union(...values.map((value) => this.texts(value, scope, open)));
  }

  declarationOf(identifier) {
    const symbol = ts.isShorthandPropertyAssignment(identifier.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(identifier.parent)
      : this.checker.getSymbolAtLocation(identifier);
    const aliased = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
    return aliased?.valueDeclaration;
  }

  isText(expression) {
    const type = this.checker.getNonNullableType(this.checker.getTypeAtLocation(expression));
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => (part.flags & ts.TypeFlags.StringLike) !== 0);
  }
}

/** The types that a union or an intersection is made of. */
function partsOf(type) {
  if (type === undefined) return [];
  return type.isUnionOrIntersection() ? type.types.flatMap(partsOf) : [type];
}

/** The expression a property of a plain object has. */
function property(literal, name) {
  for (const entry of literal.properties ?? []) {
    if (entry.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(entry)) return entry.initializer;
    if (ts.isShorthandPropertyAssignment(entry)) return entry.name;
  }
  return undefined;
}

/** `{ code, message }` of an object that a function was given: that object is a problem itself. */
function handedOn(expression, name) {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text === name;
  let scope = expression.parent;
  while (scope && !ts.isFunctionLike(scope)) scope = scope.parent;
  const given = scope?.parameters.flatMap((one) => (ts.isObjectBindingPattern(one.name) ? one.name.elements : []));
  return (
    ts.isIdentifier(expression) && expression.text === name && (given ?? []).some((one) => one.name.getText() === name)
  );
}

/** What was given to a function was written outside of it: its own parameters mean nothing there. */
function outside(scope, made) {
  return new Map([...scope].filter(([declaration]) => declaration !== made && declaration.parent !== made));
}

function joined(left, right) {
  const all = left.flatMap((one) => right.map((other) => one + other));
  return all.length <= mostWordings
    ? all
    : joined(left.length > 1 ? [unknown] : left, right.length > 1 ? [unknown] : right);
}

function union(...lists) {
  const all = [...new Set(lists.flat())];
  return all.length === 0 || all.length > mostWordings ? [unknown] : all;
}
