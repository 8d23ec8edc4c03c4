/** What `slopescope --help` prints, and `slopescope COMMAND --help` for one command: its own form and the options. */
export function helpFor(command?: string): string {
  const [title = '', ...parts] = help.split('\n\n');
  const [forms = '', ...groups] = parts;
  const own = forms.split(/\n(?= {2}slopescope )/).find((form) => form.trim().startsWith(`slopescope ${command} `));
  if (command === undefined || own === undefined) return help;
  const wanted = topics.get(command) ?? ['Output', 'Connecting a table', 'Reading a model'];
  const chosen = groups.filter((group) => [...wanted, 'Exit status'].includes(group.split('\n')[0]!));
  return [title, `  ${own.trim()}`, ...chosen].join('\n\n');
}

/** The groups of options that concern a command, where they are not those of every command with a table. */
const topics: ReadonlyMap<string, readonly string[]> = new Map([
  ['inspect', ['Output', 'Reading a model']],
  ['check', ['Output', 'Connecting a table', 'Reading a model', 'Rules']],
  ['compare', ['Output', 'Connecting a table', 'Reading a model', 'Rules']],
  ['report', ['Output', 'Connecting a table', 'Reading a model', 'Rules']],
  ['effects', ['Output', 'Connecting a table', 'Reading a model', 'Effects and formulas']],
  ['formula', ['Output', 'Connecting a table', 'Reading a model', 'Effects and formulas']],
  ['bench', []],
]);

const help = `slopescope — how every output of a saved network moves with every input

  slopescope inspect MODEL                      format, inputs, outputs, layers, questions, problems
  slopescope slopes  MODEL --data CSV           every slope at every row
  slopescope check   [slopescope.json | MODEL --data CSV --rule "calls_made never falls" …] [--mend]
  slopescope audit   MODEL --data CSV --slopes OTHER.csv   another tool's slopes beside ours, and why they differ
  slopescope effects MODEL [--data CSV] [--input NAME] [--step N] [--between A:B] [--group COLUMN]
                                                slope, elasticities and exact changes (+1, +1 spread, middle half, lowest
                                                to highest, 0 to 1, level against level), on average and at most, with
                                                alpha means, DGSM and share; --csv gives every change at every row
  slopescope interactions MODEL [--data CSV]    how strongly every two inputs act together, Friedman's H of the strongest
  slopescope formula MODEL [--data CSV] [--as LANGUAGE] [--input NAME]
                                                the network written out, in original units
  slopescope compare MODEL OTHER --data CSV [--rule "calls_made never falls" …]
                                                two models side by side: where their slopes disagree in sign, in which rows
                                                the forecasts moved most, which findings are new and which are gone
  slopescope report  MODEL --data CSV [--rule …] [--output NAME …] [--include TABS] [--with OTHER] -o report.html
                                                one page to open in any browser, or to print
  slopescope bench   --model F.npz --rows x.f32 --threads N --repeats N [--hessian]

Output
  --json                     one JSON object (inspect, slopes, effects, interactions, formula, compare, check, audit)
  --csv                      slopes, or effects row by row, as CSV
  --npy                      slopes as a numpy array [row][output][input] of float64; also by -o FILE.npy
  --format FORMAT            check: text, json, sarif or junit
  --mend                     check: a Python program that trains the model again so that the failing rules hold
  --include TABS             report: also these tabs: input, pairs, whatif, network, formula, range, or all
  --with OTHER               report: also the Compare tab, which sets a second model beside the first
  -o, --out FILE             write to a new file instead of standard output; nothing is overwritten
  --quiet                    no progress and no notes

Connecting a table
  --data, -d CSV             the table
  --delimiter C              what stands between its columns: , ; tab | blank (found, unless said)
  --decimal .|,              its decimal sign (found, unless said)
  --encoding NAME            UTF-8, UTF-16 LE, UTF-16 BE or Windows-1252 (found, unless said)
  --by-position              columns in the order of the inputs, whatever their names
  --columns a,b,c            these columns, in the order of the inputs
  --category COLUMNS         these yes/no columns are one category, by a pattern ("city_*") or a,b,c (repeatable)
  --scaler FILE|none|table   the scaler the inputs went through before training; table: its own mean and spread
  --output-scaler none|table the same for the output, by the true values
  --units original|model     units of slopes and forecasts (original)
  --output NAME              only this output (repeatable); a report of a model with more than 6 outputs holds the first
                             one unless it is told which
  --rows A:B                 only rows A to B, from 1
  --rows every:N|first:N|all which rows of a large table are read: every N-th, the first N, or all (asked, unless said)

Reading a model
  --weights FILE             the weights of an architecture file
  --answer ID=VALUE          what the file cannot say: hidden=relu, output=linear, orientation=in,out, …
  --threads N                threads that compute

Rules
  --rule "INPUT never falls"           never rises · always rises · always falls · no effect; a pattern means several
                                       inputs: "sent_* never falls", "* never falls"
  --rule "INPUT slope at least 5"      slope at most 9 · slope between 0 and 3
  --rule "INPUT matters at least as much as OTHER"   |slope| × spread, row by row; with "per one" |slope| alone
  --rule "CATEGORY: small ≤ large"     the forecast must not fall from level to level
  --rule "forecast at least 0"         forecast at most 9 · forecast between 0 and 1

Effects and formulas
  --input NAME               only this input; for formula: its slope written out (repeatable)
  --step N                   an own step in the input's units, beside +1
  --between A:B              the change from the value A to the value B, or from one level of a category to another
  --group COLUMN             average slopes and steps by the groups of a column
  --curve average|accumulated   with --json: the forecast along each input, by partial dependence with single rows, or by
                             accumulated local effects
  --range NAME=LOW:HIGH      usual values of an input where there is no table (repeatable); what the scaler tells is
                             known: then every figure is over points spread evenly over the ranges
  --as LANGUAGE              only the code: LaTeX, Python, R, Excel, JavaScript or Markdown

Exit status
  0 fine · 1 a rule fails or an audit finds differences · 2 an input cannot be read, is refused, or the command line is wrong · 3 a question must be answered first
`;
