import { einsteinSum } from '../../rows/einsum';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Einstein's sum. */
export const einsums: OperatorGroup = {
  domain: '',
  operators: { Einsum },
};

function Einsum(call: Call): Value {
  return einsteinSum(call, call.text('equation', ''), call.values());
}
