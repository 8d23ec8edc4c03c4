import type { Formula } from './expression';
import { formulaLines } from './text';

/** A formula as a Markdown block with its notes: for issues and notebooks. */
export function markdownFormula(formula: Formula, digits: number): string {
  return [...formula.notes.map((note) => `> ${note}`), '', '```', ...formulaLines(formula, digits), '```', ''].join(
    '\n',
  );
}
