import path from 'node:path';
import * as vscode from 'vscode';
import { answer, type Answering, type AskOptions, type AskPort, type Call } from '../ask';
import type { ComparedWhatIfRequest } from '../session/compareQuestion';
import type { SessionService } from '../session/service';
import type { ModelThread } from '../worker/modelThread';
import type { Comparisons } from './comparisons';
import { commands, modelEditor } from './ids';
import { saveExport } from './exportFile';
import { writeMend } from './mending';
import type { OpenModel } from './openModel';
import type { PanelGoal, PanelNotice, PanelService, PanelState } from './panelService';
import type { Memory } from './memory';
import { openLine } from './places';
import { findAnswerFits, findTables } from './tables';
import { timeOf } from './timeOf';
import type { BrokenFile, RulesFiles } from './rulesFiles';

/** What a panel needs of the extension. */
export interface PanelSurroundings {
  readonly memory: Memory;
  readonly rulesFiles: RulesFiles;
  readonly comparisons: Comparisons;
}

/** Serves one page: answers its questions from the model's thread and does what needs VS Code. */
export class PanelHost implements vscode.Disposable {
  private readonly webview: vscode.Webview;
  private readonly model: OpenModel;
  private readonly surroundings: PanelSurroundings;
  private readonly ends: { dispose(): unknown }[] = [];
  /** Whether the page has asked its first question: from then on it hears. */
  private isHeard = false;
  private goal: PanelGoal | undefined;

  constructor(webview: vscode.Webview, model: OpenModel, surroundings: PanelSurroundings) {
    this.webview = webview;
    this.model = model;
    this.surroundings = surroundings;
    this.ends.push({ dispose: answer<PanelService>(webviewPort(webview), this.service()) });
    this.ends.push(
      model.onDidChange((what) => this.tell(what === 'slopes' ? this.progressNotice() : { kind: 'changed', what })),
    );
    this.ends.push(
      surroundings.comparisons.onDidChange(
        (changed) => changed === model && this.tell({ kind: 'changed', what: 'state' }),
      ),
    );
    this.ends.push(
      surroundings.rulesFiles.onDidChange(
        ({ file }) => file.toString() === model.entry?.file.toString() && this.tell({ kind: 'changed', what: 'state' }),
      ),
    );
    this.ends.push(
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration('slopescope') && this.tell({ kind: 'changed', what: 'state' }),
      ),
    );
  }

  /** Passes a command of VS Code on to the page. */
  command(command: string): void {
    this.tell({ kind: 'command', command });
  }

  /** Leads the page to something, once it listens: a page that is just being opened hears nothing yet. */
  lead(goal: PanelGoal): void {
    if (this.isHeard) this.tell(goal);
    else this.goal = goal;
  }

  /** The page is gone while its panel is hidden; shown again, it starts anew. */
  hidden(): void {
    this.isHeard = false;
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
  }

  private tell(notice: PanelNotice): void {
    void this.webview.postMessage({ notice });
  }

  private heard(): void {
    this.isHeard = true;
    if (this.goal) this.tell(this.goal);
    this.goal = undefined;
  }

  private progressNotice(): PanelNotice {
    return { kind: 'progress', progress: this.model.progress ?? null };
  }

  /** Session questions go to the thread as they are; the rest is done here. */
  private service(): Answering<PanelService> {
    const { model } = this;
    return {
      ...sessionQuestions(() => model.asker()),
      ...this.tableActions(),
      ...this.ruleActions(),
      ...this.comparing(),
      ...this.windowActions(),
    };
  }

  private tableActions() {
    const { model, surroundings } = this;
    return {
      state: (): PanelState => {
        this.heard();
        return panelState(model, surroundings);
      },
      tablesThatFit: (_request: unknown, call: Call) => findTables(model, call.signal),
      answerFits: (_request: unknown, call: Call) => findAnswerFits(model, call.signal),
      scalingPreviews: async (_request: unknown, call: Call) =>
        (await model.asker()).call('scalingPreviews', undefined, along(call)),
      useTable: ({ id }: { readonly id: string }) => model.useTable(vscode.Uri.parse(id)),
      chooseTable: async () => {
        await vscode.commands.executeCommand(commands.chooseData, model.uri);
      },
      chooseScaler: async () => {
        const uri = await pickFile(model, { [vscode.l10n.t('Scalers')]: ['json', 'pkl', 'joblib', 'npz', 'rds'] });
        if (!uri) return;
        await model.setScaling({ scaling: { kind: 'file', uri: uri.toString() } });
      },
      chooseWeights: async () => {
        const uri = await pickFile(model, { [vscode.l10n.t('Weights or architecture')]: ['json', 'h5', 'hdf5'] });
        if (!uri) return;
        await surroundings.memory.remember(model.uri, { weights: uri.toString() });
        await model.reopen();
      },
      answer: ({ id, value }: { readonly id: string; readonly value: string }) => model.answer(id, value),
      connect: async (request: Parameters<Answering<PanelService>['connect']>[0]) => {
        const { scaler, outputScaler, dialect, ...choice } = request;
        if (scaler !== undefined) await model.setScaling({ scaling: { kind: scaler } });
        if (outputScaler !== undefined) await model.setScaling({ outputScaling: outputScaler });
        if (dialect !== undefined) await model.setDialect(dialect);
        if (Object.keys(choice).length > 0) await model.reconnect(choice);
      },
      makeTable: async () => {
        const header = model.inputNames().join(',');
        await openUntitledTable(`${header}\n`);
      },
      newTable: ({ text }: { readonly text: string }) => openUntitledTable(text),
    };
  }

  private ruleActions() {
    const { model, surroundings } = this;
    return {
      setRules: ({ rules }: Parameters<Answering<PanelService>['setRules']>[0]) => model.setRules(rules),
      saveRules: async () => {
        await surroundings.rulesFiles.save(model);
        await surroundings.memory.remember(model.uri, { rules: [] });
      },
      mend: ({ output, rule }: Parameters<Answering<PanelService>['mend']>[0]) => writeMend(model, output, rule),
      openLine: async ({ line }: { readonly line: number }) => {
        const column = vscode.window.tabGroups.all.length > 1 ? vscode.ViewColumn.One : vscode.ViewColumn.Beside;
        if (model.table) await openLine(model.table, line, column);
      },
      exportAs: (request: Parameters<Answering<PanelService>['exportAs']>[0]) => saveExport(model, request),
      chooseExport: async () => {
        await vscode.commands.executeCommand(commands.export, model.uri);
      },
      recompute: () => model.reopen(),
      stop: () => model.stop(),
    };
  }

  private comparing() {
    const { model, surroundings } = this;
    const { comparisons } = surroundings;
    return {
      compare: async ({ output }: { readonly output: number }, call: Call) => {
        const request = await comparisons.request(model, output);
        return (await model.asker()).call('compare', request, along(call));
      },
      compareWhatIf: async ({ output, ...request }: ComparedWhatIfRequest, call: Call) => {
        const compared = await comparisons.requestAgain(model, output);
        return (await model.asker()).call('compareWhatIf', { ...request, compared }, along(call));
      },
      closeComparison: () => comparisons.close(model),
      showing: ({ output }: { readonly output: number }) => {
        model.shownOutput = output;
      },
    };
  }

  private windowActions() {
    const { model, surroundings } = this;
    return {
      copy: async ({ text }: { readonly text: string }) => {
        await vscode.env.clipboard.writeText(text);
      },
      dismiss: ({ hint }: { readonly hint: string }) => surroundings.memory.dismiss(hint),
      showLog: async () => {
        await vscode.commands.executeCommand(commands.showLog);
      },
      alwaysOpenHere: async () => {
        const settings = vscode.workspace.getConfiguration('workbench');
        const pattern = `*${path.posix.extname(model.uri.path)}`;
        const associations = settings.get<Record<string, string>>('editorAssociations') ?? {};
        await settings.update(
          'editorAssociations',
          { ...associations, [pattern]: modelEditor },
          vscode.ConfigurationTarget.Global,
        );
        await surroundings.memory.dismiss('always-open');
      },
    };
  }
}

async function openUntitledTable(content: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: 'csv' }));
}

/** A webview as a port for questions. */
function webviewPort(webview: vscode.Webview): AskPort {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (receive) => {
      const listening = webview.onDidReceiveMessage(receive);
      return () => void listening.dispose();
    },
  };
}

/** Every question of a session, asked of the model's thread with the page's cancellation and progress. */
function sessionQuestions(asker: () => Promise<ModelThread['asker']>): Answering<SessionService> {
  return {
    describe: async (_request, call) => (await asker()).call('describe', undefined, along(call)),
    data: async (_request, call) => (await asker()).call('data', undefined, along(call)),
    lanes: async (request, call) => (await asker()).call('lanes', request, along(call)),
    map: async (request, call) => (await asker()).call('map', request, along(call)),
    row: async (request, call) => (await asker()).call('row', request, along(call)),
    tableRows: async (request, call) => (await asker()).call('tableRows', request, along(call)),
    findings: async (request, call) => (await asker()).call('findings', request, along(call)),
    fromFileAlone: async (request, call) => (await asker()).call('fromFileAlone', request, along(call)),
    input: async (request, call) => (await asker()).call('input', request, along(call)),
    pairs: async (request, call) => (await asker()).call('pairs', request, along(call)),
    surface: async (request, call) => (await asker()).call('surface', request, along(call)),
    whatIf: async (request, call) => (await asker()).call('whatIf', request, along(call)),
    networkPicture: async (request, call) => (await asker()).call('networkPicture', request, along(call)),
    formula: async (request, call) => (await asker()).call('formula', request, along(call)),
    range: async (request, call) => (await asker()).call('range', request, along(call)),
  };
}

/** Passes the page's cancellation on, and the thread's progress back. */
function along(call: Call): AskOptions {
  return { signal: call.signal, onProgress: (report) => call.progress(report) };
}

function panelState(model: OpenModel, { memory, comparisons, rulesFiles }: PanelSurroundings): PanelState {
  const broken = model.entry && rulesFiles.broken(model.entry.file);
  const compared = comparisons.nameOf(model);
  const settings = vscode.workspace.getConfiguration('slopescope');
  const modelProblems = model.description?.problems ?? [];
  const hints = ['always-open'].filter((hint) => !memory.dismissed().includes(hint));
  return {
    phase: model.phase(),
    model: model.name,
    ...(model.table ? { table: path.posix.basename(model.table.path) } : {}),
    ...(compared === undefined ? {} : { compared }),
    problems: [...modelProblems, ...model.problems],
    ...(model.changed === undefined ? {} : { changed: model.changed }),
    ...(broken ? { rulesBroken: brokenWords(broken) } : {}),
    restricted: !vscode.workspace.isTrusted,
    settings: {
      units: settings.get('units', 'original'),
      rowOrder: settings.get('rowOrder', 'forecast'),
      colourScale: settings.get('colourScale', 'each'),
      singleKeys: settings.get('singleKeys', true),
    },
    hints: model.uri.path.endsWith('.keras') ? [] : hints,
    stored: false,
  };
}

function brokenWords({ fault, rulesOf }: BrokenFile): string {
  return rulesOf === undefined
    ? fault.message
    : vscode.l10n.t('{0} The rules here are those read at {1}.', fault.message, timeOf(rulesOf));
}

async function pickFile(model: OpenModel, filters: Record<string, string[]>): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: vscode.Uri.joinPath(model.uri, '..'),
    canSelectMany: false,
    filters,
  });
  return chosen?.[0];
}
