import type { Call } from '../../ask';
import type { ReportedOutput, ReportTab, StoredAnswer } from '../../storedAnswers';
import type { View } from '../service';
import type { Session } from '../session';

type TabAnswers = (session: Session, view: View, stored: ReportedOutput, call: Call) => Promise<StoredAnswer[]>;

/** What each tab of a report asks of one output under one view, with the answers. */
export const tabAnswers: Readonly<Record<ReportTab, TabAnswers>> = {
  input: async (session, view, { inputs }, call) => {
    const requests = inputs.flatMap((input) =>
      (['average', 'accumulated'] as const).map((curve) => ({ ...view, input, curve })),
    );
    return answered('input', requests, (request) => session.input(request, call));
  },
  pairs: async (session, view, _stored, call) => {
    const pairs = await session.pairs(view, call);
    const requests = pairs.strongest.flatMap((place) => {
      const { first, second } = pairs.pairs[place]!;
      return (['slope', 'forecast'] as const).map((show) => ({
        ...view,
        first: pairs.inputs[second]!.input,
        second: pairs.inputs[first]!.input,
        show,
        others: 'average' as const,
      }));
    });
    return [
      { name: 'pairs', request: view, answer: pairs },
      ...(await answered('surface', requests, (request) => session.surface(request, call))),
    ];
  },
  whatIf: (session, { output }, { row }, call) => {
    const request = { output, row, changes: [], from: 'average', curves: true } as const;
    return answered('whatIf', [request], () => session.whatIf(request, call));
  },
  network: (session, { output }, { inputs, row }) => {
    const chosen = [{ output, row }, ...differentiated(session, inputs).map((input) => ({ output, row, input }))];
    return answered('networkPicture', chosen, (request) => session.networkPicture(request));
  },
  formula: (session, { output, units }, { inputs }) => {
    const plain = { output, units, digits: 3 };
    const requests = [plain, ...differentiated(session, inputs).map((input) => ({ ...plain, input }))];
    // Code is there to be copied, which a report cannot do.
    return answered('formula', requests, async (request) => ({ ...(await session.formula(request)), code: {} }));
  },
  range: (session, view, _stored, call) => answered('range', [view], (request) => session.range(request, call)),
};

async function answered<Request>(
  name: string,
  requests: readonly Request[],
  ask: (request: Request) => unknown,
): Promise<StoredAnswer[]> {
  const answers: StoredAnswer[] = [];
  for (const request of requests) answers.push({ name, request, answer: await ask(request) });
  return answers;
}

/** The inputs that have a slope. */
function differentiated(session: Session, inputs: readonly number[]): readonly number[] {
  return inputs.filter((input) => !session.switched[input]);
}
