import type { Answering, Call } from '../ask';
import type { NamedBytes, Reading } from '../files/reading';
import type { Rule } from '../findings/rule';
import type { Network } from '../network/network';
import type { Problem } from '../problem';
import type { SlopeEngine } from '../slopes/engine';
import { compilePlan, type Plan } from '../slopes/plan';
import { switchedInputs } from '../slopes/switched';
import { bindTable, type Binding, type BindResult } from '../table/binding';
import { identity, type ScalingSet } from '../table/scaling';
import type { Table } from '../table/table';
import { checkRules, failingPositions, lanesBeyond } from './checkRules';
import type { Computation } from './computeSlopes';
import type { TableChoice } from './connection';
import { describeData } from './describeData';
import { describeModel } from './describeModel';
import { fromFileAlone } from './fileAlone';
import { formulaView } from './formulaView';
import { inputView } from './inputView';
import { lanesOf } from './lanes';
import { networkPicture } from './networkView';
import { pairsView } from './pairsView';
import { rangeView } from './rangeView';
import { readRow, tableRows } from './rowReading';
import type { FileAloneRequest, MapRequest, RowRequest, SessionService, TableRequest, View } from './service';
import { SlopeCache } from './slopeCache';
import { slopeMap } from './slopeMap';
import { surfaceOf } from './surface';
import type {
  FormulaRequest,
  InputRequest,
  NetworkRequest,
  PairsRequest,
  RangeRequest,
  SurfaceRequest,
  WhatIfRequest,
} from './understanding';
import { whatIf } from './whatIf';
import { beforeLastStep } from './structure';

/** A connected table: how it is bound, what was chosen, and the slopes on it. */
export interface Connection {
  readonly network: Network;
  readonly table: Table;
  readonly choice: TableChoice;
  readonly result: BindResult;
  readonly binding: Binding;
  /** The computation of one output. */
  readonly computation: (output: number) => Computation;
  readonly cache: SlopeCache;
  /** The same before the last sigmoid or softmax, once a view has asked for it. */
  logOdds?: Connection;
}

/**
 * One open model with its data. It lives in a thread (or in the command line) and answers `SessionService`; slopes are
 * computed once per output and kept until the table, its columns or the scaling change.
 */
export class Session implements Answering<SessionService> {
  readonly file: NamedBytes;
  readonly reading: Reading;
  readonly switched: readonly boolean[];
  scaling: ScalingSet | undefined;
  connection: Connection | undefined;
  rules: readonly Rule[] = [];
  /** What was said when the scaling was chosen; shown with the table's problems. */
  scalingNotes: readonly Problem[] = [];
  /** The table given last with what stands in the way of connecting it. */
  rejected: { readonly table: Table; readonly choice: TableChoice; readonly result: BindResult } | undefined;
  private readonly engine: SlopeEngine;

  constructor(file: NamedBytes, reading: Reading, engine: SlopeEngine) {
    this.file = file;
    this.reading = reading;
    this.engine = engine;
    this.switched = reading.network ? switchedInputs(reading.network) : [];
    this.scaling = reading.scalings;
  }

  /** The network; throws for a model that could not be read, which no question about slopes gets past. */
  get network(): Network {
    if (!this.reading.network) throw new Error(`${this.file.name} has no network that could be read.`);
    return this.reading.network;
  }

  /** Connects a table; what is wrong stands in the result and in `rejected`. */
  connect(table: Table, choice: TableChoice): BindResult {
    const result = bindTable(this.network, table, choice, this.scaling);
    this.rejected = result.binding ? undefined : { table, choice, result };
    const { binding } = result;
    this.connection = binding && this.connectionOf(this.network, table, choice, result, binding);
    return result;
  }

  /** Connects the present table in another way. */
  reconnect(choice: TableChoice): BindResult | undefined {
    const table = this.connection?.table ?? this.rejected?.table;
    return table && this.connect(table, choice);
  }

  disconnect(): void {
    this.connection = undefined;
    this.rejected = undefined;
  }

  /** Uses another scaling and connects the present table again. */
  setScaling(scaling: ScalingSet | undefined): BindResult | undefined {
    this.scaling = scaling;
    const choice = this.connection?.choice ?? this.rejected?.choice;
    return choice && this.reconnect(choice);
  }

  setRules(rules: readonly Rule[]): void {
    this.rules = rules;
  }

  describe() {
    return describeModel(this);
  }

  data() {
    return describeData(this);
  }

  async lanes(view: View, call: Call) {
    const connection = this.seen(view);
    return lanesOf(this, connection, view, await connection.cache.viewed(view, call), call);
  }

  async map(request: MapRequest, call: Call) {
    const { cache } = this.seen(request);
    const { slopes } = await cache.viewed(request, call);
    return slopeMap(
      slopes,
      cache.order(request, slopes, request.order),
      request.cells,
      request.inputs,
      lanesBeyond(this),
    );
  }

  async row(request: RowRequest, call: Call) {
    const connection = this.seen(request);
    const { slopes } = await connection.cache.viewed(request, call);
    return readRow(this, connection, request, slopes);
  }

  async tableRows(request: TableRequest, call: Call) {
    const { cache, table } = this.seen(request);
    const { slopes } = await cache.viewed(request, call);
    return tableRows(request, slopes, cache.order(request, slopes, request.order), table);
  }

  async findings(view: View, call: Call) {
    const connection = this.connected();
    return checkRules(this, connection, await connection.cache.slopes(view.output, call));
  }

  fromFileAlone(request: FileAloneRequest) {
    return fromFileAlone(this, request);
  }

  input(request: InputRequest, call: Call) {
    return inputView(this, request, call);
  }

  pairs(request: PairsRequest, call: Call) {
    return pairsView(this, request, call);
  }

  surface(request: SurfaceRequest, call: Call) {
    return surfaceOf(this, request, call);
  }

  whatIf(request: WhatIfRequest, call: Call) {
    return whatIf(this, request, call);
  }

  networkPicture(request: NetworkRequest) {
    return networkPicture(this, request);
  }

  formula(request: FormulaRequest) {
    return formulaView(this, request);
  }

  range(request: RangeRequest, call: Call) {
    return rangeView(this, request, call);
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

  /** The connection as a view sees it: with `logOdds` the network ends before its last sigmoid or softmax. */
  seen(view: Pick<View, 'logOdds'>): Connection {
    const connection = this.connected();
    if (!view.logOdds) return connection;
    const network = beforeLastStep(connection.network);
    if (!network) return connection;
    connection.logOdds ??= this.connectionOf(
      network,
      connection.table,
      connection.choice,
      connection.result,
      unscaledOutputs(connection.binding),
    );
    return connection.logOdds;
  }

  private connectionOf(
    network: Network,
    table: Table,
    choice: TableChoice,
    result: BindResult,
    binding: Binding,
  ): Connection {
    const plans = new Map<number, Plan>();
    const computation = (output: number): Computation => {
      const plan = plans.get(output) ?? compilePlan(network, [output]);
      plans.set(output, plan);
      return { network, binding, engine: this.engine, plan, switched: this.switched };
    };
    const cache = new SlopeCache(computation, (rule, slopes) =>
      failingPositions(this, connection, this.rules[rule], slopes),
    );
    const connection: Connection = { network, table, choice, result, binding, computation, cache };
    return connection;
  }
}

/** Log-odds are not in the units of the target: they go unscaled and have no true values beside them. */
function unscaledOutputs(binding: Binding): Binding {
  return { ...binding, outputs: binding.outputs.map(({ output }) => ({ output, scaling: identity })) };
}
