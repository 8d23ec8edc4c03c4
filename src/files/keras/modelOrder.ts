import { refuse } from '../refuse';
import type { LayerDefinition, ModelDefinition } from './architecture';
import type { Call } from './calls';
import { tensorsOf } from './calls';

/** One call of one layer, in an order in which everything it takes has been computed. */
export interface OrderedCall {
  readonly layer: LayerDefinition;
  readonly number: number;
  readonly call: Call;
}

interface Frame extends OrderedCall {
  /** Calls it waits for that have not been looked at. */
  readonly pending: (readonly [string, number])[];
}

/** The calls that the outputs of a model need, inputs first. Refused when the layers form a cycle. */
export function orderedCalls(model: ModelDefinition, file: string): OrderedCall[] {
  const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
  const state = new Map<string, 'open' | 'done'>();
  const order: OrderedCall[] = [];
  const stack: Frame[] = [];
  const visit = (name: string, number: number): void => {
    const key = `${number} ${name}`;
    const seen = state.get(key);
    const layer = layers.get(name);
    if (seen === 'done' || !layer) return;
    if (seen === 'open') refuseCycle(file, name);
    state.set(key, 'open');
    const call = layer.calls[number] ?? { positional: [], named: new Map() };
    stack.push({ layer, number, call, pending: tensorsOf(call).map((to) => [to.layer, to.call] as const) });
  };
  for (const { tensor } of [...model.inputs, ...model.outputs]) {
    visit(tensor.layer, tensor.call);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.pending.shift();
      if (next) visit(...next);
      else {
        state.set(`${top.number} ${top.layer.name}`, 'done');
        order.push(top);
        stack.pop();
      }
    }
  }
  return order;
}

function refuseCycle(file: string, name: string): never {
  refuse(file, {
    code: 'keras-cycle',
    message: `The layers in ${file} form a cycle: ${name} takes its own output as input.`,
    remedy: 'Save the model again with Keras.',
    part: name,
  });
}
