import { tableTitle } from '../../table/rowsTaken';
import type { Call } from '../../ask';
import { type ReportedOutput, type ReportTab, type StoredAnswer, storedAnswersText } from '../../storedAnswers';
import type { SecondModel } from '../compareQuestion';
import type { RowOrder, Units, View } from '../service';
import type { Session } from '../session';
import { tabAnswers } from './tabAnswers';

/** The page's bundle, put into the report as it is. */
export interface ReportAssets {
  readonly script: string;
  readonly style: string;
  /** Date, version and fingerprints for the report's foot. */
  readonly foot: ReportFoot;
}

/** What a report is made of. */
interface ReportParts {
  readonly assets: ReportAssets;
  /** Tabs beside Slopes and Rules. */
  readonly tabs: readonly ReportTab[];
  /** The second model, where the report has the Compare tab; What if then shows both. */
  readonly compared?: SecondModel | undefined;
}

/** What a colleague needs to know which files a report was made from. */
export interface ReportFoot {
  readonly date: string;
  readonly version: string;
  readonly modelHash: string;
  readonly tableHash: string;
}

/** Cells of a stored map: about three pixels each at the usual width. */
const storedCells = 240;
/** Inputs that the tabs of a report hold. */
const storedInputs = 30;
/** Rows of the Table view that a report holds. */
const storedRows = 2000;

/**
 * One self-contained page: the same page the panel shows, with its answers stored inside, its script and style inline,
 * and a policy that forbids everything else.
 */
export async function reportHtml(
  session: Session,
  outputs: readonly number[],
  { assets, tabs, compared }: ReportParts,
  call: Call,
): Promise<string> {
  const answers = storedAnswersText(await storedAnswers(session, outputs, { tabs, compared }, call));
  const { script, style, foot } = assets;
  const policy = `default-src 'none'; script-src '${await hashOf(script)}'; style-src '${await hashOf(style)}'; img-src data: blob:`;
  const title = escaped(`${session.file.name} · Slopescope`);
  const files = [
    [session.file.name, foot.modelHash],
    ...(compared ? [[compared.name, compared.hash]] : []),
    [tableTitle(session.connected().table), foot.tableHash],
  ].map(([name, hash]) => `${name} sha256 ${hash}`);
  const footer = escaped([foot.date, `Slopescope ${foot.version}`, ...files].join(' · '));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body data-view="slopescope" class="vscode-light report">
<main id="page"></main>
<footer>${footer}</footer>
<script type="application/json" id="answers">${answers}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Every question the page asks of a report, with its answer. */
async function storedAnswers(
  session: Session,
  outputs: readonly number[],
  { tabs, compared }: Omit<ReportParts, 'assets'>,
  call: Call,
): Promise<StoredAnswer[]> {
  const settings = { units: 'original', rowOrder: 'forecast', colourScale: 'each', singleKeys: true };
  const stored: ReportedOutput[] = [];
  for (const output of outputs) stored.push(await reportedOutput(session, output, call));
  const state = {
    phase: 'ready',
    model: session.file.name,
    table: session.connected().table.name,
    problems: [],
    restricted: false,
    settings,
    hints: [],
    stored: { tabs, outputs: stored },
    ...(compared ? { compared: compared.name } : {}),
  };
  const answers: StoredAnswer[] = [
    { name: 'state', answer: state },
    { name: 'describe', answer: session.describe() },
    { name: 'data', answer: await session.data() },
  ];
  const units: Units[] = session.scaling ? ['original', 'model'] : ['original'];
  for (const each of stored) {
    for (const unit of units) {
      const view = { output: each.output, units: unit };
      answers.push(...(await answersOf(session, view, call)));
      for (const tab of tabs) answers.push(...(await tabAnswers[tab](session, view, each, call)));
    }
    if (compared) answers.push(...(await comparedAnswers(compared, each, call)));
  }
  return answers;
}

/** What the tabs can be asked of an output: the strongest inputs, and the worst row of the first finding. */
async function reportedOutput(session: Session, output: number, call: Call): Promise<ReportedOutput> {
  const view = { output, units: 'original' } as const;
  const { findings } = await session.findings(view, call); // first: lanes before every row is computed are of drawn rows
  const { lanes } = await session.lanes(view, call);
  const inputs = lanes.slice(0, storedInputs).map(({ input }) => input);
  return { output, inputs, row: findings[0]?.rows.worstRows[0] ?? 0 };
}

async function comparedAnswers(
  compared: SecondModel,
  { output, row }: ReportedOutput,
  call: Call,
): Promise<StoredAnswer[]> {
  const request = { output, row, changes: [] };
  return [
    { name: 'compare', request: { output }, answer: await compared.compare(output, call) },
    { name: 'compareWhatIf', request, answer: await compared.whatIf(request, call) },
  ];
}

async function answersOf(session: Session, view: View, call: Call): Promise<StoredAnswer[]> {
  const findings = await session.findings(view, call); // first: lanes before every row is computed are of drawn rows
  const lanes = await session.lanes(view, call);
  const inputs = lanes.lanes.map((lane) => lane.input);
  const numeric = lanes.lanes.filter((lane) => lane.kind !== 'switched').map((lane) => lane.input);
  const failing = lanes.lanes.filter((lane) => lane.rule?.holds === false).map((lane) => lane.input);
  const bySlope = (numeric.length <= storedInputs ? numeric : failing).map((input): RowOrder => ({
    by: 'slope',
    input,
  }));
  const orders: RowOrder[] = [{ by: 'forecast' }, { by: 'row' }, ...bySlope];
  const answers: StoredAnswer[] = [
    { name: 'lanes', request: view, answer: lanes },
    { name: 'findings', request: view, answer: findings },
  ];
  const worst = [...new Set([0, ...findings.findings.flatMap((finding) => finding.rows.worstRows)])].filter(
    (row) => row < lanes.rows,
  );
  for (const order of orders) {
    const map = await session.map({ ...view, order, cells: storedCells, inputs }, call);
    answers.push({ name: 'map', request: { ...view, order }, answer: map });
    for (const row of worst)
      answers.push({
        name: 'row',
        request: { ...view, row, order },
        answer: await session.row({ ...view, row, order }, call),
      });
    for (let cell = 0; cell < map.cells; cell++) {
      const position = map.starts[cell]!;
      if (map.starts[cell + 1] !== position + 1) continue;
      const request = { ...view, position, order };
      answers.push({ name: 'row', request, answer: await session.row(request, call) });
    }
  }
  return [...answers, ...(await tableAnswers(session, view, inputs, call))];
}

async function tableAnswers(
  session: Session,
  view: View,
  inputs: readonly number[],
  call: Call,
): Promise<StoredAnswer[]> {
  const request = { ...view, order: { by: 'forecast' } as const, from: 0, count: storedRows, inputs };
  return [{ name: 'tableRows', request, answer: await session.tableRows(request, call) }];
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
