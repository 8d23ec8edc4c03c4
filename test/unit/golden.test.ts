/** Every fixture is a golden test: one loop, no special cases. A new case is a new folder with a golden.json. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/files/read';
import { flatInputs } from '../../src/network/features';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../src/slopes/reference';
import {
  compareWithGolden,
  diskFolder,
  goldenCases,
  goldenOutputs,
  portVectors,
  readingOf,
  type Case,
} from './goldenCases';

describe.each(goldenCases())('$family/$name', (fixture: Case) => {
  for (const model of fixture.models) {
    it(`${model.file}: ${fixture.golden.expect}`, async () => {
      const { golden } = fixture;
      const bare = await readingOf(fixture, model, new Map());
      const refusable =
        golden.expect === 'refuse' ||
        (golden.also_ok?.includes('refuse') && !bare.network && bare.questions.length === 0);
      if (refusable) {
        expect(bare.network).toBeUndefined();
        expect(bare.problems.some((problem) => problem.severity === 'error' && problem.message.length > 10)).toBe(true);
        return;
      }
      if (golden.expect === 'ask' && !golden.also_ok?.includes('network'))
        expect(bare.questions.length).toBeGreaterThan(0);
      const asked = bare.questions.length > 0;
      const reading = asked ? await readingOf(fixture, model, fixture.answers) : bare;
      expect(reading.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
      const { network } = reading;
      if (!network) throw new Error(`No network: ${JSON.stringify(reading.questions)}`);
      const inputs = flatInputs(network);
      const order = goldenOutputs(network, fixture);
      golden.x.forEach((row, index) => {
        const values = referenceValues(network, portVectors(network, fixture, row, index));
        const outputs = referenceOutputs(network, values);
        const jacobian = referenceJacobian(network, values);
        compareWithGolden(
          fixture,
          index,
          inputs,
          Float64Array.from(order, (output) => outputs[output]!),
          order.map((output) => jacobian[output]!),
        );
      });
    });
  }
});

describe('the same weights in every format', () => {
  const crossed = goldenCases().filter(({ name }) => name.startsWith('cross'));
  const nameOf = ({ family, name }: Case): string => (family === 'keras' ? name : 'cross-7-8-4-1');

  it.each([...new Set(crossed.map(nameOf))])('%s: one network, to the last digit', async (name) => {
    const fixtures = crossed.filter((fixture) => nameOf(fixture) === name);
    const answers = new Set<string>();
    for (const fixture of fixtures) {
      for (const model of fixture.models) {
        const { network } = await readingOf(fixture, model, fixture.answers);
        if (!network) throw new Error(`${fixture.family}/${model.file} gave no network.`);
        const rows = fixture.golden.x.map((row, index) => {
          const values = referenceValues(network, portVectors(network, fixture, row, index));
          return [referenceOutputs(network, values), referenceJacobian(network, values)];
        });
        answers.add(JSON.stringify(rows));
      }
    }
    expect(fixtures.flatMap(({ models }) => models).length).toBeGreaterThan(4);
    expect(answers.size).toBe(1);
  });
});

describe('readModel', () => {
  it('names an empty file', async () => {
    const reading = await readModel(
      { name: 'a.keras', bytes: new Uint8Array() },
      { folder: diskFolder('.'), answers: new Map() },
    );
    expect(reading.problems[0]?.message).toBe('a.keras is empty (0 bytes).');
  });
});
