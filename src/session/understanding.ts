import type { FormulaRequest, FormulaView } from './formulaQuestion';
import type { InputRequest, InputView } from './inputQuestion';
import type { NetworkRequest, NetworkPicture } from './networkQuestion';
import type { PairsRequest, PairsView, SurfaceRequest, Surface } from './pairsQuestion';
import type { RangeRequest, RangeView } from './rangeQuestion';
import type { WhatIfRequest, WhatIf } from './whatIfQuestion';

/**
 * The questions below the Slopes page: one input, pairs of inputs, one row changed by hand, the network drawn and written
 * out, the range of the forecasts. Answers hold what is drawn and the sentences that say it; names, units and sentences are
 * for people, all numbers are in the view's units unless something else is said. `row` counts the table's rows from 0.
 */
export interface UnderstandingService {
  input(request: InputRequest): Promise<InputView>;
  pairs(request: PairsRequest): Promise<PairsView>;
  surface(request: SurfaceRequest): Promise<Surface>;
  whatIf(request: WhatIfRequest): Promise<WhatIf>;
  networkPicture(request: NetworkRequest): Promise<NetworkPicture>;
  formula(request: FormulaRequest): Promise<FormulaView>;
  range(request: RangeRequest): Promise<RangeView>;
}
