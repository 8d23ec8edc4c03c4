import type { View } from './service';

/** The network written out. */
export interface FormulaRequest {
  readonly output: number;
  readonly units: View['units'];
  /** Significant digits of the shown text (not of the code to copy); 3 when absent. */
  readonly digits?: number;
  /** Also write the slope by this input. */
  readonly input?: number;
}

/** What a formula can be copied as. */
export type FormulaLanguage = 'LaTeX' | 'Python' | 'R' | 'Excel' | 'JavaScript' | 'Markdown';

/** The Formula tab (ui.md §11). */
export interface FormulaView {
  /** "There is no single number for +1 in x1: …" or "This network is a plain linear formula: Y = …". */
  readonly sentence: string;
  /** `linear`: everywhere; `linear on the rows`: every unit stays on one piece in all rows. */
  readonly form: 'linear' | 'linear on the rows' | 'written out' | 'by layers';
  /** Line by line, as shown. */
  readonly lines: readonly string[];
  /** The slope by the chosen input, written out; absent without one or beyond the size of a page. */
  readonly slope?: { readonly heading: string; readonly lines: readonly string[] };
  /** Coefficients per input when linear. */
  readonly coefficients?: {
    readonly intercept: number;
    readonly inputs: readonly { readonly name: string; readonly value: number }[];
  };
  /** Full precision, ready to run; absent languages cannot say it (Excel for networks by layers). */
  readonly code: Readonly<Partial<Record<FormulaLanguage, string>>>;
  /** What was rounded, left out or cannot be said. */
  readonly notes: readonly string[];
  /** Forecast of row 1 by the formula's model: what a copied text must give. */
  readonly check?: { readonly row: number; readonly forecast: number };
}
