import type { FormulaView } from '../session/formulaQuestion';
import { UsageError, type CommonArguments } from './arguments';
import { chosenInputs, chosenOutputs, openAlone, openSession } from './openFiles';
import { writeOut } from './output';

/** `slopescope formula MODEL`: the network written out; with a table in original units, simplified on its rows. */
export async function formula(given: CommonArguments): Promise<number> {
  const session = given.data === undefined ? await openAlone(given) : await openSession(given);
  const [input] = given.inputs.length > 0 ? chosenInputs(session, given.inputs) : [];
  const views: { readonly output: string; readonly view: FormulaView }[] = [];
  for (const output of chosenOutputs(session, given.outputs)) {
    const view = await session.formula({ output, units: given.units, ...(input === undefined ? {} : { input }) });
    views.push({ output: session.describe().outputs[output]!.name, view });
  }
  if (given.json)
    await writeOut(given, `${JSON.stringify({ formulas: views.map(({ output, view }) => ({ output, ...view })) })}\n`);
  else await writeOut(given, `${views.map(({ view }) => told(view, given.language)).join('\n')}\n`);
  return 0;
}

function told(view: FormulaView, language: string | undefined): string {
  if (language === undefined)
    return [
      view.sentence,
      ...view.lines,
      ...(view.slope ? ['', view.slope.heading, ...view.slope.lines] : []),
      ...view.notes,
    ].join('\n');
  const found = Object.entries(view.code).find(([name]) => name.toLowerCase() === language.toLowerCase());
  if (!found)
    throw new UsageError(
      `This formula cannot be written as ${language}; there are ${Object.keys(view.code).join(', ')}.`,
    );
  return found[1];
}
