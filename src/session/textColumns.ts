import { flatInputs } from '../network/features';
import type { Network } from '../network/network';
import type { TableChoice } from './connection';

/** Columns that stay texts even when they hold numbers (`01234`): those that feed text inputs, by name, choice or order. */
export function textColumns(network: Network, choice: TableChoice): string[] {
  return flatInputs(network).flatMap((input, index) => {
    if (input.kind !== 'text') return [];
    const chosen = choice.columns?.[input.name];
    return [input.name, choice.order?.[index], chosen].filter((name) => typeof name === 'string');
  });
}
