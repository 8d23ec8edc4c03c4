import { ShapeError } from '../network/builder';
import type { Activation, Network } from '../network/network';
import { hasError, ProblemError, type Problem } from '../problem';
import { formats } from './formats';
import type { NamedBytes, Reading, ReadOptions } from './reading';
import { unknownFormat } from './unknownFormat';

/**
 * Reads a saved model of any format. It never throws for a bad file: everything wrong is a problem with the file's
 * name. Answers to questions the file does not ask are accepted when they agree with it and refused when they do not.
 */
export async function readModel(file: NamedBytes, options: ReadOptions): Promise<Reading> {
  const early = unusable(file);
  if (early) return refused(early);
  const format = formats.find((candidate) => candidate.matches(file));
  if (!format) return refused(unknownFormat(file));
  const answers = new RecordedAnswers(options.answers);
  try {
    const reading = await format.read(file, { ...options, answers });
    const conflicts = disagreements(file, reading, answers);
    const problems = [...reading.problems, ...conflicts];
    if (!hasError(problems)) return { ...reading, problems };
    return { questions: [], settled: reading.settled, problems };
  } catch (error) {
    return refused(asProblem(file, format.name, error));
  }
}

/** The user's answers, remembering which of them the reader looked at. */
class RecordedAnswers extends Map<string, string> {
  readonly consulted = new Set<string>();

  override get(id: string): string | undefined {
    this.consulted.add(id);
    return super.get(id);
  }

  override has(id: string): boolean {
    this.consulted.add(id);
    return super.has(id);
  }
}

/** What any exception of a reader means for the user. */
function asProblem(file: NamedBytes, format: string, error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof ShapeError) {
    return {
      code: 'shapes-differ',
      message: `${file.name} contradicts itself: ${error.message}.`,
      file: file.name,
      remedy: 'Save the model again with the tool that made it.',
      severity: 'error',
    };
  }
  // A reader met content that breaks its own format's rules in a way nobody foresaw: for the user it is a damaged file.
  const detail = error instanceof Error ? error.message : String(error);
  return {
    code: 'file-damaged',
    message: `${file.name} looks like ${format}, but its content breaks the rules of that format (${detail}).`,
    file: file.name,
    remedy: 'Check that the download or copy was complete, or save the model again.',
    severity: 'error',
  };
}

function unusable(file: NamedBytes): Problem | undefined {
  const problem = (code: string, message: string, remedy: string): Problem => ({
    code,
    message,
    file: file.name,
    remedy,
    severity: 'error',
  });
  if (file.bytes.length === 0)
    return problem('file-empty', `${file.name} is empty (0 bytes).`, 'Save the model again or copy the whole file.');
  const head = new TextDecoder('latin1').decode(file.bytes.subarray(0, 200)).trimStart();
  if (head.startsWith('version https://git-lfs')) {
    return problem(
      'file-lfs-pointer',
      `${file.name} is a Git LFS pointer, not the model itself.`,
      'Run `git lfs pull` in its repository.',
    );
  }
  if (/^<(!doctype|html|\?xml)/i.test(head)) {
    return problem(
      'file-html',
      `${file.name} is a web page, not a model.`,
      'Download the file itself, not the page that shows it.',
    );
  }
  return undefined;
}

function refused(problem: Problem): Reading {
  return { questions: [], settled: new Map(), problems: [problem] };
}

/** Answers that contradict what the file says, or that belong to no question of this file. */
function disagreements(file: NamedBytes, reading: Reading, answers: RecordedAnswers): Problem[] {
  // While one question is open (which of several networks?), nobody can know what else the file will leave open.
  const open = reading.questions.length > 0 && !reading.network;
  return [...answers.entries()].flatMap(([id, value]): Problem[] => {
    const known = reading.settled.get(id);
    if (known === undefined && open) return [];
    if (known === undefined && answers.consulted.has(id)) return [];
    const said = known ?? (reading.network ? activationsSay(reading.network, id) : undefined);
    if (said === value) return [];
    const message =
      said === undefined
        ? `${file.name} does not leave "${id}" open, so the answer ${id}=${value} has no place.`
        : `The answer ${id}=${value} contradicts ${file.name}, which says ${id}=${said}.`;
    return [
      {
        code: 'answer-contradicts',
        message,
        file: file.name,
        remedy: `Leave out --answer ${id}=….`,
        severity: 'error',
      },
    ];
  });
}

/** What the network's own activations say about the questions `hidden` and `output`, if all hidden ones are alike. */
function activationsSay(network: Network, id: string): string | undefined {
  const kinds = network.nodes.flatMap((node) => (node.op.kind === 'activation' ? [node.op.activation.kind] : []));
  const last = network.nodes.at(-1);
  const output: Activation['kind'] = last?.op.kind === 'activation' ? last.op.activation.kind : 'linear';
  if (id === 'output') return last?.op.kind === 'softmax' ? 'softmax' : output;
  if (id !== 'hidden') return undefined;
  const hidden = new Set(output === 'linear' ? kinds : kinds.slice(0, -1));
  return hidden.size === 1 ? [...hidden][0] : hidden.size === 0 ? 'linear' : undefined;
}
