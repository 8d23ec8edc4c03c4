import type { NamedBytes, Question, Reading } from '../files/reading';
import type { Rule } from '../findings/rule';
import { blackBoxOf } from '../network/blackBox';
import type { Network } from '../network/network';
import type { Problem } from '../problem';
import { blackBoxEngine } from '../slopes/blackBoxEngine';
import type { SlopeEngine } from '../slopes/engine';
import { compilePlan, type Plan } from '../slopes/plan';
import { switchedInputs } from '../slopes/switched';
import type { Binding, BindResult, BoundInput } from '../table/binding';
import { bindTable } from '../table/bindTable';
import { identity, type ScalingSet } from '../table/scaling';
import type { Table } from '../table/table';
import type { Computation } from './computeSlopes';
import type { ScalingChoice, TableChoice } from './connection';
import type { UsualRange, View } from './service';
import { SlopeCache } from './slopeCache';
import { beforeLastStep } from './structure';
import { pointsTable } from './usualRanges';

/** A connected table: how it is bound, what was chosen, and the slopes on it. */
export interface Connection {
  /** The model's network; where yes/no inputs are taken as one category, with one input for each category. */
  readonly network: Network;
  /** Which of its flat inputs are switched. */
  readonly switched: readonly boolean[];
  /** The table with a column for each such category. */
  readonly table: Table;
  /** The table as it was read. */
  readonly given: Table;
  readonly choice: TableChoice;
  readonly result: BindResult;
  /** The inputs as the model has them. */
  readonly asNumbers: readonly BoundInput[];
  readonly binding: Binding;
  /** The computation of one output. */
  readonly computation: (output: number) => Computation;
  readonly cache: SlopeCache;
  /** The ranges whose points stand in for rows; absent where a table is connected. */
  readonly ranges?: readonly UsualRange[];
  /** The same before the last sigmoid or softmax, once a view has asked for it. */
  logOdds?: Connection;
}

/**
 * What is open: the model that was read, the table connected to it, the scaling and the rules in use. It lives in a
 * thread or in the command line; `Session` answers questions about it.
 */
export class SessionState {
  readonly file: NamedBytes;
  readonly reading: Reading;
  scaling: ScalingSet | undefined;
  connection: Connection | undefined;
  rules: readonly Rule[] = [];
  /** What the user said of the scaling. */
  scalingChoice: ScalingChoice = {};
  /** What was said when the scaling was chosen; shown with the table's problems. */
  scalingNotes: readonly Problem[] = [];
  /** Asked where more than one scaler could be meant: until it is answered no number is shown. */
  scalingQuestions: readonly Question[] = [];
  /** The table given last with what stands in the way of connecting it. */
  rejected: { readonly table: Table; readonly choice: TableChoice; readonly result: BindResult } | undefined;
  /** Which flat inputs of the file's network are switched. */
  readonly switchedInFile: readonly boolean[];
  readonly engine: SlopeEngine;
  /** Points that stood in for a table last. */
  private standIn: Connection | undefined;

  constructor(file: NamedBytes, reading: Reading, engine: SlopeEngine) {
    this.file = file;
    this.reading = reading;
    this.engine = engine;
    this.switchedInFile = reading.network ? switchedInputs(reading.network) : [];
    this.scaling = reading.scalings;
  }

  /** The network as it is in use: as it is connected, else as the file has it. */
  get network(): Network {
    return this.connection?.network ?? this.fileNetwork;
  }

  /** Which of its flat inputs are switched, not differentiated. */
  get switched(): readonly boolean[] {
    return this.connection?.switched ?? this.switchedInFile;
  }

  /** The network of the file; throws for a model that could not be read, which no question about slopes gets past. */
  get fileNetwork(): Network {
    if (!this.reading.network) throw new Error(`${this.file.name} has no network that could be read.`);
    return this.reading.network;
  }

  /** Connects a table; what is wrong stands in the result and in `rejected`. */
  connect(table: Table, choice: TableChoice): BindResult {
    const result = bindTable(this.fileNetwork, table, choice, this.scaling);
    const { binding, network, inputs } = result;
    this.rejected = binding ? undefined : { table, choice, result };
    this.connection =
      binding &&
      network &&
      inputs &&
      this.connectionOf({ given: table, choice, result, asNumbers: inputs }, network, binding);
    return result;
  }

  /** Connects the present table in another way. */
  reconnect(choice: TableChoice): BindResult | undefined {
    const table = this.connection?.given ?? this.rejected?.table;
    return table && this.connect(table, choice);
  }

  disconnect(): void {
    this.connection = undefined;
    this.rejected = undefined;
  }

  /** Uses another scaling and connects the present table again. */
  setScaling(scaling: ScalingSet | undefined): BindResult | undefined {
    this.scaling = scaling;
    this.standIn = undefined;
    const choice = this.connection?.choice ?? this.rejected?.choice;
    return choice && this.reconnect(choice);
  }

  setRules(rules: readonly Rule[]): void {
    this.rules = rules;
  }

  /** The computation of one output on the present connection; throws without one. */
  computation(output: number): Computation {
    return this.connected().computation(output);
  }

  /** The connection; throws without one, which the page never lets happen. */
  connected(): Connection {
    if (!this.connection) throw new Error('No table is connected.');
    return this.connection;
  }

  /**
   * The connection as a view sees it: with `ranges` points stand in for rows, with `logOdds` the network ends before its
   * last sigmoid or softmax.
   */
  seen(view: Pick<View, 'logOdds' | 'ranges'>): Connection {
    const connection = view.ranges ? this.over(view.ranges) : this.connected();
    if (!view.logOdds) return connection;
    const network = beforeLastStep(connection.network);
    if (!network) return connection;
    const { ranges, binding } = connection;
    connection.logOdds ??= {
      ...this.connectionOf(connection, network, unscaledOutputs(binding)),
      ...(ranges ? { ranges } : {}),
    };
    return connection.logOdds;
  }

  /** Points spread over ranges, connected as a table would be; kept until other ranges or another scaling are asked for. */
  private over(ranges: readonly UsualRange[]): Connection {
    const known = this.standIn;
    if (known && JSON.stringify(known.ranges) === JSON.stringify(ranges)) return known;
    const network = this.fileNetwork;
    const given = pointsTable({ network, scaling: this.scaling }, ranges);
    const choice = { byPosition: true };
    const result = bindTable(network, given, choice, this.scaling);
    const { binding } = result;
    if (!binding) throw new Error(`${this.file.name} cannot be computed over ranges.`);
    const connected = { given, choice, result, asNumbers: binding.inputs };
    this.standIn = { ...this.connectionOf(connected, network, binding), ranges };
    return this.standIn;
  }

  private connectionOf(
    { given, choice, result, asNumbers }: Pick<Connection, 'given' | 'choice' | 'result' | 'asNumbers'>,
    network: Network,
    binding: Binding,
  ): Connection {
    const plans = new Map<number, Plan>();
    const box = blackBoxOf(network);
    const engine = box ? blackBoxEngine(box) : this.engine;
    const switched = asNumbers.length === binding.inputs.length ? this.switchedInFile : switchedInputs(network);
    const computation = (output: number): Computation => {
      const plan = plans.get(output) ?? compilePlan(network, [output]);
      plans.set(output, plan);
      return { network, binding, engine, plan, switched };
    };
    const cache = new SlopeCache(computation);
    return { network, switched, table: binding.table, given, choice, result, asNumbers, binding, computation, cache };
  }
}

/** Log-odds are not in the units of the target: they go unscaled and have no true values beside them. */
function unscaledOutputs(binding: Binding): Binding {
  return { ...binding, outputs: binding.outputs.map(({ output }) => ({ output, scaling: identity })) };
}
