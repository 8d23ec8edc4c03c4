import type { Network } from '../network/network';
import { opStoreSlope, opStoreValue } from './instructions';
import { layOut, locateOutput, type Place } from './layout';
import { AdjointWriter } from './planAdjoints';
import { TangentWriter } from './planTangents';
import type { MarginSite } from './planValues';
import { planValues } from './planValues';
import { Program } from './program';

/**
 * A network compiled for the kernels: a list of instructions over the units of a panel (see `instructions.ts`), the
 * weights they refer to, and the tables of indices. Plain data: it can be cloned into another thread.
 */
export interface Plan {
  readonly network: Network;
  /** The chosen output elements, counted over all output ports joined. */
  readonly outputs: readonly number[];
  /** Number of input elements, all ports joined. */
  readonly inputs: number;
  /** `reverse` where inputs are many, `forward` where the outputs outnumber them; `hessian` for second derivatives. */
  readonly mode: 'reverse' | 'forward' | 'hessian';
  /** Input elements that second derivatives are over; none in a plan of slopes. */
  readonly elements: readonly number[];
  /** Lines of results per section. */
  readonly lines: number;
  /** Units of a panel: values, local slopes, adjoints or tangents, scratch. */
  readonly slots: number;
  readonly instructions: Int32Array;
  /**
   * Words where sections begin: section 0 computes the values; section 1 + k the slopes of output k (reverse) or along
   * input k (forward), or all second derivatives. One more entry tells where the last ends.
   */
  readonly sections: Int32Array;
  readonly weights: Float64Array;
  readonly tables: Int32Array;
  /** Where rows may lie near a kink, in the order of the errors that the margins are lowered by. */
  readonly margins: readonly MarginSite[];
  /** First slot of each value, or −1: where the peaks of a guarded run belong. */
  readonly valueSlots: readonly number[];
}

/** Lines that are pairs of elements, for a plan of second derivatives; the slopes along its elements stand behind them. */
export function pairCount({ elements }: Pick<Plan, 'elements'>): number {
  return (elements.length * (elements.length + 1)) / 2;
}

/** Compiles a network for some of its output elements; all of them if not said otherwise. */
export function compilePlan(network: Network, outputs: readonly number[] = allOutputs(network)): Plan {
  const places = outputs.map((output) => locateOutput(network, output));
  const inputs = network.inputs.reduce((sum, port) => sum + port.size, 0);
  const mode = outputs.length > inputs ? 'forward' : 'reverse';
  const layout = layOut(
    network,
    places.map(({ value }) => value),
  );
  const program = new Program(network, layout, outputs.length);
  const margins = planValues(program);
  places.forEach(({ value, element }, line) => program.emit(opStoreValue, layout.values[value]! + element, 1, line));
  const sections = [0, program.length];
  if (mode === 'reverse') planReverse(program, places, inputs, sections);
  else planForward(program, places, sections);
  return {
    network,
    outputs,
    inputs,
    mode,
    elements: [],
    lines: mode === 'reverse' ? inputs : outputs.length,
    slots: layout.slots,
    instructions: program.instructions(),
    sections: Int32Array.from(sections),
    weights: program.data.joinedWeights(),
    tables: program.data.joinedTables(),
    margins,
    valueSlots: layout.values,
  };
}

/** Numbers of all output elements of a network. */
function allOutputs(network: Network): number[] {
  return Array.from({ length: network.outputs.reduce((sum, port) => sum + port.size, 0) }, (_, output) => output);
}

/** One section per output; the Jacobian's lines are [output][input]. */
function planReverse(program: Program, places: readonly Place[], inputs: number, sections: number[]): void {
  const { network, layout } = program;
  places.forEach((place, output) => {
    new AdjointWriter(program, place).write();
    let line = output * inputs;
    network.inputs.forEach((port, number) => {
      program.emit(opStoreSlope, layout.moves[number]!, port.size, line);
      line += port.size;
    });
    sections.push(program.length);
  });
}

/** One section per input; the Jacobian's lines are [input][output]. */
function planForward(program: Program, places: readonly Place[], sections: number[]): void {
  let line = 0;
  program.network.inputs.forEach((port, number) => {
    for (let element = 0; element < port.size; element++) {
      const writer = new TangentWriter(program, number, element);
      writer.write();
      for (const place of places) program.emit(opStoreSlope, writer.unit(place.value, place.element), 1, line++);
      sections.push(program.length);
    }
  });
}
