import { hasError } from '../problem';
import { describeInputs } from '../session/describeModel';
import { Session } from '../session/session';
import { singleEngine } from '../slopes/engine';
import { plainKernels } from '../worker/kernelFiles';
import type { CommonArguments } from './arguments';
import { note, openModel, withFits } from './openFiles';
import { writeOut } from './output';
import { questionLines, Refusal } from './refusal';

/** `slopescope inspect MODEL`: what the file holds. Questions are part of the answer; a refused file is exit status 2. */
export async function inspect(given: CommonArguments): Promise<number> {
  const opened = await openModel(given);
  const { file, reading } = opened;
  if (hasError(reading.problems)) throw new Refusal(2, reading.problems);
  const session = new Session(file, reading, singleEngine(await plainKernels()));
  const described = session.describe();
  const model = { ...described, questions: await withFits(given, opened, described.questions) };
  if (given.json) {
    const ports = (
      list: readonly { readonly name: string; readonly size: number; readonly features?: readonly string[] }[],
    ) => list.map(({ name, size, features }) => ({ name, size, ...(features ? { features } : {}) }));
    const { format, framework, layers, parameters, questions, problems } = model;
    await writeOut(
      given,
      `${JSON.stringify({ format, framework: framework ?? null, inputs: ports(reading.network?.inputs ?? []), outputs: ports(reading.network?.outputs ?? []), layers, parameters, questions, problems })}\n`,
    );
  } else {
    const lines = [
      `${model.file}: ${[model.format, model.framework].filter(Boolean).join(', ')}`,
      ...(reading.network ? [model.structure] : []),
      ...(reading.network
        ? [
            `inputs: ${describeInputs(session)
              .map((input) => input.name)
              .join(', ')}`,
          ]
        : []),
      ...(reading.network ? [`outputs: ${model.outputs.map((output) => output.name).join(', ')}`] : []),
      ...model.layers.map(
        (layer) => `  ${layer.name}  ${layer.kind}  ${layer.size} values, ${layer.parameters} weights`,
      ),
      ...model.questions.map(questionLines),
    ];
    await writeOut(given, `${lines.join('\n')}\n`);
    note(given, model.problems);
  }
  return model.questions.length > 0 ? 3 : 0;
}
