import { maxCodeBytes, maxCodeFiles } from '../limits';
import type { Folder, Reading } from '../reading';
import { activationByName } from './activationNames';

/** How code names activations: `F.relu`, `nn.LeakyReLU(0.2)`, `np.tanh`, `activation='elu'`. */
const mentions =
  /(?:\b(?:F|nn|torch|functional|np|numpy|jnp|jax\.nn)\.([A-Za-z_]+)|activation\w*\s*=\s*["']([A-Za-z_]+)["'])/g;

/** Functions that mostly stand after the last layer: they tell nothing about the hidden ones. */
const outputFunctions = new Set(['sigmoid', 'softmax', 'logSoftmax', 'linear', 'exponential', 'sin']);

/**
 * The program or notebook that made the weights often lies beside them. Its text (never run) gives a better guess for
 * the question `hidden`; it settles nothing.
 */
export async function withCodeGuess(reading: Reading, folder: Folder): Promise<Reading> {
  if (!reading.questions.some((question) => question.id === 'hidden')) return reading;
  const found = await activationInCode(folder);
  if (!found) return reading;
  return {
    ...reading,
    questions: reading.questions.map((question) =>
      question.id === 'hidden'
        ? { ...question, ask: `${question.ask} (${found.file} beside it uses ${found.name}.)`, guess: found.name }
        : question,
    ),
  };
}

async function activationInCode(folder: Folder): Promise<{ readonly file: string; readonly name: string } | undefined> {
  const names = (await folder.list()).filter((name) => /\.(py|ipynb)$/i.test(name));
  for (const file of names.slice(0, maxCodeFiles)) {
    const bytes = await folder.read(file);
    if (!bytes || bytes.length > maxCodeBytes) continue;
    const name = commonestActivation(new TextDecoder().decode(bytes).replaceAll('\\"', '"'));
    if (name !== undefined) return { file, name };
  }
  return undefined;
}

function commonestActivation(text: string): string | undefined {
  const counts = new Map<string, number>();
  for (const [, member, quoted] of text.matchAll(mentions)) {
    const activation = activationByName(member ?? quoted ?? '');
    if (!activation || outputFunctions.has(activation.name)) continue;
    counts.set(activation.name, (counts.get(activation.name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
