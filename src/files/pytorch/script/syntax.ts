/** The text of TorchScript as a tree: a small part of Python. It is only read; nothing of it is ever run. */

/** An expression. Operators are calls of `Binary` or `Unary`; types are expressions too. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'entries'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | {
      readonly kind: 'call';
      readonly of: Expression;
      readonly args: readonly Expression[];
      readonly named: readonly Named[];
    }
  | { readonly kind: 'unary'; readonly sign: string; readonly of: Expression }
  | { readonly kind: 'binary'; readonly sign: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression };

/** An argument by name. */
export interface Named {
  readonly name: string;
  readonly value: Expression;
}

/** A statement, with the line it stands on. */
export type Statement = { readonly line: number } & (
  | {
      readonly kind: 'assign';
      readonly targets: readonly Expression[];
      readonly several: boolean;
      readonly value: Expression;
    }
  | { readonly kind: 'evaluate'; readonly value: Expression }
  | { readonly kind: 'return'; readonly value: Expression | undefined }
  | {
      readonly kind: 'if';
      readonly test: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly target: Expression;
      readonly over: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'while'; readonly test: Expression; readonly body: readonly Statement[] }
  | { readonly kind: 'raise' }
  | { readonly kind: 'nothing' }
);

/** A function or method. */
export interface FunctionText {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

/** A parameter; `type` is its annotation as text. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly otherwise?: Expression;
}

/** A class: its methods, and the constants written into its body (`Final`). */
export interface ClassText {
  readonly name: string;
  readonly base: string;
  readonly methods: ReadonlyMap<string, FunctionText>;
  readonly constants: ReadonlyMap<string, Expression>;
}

/** One file of the archive's `code` folder. */
export interface CodeFile {
  readonly classes: ReadonlyMap<string, ClassText>;
  readonly functions: ReadonlyMap<string, FunctionText>;
}
