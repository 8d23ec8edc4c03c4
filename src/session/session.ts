import type { Answering, Call } from '../ask';
import { checkRules, lanesBeyond } from './checkRules';
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
import { SessionState } from './sessionState';
import { slopeMap } from './slopeMap';
import { viewedSlopes } from './viewedSlopes';
import { surfaceOf } from './surface';
import { withSwitches } from './switchSizes';
import type { FormulaRequest } from './formulaQuestion';
import type { InputRequest } from './inputQuestion';
import type { NetworkRequest } from './networkQuestion';
import type { PairsRequest, SurfaceRequest } from './pairsQuestion';
import type { RangeRequest } from './rangeQuestion';
import type { WhatIfRequest } from './whatIfQuestion';
import { whatIf } from './whatIf';

/**
 * One open model with its data, answering `SessionService`; slopes are computed once per output and kept until the
 * table, its columns or the scaling change.
 */
export class Session extends SessionState implements Answering<SessionService> {
  describe() {
    return describeModel(this);
  }

  data() {
    return describeData(this);
  }

  lanes(view: View, call: Call) {
    return lanesOf(this, view, call);
  }

  async map(request: MapRequest, call: Call) {
    const connection = this.seen(request);
    const { slopes } = await viewedSlopes(this, connection, request, call);
    return slopeMap(
      await withSwitches(connection, slopes, request.inputs),
      connection.cache.order(request, slopes, request.order),
      request.cells,
      request.inputs,
      lanesBeyond(this),
    );
  }

  async row(request: RowRequest, call: Call) {
    const connection = this.seen(request);
    const { slopes } = await viewedSlopes(this, connection, request, call);
    return readRow(this, connection, request, slopes);
  }

  async tableRows(request: TableRequest, call: Call) {
    const connection = this.seen(request);
    const { slopes } = await viewedSlopes(this, connection, request, call);
    return tableRows(request, slopes, connection.cache.order(request, slopes, request.order), connection.table);
  }

  findings(view: View, call: Call) {
    return checkRules(this, view.output, call);
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
}
