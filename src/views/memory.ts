import type * as vscode from 'vscode';
import type { GivenDialect } from '../table/table';
import type { Rule } from '../findings/rule';
import type { TableChoice } from '../session/connection';

/** What is remembered per model while there is no slopescope.json: choices, never contents. */
export interface ModelMemory {
  readonly table?: string;
  readonly choice?: TableChoice;
  /** `found`, `none`, `table`, or the address of a scaler file. */
  readonly scaling?: { readonly kind: 'none' | 'found' | 'table' } | { readonly kind: 'file'; readonly uri: string };
  readonly outputScaling?: 'none' | 'found' | 'table';
  /** How the table's file is written, where the user said it. */
  readonly dialect?: GivenDialect;
  readonly weights?: string;
  readonly answers?: Readonly<Record<string, string>>;
  readonly rules?: readonly Rule[];
}

const recentKey = 'recentModels';
const dismissedKey = 'dismissedHints';
const recentModels = 10;

/** The workspace's memory, as VS Code keeps it. */
export class Memory {
  private readonly state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.state = state;
  }

  /** What was chosen for a model. */
  ofModel(uri: vscode.Uri): ModelMemory {
    return this.state.get<ModelMemory>(modelKey(uri)) ?? {};
  }

  /** Adds to what was chosen; what is not given stays. */
  async remember(uri: vscode.Uri, change: Partial<ModelMemory>): Promise<void> {
    await this.state.update(modelKey(uri), { ...this.ofModel(uri), ...change });
  }

  /** Notes the table to use; how another one is written, and which of its rows are read, says nothing of it. */
  async useTable(uri: vscode.Uri, table: string): Promise<void> {
    const { dialect, ...rest } = this.ofModel(uri);
    const isSame = rest.table === table;
    await this.state.update(modelKey(uri), { ...rest, table, ...(dialect && isSame ? { dialect } : {}) });
  }

  /** Forgets how columns, scaling and answers were chosen here: a newer slopescope.json says it. */
  async forgetConnection(uri: vscode.Uri): Promise<void> {
    const { table, weights, rules } = this.ofModel(uri);
    await this.state.update(modelKey(uri), { table, weights, rules });
  }

  /** The last models opened, newest first. */
  recent(): readonly string[] {
    return this.state.get<readonly string[]>(recentKey) ?? [];
  }

  /** Puts a model first among the last ones. */
  async opened(uri: vscode.Uri): Promise<void> {
    const address = uri.toString();
    const others = this.recent().filter((other) => other !== address);
    await this.state.update(recentKey, [address, ...others].slice(0, recentModels));
  }

  /** Hints the user does not want to see again. */
  dismissed(): readonly string[] {
    return this.state.get<readonly string[]>(dismissedKey) ?? [];
  }

  async dismiss(hint: string): Promise<void> {
    await this.state.update(dismissedKey, [...new Set([...this.dismissed(), hint])]);
  }
}

function modelKey(uri: vscode.Uri): string {
  return `model:${uri.toString()}`;
}
