/** A small evaluator of the Excel formulas that Slopescope writes: numbers, texts, cells, names of LET, + − * / and functions. */
export function evaluateExcel(formula: string, cells: Readonly<Record<string, number | string>>): number {
  return new Evaluator(formula.slice(1), cells).all();
}

class Evaluator {
  private readonly tokens: readonly string[];
  private place = 0;
  private readonly names: Map<string, number>;
  private readonly texts: ReadonlyMap<string, string>;

  constructor(text: string, cells: Readonly<Record<string, number | string>>) {
    this.tokens = text.match(/"(?:[^"]|"")*"|[\d.]+(?:E[+-]?\d+)?|[A-Za-z_][\w.]*|<=|>=|<>|[-+*/(),<>=]/g) ?? [];
    const entries = Object.entries(cells);
    this.names = new Map(entries.flatMap(([name, cell]) => (typeof cell === 'number' ? [[name, cell]] : [])));
    this.texts = new Map(entries.flatMap(([name, cell]) => (typeof cell === 'string' ? [[name, cell]] : [])));
  }

  all(): number {
    const result = this.sum();
    if (this.place < this.tokens.length) throw new Error(`unexpected ${this.tokens[this.place]!}`);
    return result;
  }

  private comparison(): number {
    const left = this.sum();
    const sign = this.tokens[this.place]!;
    if (!['=', '<>', '<', '<=', '>', '>='].includes(sign)) return left;
    this.place++;
    const right = this.sum();
    const holds: Readonly<Record<string, boolean>> = {
      '=': left === right,
      '<>': left !== right,
      '<': left < right,
      '<=': left <= right,
      '>': left > right,
      '>=': left >= right,
    };
    return Number(holds[sign]);
  }

  private sum(): number {
    let result = this.product();
    for (;;) {
      if (this.takes('+')) result += this.product();
      else if (this.takes('-')) result -= this.product();
      else return result;
    }
  }

  private product(): number {
    let result = this.single();
    for (;;) {
      if (this.takes('*')) result *= this.single();
      else if (this.takes('/')) result /= this.single();
      else return result;
    }
  }

  private single(): number {
    if (this.takes('-')) return -this.single();
    if (this.takes('(')) {
      const result = this.sum();
      this.needs(')');
      return result;
    }
    const token = this.tokens[this.place++]!;
    if (/^[\d.]/.test(token)) return Number(token);
    if (!this.takes('(')) {
      const known = this.names.get(token);
      if (known === undefined) throw new Error(`unknown name ${token}`);
      return known;
    }
    if (token === 'EXACT') return this.sameText();
    return token === 'LET' ? this.bindings() : this.call(token);
  }

  /** EXACT(cell, "text") */
  private sameText(): number {
    const [cell = '', , text = ''] = this.tokens.slice(this.place);
    this.place += 3;
    this.needs(')');
    return Number(this.texts.get(cell) === text.slice(1, -1).replaceAll('""', '"'));
  }

  private bindings(): number {
    for (;;) {
      const name = this.tokens[this.place]!;
      if (this.tokens[this.place + 1] !== ',') {
        const result = this.sum();
        this.needs(')');
        return result;
      }
      this.place += 2;
      this.names.set(name, this.sum());
      this.needs(',');
    }
  }

  private call(name: string): number {
    const values: number[] = [];
    do values.push(this.comparison());
    while (this.takes(','));
    this.needs(')');
    const [x = NaN, y = NaN, z = NaN] = values;
    const special: Readonly<Record<string, () => number>> = {
      LN: () => Math.log(x),
      POWER: () => x ** y,
      IF: () => (x !== 0 ? y : z),
      MAX: () => Math.max(...values),
      MIN: () => Math.min(...values),
      TRUNC: () => Math.trunc(x),
      'FLOOR.MATH': () => Math.floor(x),
      'CEILING.MATH': () => Math.ceil(x),
      'ERF.PRECISE': () => simpsonErf(x),
      MOD: () => x - y * Math.floor(x / y),
    };
    const own = special[name];
    if (own) return own();
    const plain = plainFunctions[name];
    if (!plain) throw new Error(`unknown function ${name}`);
    return plain(x);
  }

  private takes(token: string): boolean {
    if (this.tokens[this.place] !== token) return false;
    this.place++;
    return true;
  }

  private needs(token: string): void {
    if (!this.takes(token)) throw new Error(`expected ${token} before ${this.tokens[this.place] ?? 'the end'}`);
  }
}

const plainFunctions: Readonly<Record<string, (x: number) => number>> = {
  EXP: Math.exp,
  ABS: Math.abs,
  SIGN: Math.sign,
  SQRT: Math.sqrt,
  TANH: Math.tanh,
  SINH: Math.sinh,
  COSH: Math.cosh,
  SIN: Math.sin,
  COS: Math.cos,
  TAN: Math.tan,
  ASIN: Math.asin,
  ACOS: Math.acos,
  ATAN: Math.atan,
  ASINH: Math.asinh,
  ACOSH: Math.acosh,
  ATANH: Math.atanh,
};

/** 2/√π ∫ exp(−t²) by Simpson's rule: another way than the product's own. */
function simpsonErf(x: number): number {
  const steps = 4000;
  const width = x / steps;
  let sum = 1 + Math.exp(-x * x);
  for (let step = 1; step < steps; step++) sum += (step % 2 === 1 ? 4 : 2) * Math.exp(-((step * width) ** 2));
  return (2 / Math.sqrt(Math.PI)) * (width / 3) * sum;
}
