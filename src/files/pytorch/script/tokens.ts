/** A piece of the text. `indent` and `dedent` stand for blocks, `line` ends a statement. */
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'line' | 'indent' | 'dedent' | 'end';
  readonly value: string;
  readonly line: number;
}

/** The text cannot be taken apart; the reader names file and line. */
export class ScriptSyntaxError extends Error {
  override readonly name = 'ScriptSyntaxError';
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const patterns: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /[ \t]+|#[^\n]*|\\\n/y],
  ['number', /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?j?/y],
  ['name', /[A-Za-z_]\w*/y],
  ['text', /"""[\s\S]*?"""|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y],
  ['sign', /\*\*|\/\/|->|[=!<>]=|[-+*/%|&^@]=|<<|>>|[-+*/%@()[\]{},:.=<>~|&^;]/y],
];

/** Takes a text apart into tokens, with blocks by indentation; brackets may go over several lines. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const indents = [0];
  let at = 0;
  let line = 1;
  let depth = 0;
  let atStart = true;
  const push = (kind: Token['kind'], value = ''): void => void tokens.push({ kind, value, line });
  while (at < text.length) {
    if (atStart) {
      const blank = /[ \t]*/y;
      blank.lastIndex = at;
      const width = blank.exec(text)![0].length;
      const first = text[at + width];
      atStart = false;
      if (first !== '\n' && first !== '#' && first !== undefined && first !== '\r')
        indentTo(width, indents, push, line);
      at += width;
      continue;
    }
    if (text[at] === '\n' || text[at] === '\r') {
      if (text[at] === '\n') {
        if (depth === 0) {
          if (tokens.length > 0 && tokens.at(-1)!.kind !== 'line') push('line');
          atStart = true;
        }
        line++;
      }
      at++;
      continue;
    }
    const [kind, found] = next(text, at, line);
    if (kind !== 'blank') push(kind, found);
    if (kind === 'sign') depth += /[([{]/.test(found) ? 1 : /[)\]}]/.test(found) ? -1 : 0;
    line += found.split('\n').length - 1;
    at += found.length;
  }
  if (tokens.length > 0 && tokens.at(-1)!.kind !== 'line') push('line');
  for (let open = indents.length - 1; open > 0; open--) push('dedent');
  push('end');
  return tokens;
}

function next(text: string, at: number, line: number): readonly [Token['kind'] | 'blank', string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && found !== '') return [kind, found];
  }
  throw new ScriptSyntaxError(`the character ${JSON.stringify(text[at])} has no meaning there`, line);
}

function indentTo(width: number, indents: number[], push: (kind: Token['kind']) => void, line: number): void {
  if (width > indents.at(-1)!) {
    indents.push(width);
    push('indent');
  }
  while (width < indents.at(-1)!) {
    indents.pop();
    push('dedent');
  }
  if (width !== indents.at(-1)) throw new ScriptSyntaxError('the indentation fits no block', line);
}
