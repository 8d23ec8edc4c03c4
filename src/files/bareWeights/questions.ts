import type { Problem } from '../../problem';
import type { Question, ReadOptions } from '../reading';
import { activationByName, hiddenChoices, outputChoices, type NamedActivation } from './activationNames';
import { bareProblem, type BareFile, type Orientation } from './bareFile';
import type { Chain } from './chain';
import { listedOrder, normOrders, type NormOrder, type Place } from './places';

/**
 * Collects what is settled by the file, answered by the user, or must be asked. Ask through it in any order; at the end
 * there is a network only if `questions` and `problems` are empty.
 */
export class Inquiry {
  readonly questions: Question[] = [];
  readonly problems: Problem[] = [];
  readonly settled = new Map<string, string>();
  private readonly file: BareFile;
  private readonly options: ReadOptions;

  constructor(file: BareFile, options: ReadOptions) {
    this.file = file;
    this.options = options;
  }

  /** The orientation among those that fit: the only one, the one that fits the table, the answered one. */
  orientation(chains: readonly Chain[]): Chain | undefined {
    const answer = this.options.answers.get('orientation')?.replace(/[\s()[\]]/g, '');
    const [only] = chains;
    if (only && chains.length === 1) this.settled.set('orientation', only.orientation);
    const fitting = answer === undefined ? fittingTable(chains, this.options.columns?.length) : chains;
    if (fitting.length === 1) return fitting[0];
    const choices: readonly Orientation[] = ['in,out', 'out,in'];
    if (answer === undefined) {
      const torchNames = this.file.arrays.some((array) => array.name.endsWith('.weight'));
      this.questions.push({
        id: 'orientation',
        ask: `Are the weights in ${this.file.file} stored as [inputs, outputs] (x·W) or as [outputs, inputs] (W·x)?`,
        choices,
        guess: torchNames ? 'out,in' : 'in,out',
      });
      return undefined;
    }
    const chosen = fitting.find((chain) => chain.orientation === answer);
    if (!chosen) this.notAChoice('orientation', answer, choices);
    return chosen;
  }

  /** One activation for each place between layers that has one; `said` is what the file names. */
  hidden(count: number, said: readonly NamedActivation[] | undefined): readonly NamedActivation[] | undefined {
    const answer = this.options.answers.get('hidden');
    if (count === 0) return [];
    if (said) {
      this.settle('hidden', answer, joined(said), this.hiddenFrom(answer, count));
      return said;
    }
    if (answer === undefined) {
      const which = count === 1 ? 'the hidden layer' : `the ${count} hidden layers`;
      this.questions.push({
        id: 'hidden',
        ask: `Which activation follows ${which}? ${this.file.file} does not say.`,
        choices: hiddenChoices,
        guess: 'relu',
      });
      return undefined;
    }
    const chosen = this.hiddenFrom(answer, count);
    if (!chosen) this.notAChoice('hidden', answer, hiddenChoices);
    return chosen;
  }

  /** Asks for the activations that are not answered yet, while the layers themselves are still open. */
  openActivations(hiddenPlaces: number): void {
    if (this.options.answers.get('hidden') === undefined) this.hidden(hiddenPlaces, undefined);
    if (this.options.answers.get('output') === undefined) this.output(undefined);
  }

  /** The activation after the last layer. */
  output(said: NamedActivation | undefined): NamedActivation | undefined {
    const answer = this.options.answers.get('output');
    const chosen = answer === undefined ? undefined : activationByName(answer);
    if (said) {
      this.settle('output', answer, said.name, chosen ? [chosen] : undefined);
      return said;
    }
    if (answer === undefined) {
      this.questions.push({
        id: 'output',
        ask: `Which activation follows the last layer? ${this.file.file} does not say.`,
        choices: outputChoices,
        guess: 'linear',
      });
    } else if (!chosen) this.notAChoice('output', answer, outputChoices);
    return chosen;
  }

  /** Where the normalisations stand that lie in doubt: one answer for all of them. */
  order(places: readonly Place[], normNames: readonly string[]): NormOrder | undefined {
    const answer = this.options.answers.get('order');
    const open = places.some((place) => place.order === undefined);
    const known = places.find((place) => place.between.length > 0 && place.order !== undefined)?.order;
    const chosen = normOrders.find((order) => order === answer?.replace(/\s/g, '')) ?? (answer && listedOrder(answer));
    if (!open) {
      if (answer !== undefined && known) this.settled.set('order', chosen === known ? answer : known);
      return known ?? 'norm,activation';
    }
    if (answer === undefined) {
      this.questions.push({
        id: 'order',
        ask: `Does ${normNames.join(', ')} stand before or after the activation?`,
        choices: normOrders,
        guess: 'norm,activation',
      });
      return undefined;
    }
    if (chosen) return chosen;
    this.notAChoice('order', answer, normOrders);
    return undefined;
  }

  /** What the user answered to a question of another reader. */
  answer(id: string): string | undefined {
    return this.options.answers.get(id);
  }

  /** Chooses one of several by name: the order of layers, the object among many. */
  choice(id: string, ask: string, choices: readonly string[], guess: string): string | undefined {
    const answer = this.options.answers.get(id);
    if (answer === undefined) {
      this.questions.push({ id, ask, choices, guess });
      return undefined;
    }
    const chosen = choices.find((choice) => choice.replace(/\s/g, '') === answer.replace(/\s/g, ''));
    if (chosen === undefined) this.notAChoice(id, answer, choices);
    return chosen;
  }

  private hiddenFrom(answer: string | undefined, count: number): readonly NamedActivation[] | undefined {
    const names = answer?.split(/,(?![^(]*\))/) ?? [];
    const chosen = names.map(activationByName).filter((found) => found !== undefined);
    if (chosen.length !== names.length || (chosen.length !== 1 && chosen.length !== count)) return undefined;
    return chosen.length === count ? chosen : new Array<NamedActivation>(count).fill(chosen[0]!);
  }

  /** Notes what the file says; an answer that means the same is kept in its own spelling. */
  private settle(
    id: string,
    answer: string | undefined,
    said: string,
    meant: readonly NamedActivation[] | undefined,
  ): void {
    this.settled.set(id, answer !== undefined && meant && joined(meant) === said ? answer : said);
  }

  private notAChoice(id: string, answer: string, choices: readonly string[]): void {
    this.problems.push(
      bareProblem(
        this.file,
        'answer-unknown',
        `${id}=${answer} is no answer to what ${this.file.file} leaves open.`,
        `Answer with one of: ${choices.join(' · ')}.`,
      ),
    );
  }
}

/** One name when all are alike, else all of them. */
function joined(activations: readonly NamedActivation[]): string {
  const names = activations.map((activation) => activation.name);
  return new Set(names).size === 1 ? names[0]! : names.join(',');
}

/** The readings that the table can feed: not more inputs than columns, and exactly as many if one reading has that. */
function fittingTable(chains: readonly Chain[], columns: number | undefined): readonly Chain[] {
  if (columns === undefined || chains.length < 2) return chains;
  const possible = chains.filter((chain) => chain.inputs <= columns);
  const exact = possible.filter((chain) => chain.inputs === columns);
  if (exact.length === 1) return exact;
  return possible.length > 0 ? possible : chains;
}
