/** Every fixture through the built command line: numbers as golden, questions with status 3, refusals with status 2. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { goldenCases, goldenCsv, type Case } from '../unit/goldenCases';
import { slopescope } from './run';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Slopes {
  readonly outputs: readonly string[];
  readonly y: readonly (readonly number[])[];
  readonly jacobian: readonly (readonly (readonly (number | null)[])[])[];
}

describe.each(goldenCases().map((fixture) => [`${fixture.family}/${fixture.name}`, fixture] as const))(
  '%s',
  (_title, fixture) => {
    for (const model of fixture.models) {
      it.concurrent(`${model.file}: ${fixture.golden.expect}`, async () => {
        const place = path.join(fixture.folder, model.file);
        const weights = model.weights ? ['--weights', path.join(fixture.folder, model.weights)] : [];
        const table = path.join(
          folder,
          `${fixture.family}-${fixture.name}-${model.file}`.replace(/[^\w.-]/g, '_') + '.csv',
        );
        if (fixture.golden.expect !== 'refuse') writeFileSync(table, goldenCsv(fixture));
        const slopes = (...more: readonly string[]) =>
          slopescope(
            'slopes',
            place,
            '--data',
            table,
            '--json',
            '--scaler',
            'none',
            '--by-position',
            ...weights,
            ...more,
          );
        const bare =
          fixture.golden.expect === 'refuse'
            ? await slopescope('inspect', place, '--json', ...weights)
            : await slopes();
        if (fixture.golden.expect === 'refuse' || (bare.status === 2 && fixture.golden.also_ok?.includes('refuse'))) {
          expect(bare.status).toBe(2);
          expect(bare.stderr.length).toBeGreaterThan(20);
          expect(bare.stderr).not.toMatch(/unexpected fault|\bat .*\.js:\d+/);
          return;
        }
        const asked = bare.status === 3;
        if (fixture.golden.expect === 'ask' && !fixture.golden.also_ok?.includes('network'))
          expect(bare.status).toBe(3);
        const answers = [...fixture.answers].flatMap(([id, value]) => ['--answer', `${id}=${value}`]);
        const outcome = asked ? await slopes(...answers) : bare;
        expect(outcome.stderr).not.toMatch(/unexpected fault/);
        expect(outcome.status, outcome.stderr).toBe(0);
        compare(fixture, JSON.parse(outcome.stdout) as Slopes);
      });
    }
  },
);

/** The places of our outputs in the order of the golden ones: a signature's outputs are a map, so they are told by name. */
function outputOrder({ output_keys: keys }: Case['golden'], outputs: readonly string[]): number[] {
  const places = outputs.map((_, place) => place);
  const key = (place: number): number => keys?.indexOf(outputs[place]!.replace(/\[\d+\]$/, '')) ?? 0;
  return keys ? places.sort((a, b) => key(a) - key(b) || a - b) : places;
}

function compare({ golden }: Case, { outputs, y, jacobian }: Slopes): void {
  const place = outputOrder(golden, outputs);
  const order = golden.graph_inputs
    ? golden.graph_inputs.flatMap((input) => input.columns)
    : golden.inputs.map((_, column) => column);
  expect(y.length).toBe(golden.y.length);
  golden.y.forEach((row, index) =>
    row.forEach((value, output) => near(y[index]![place[output]!]!, value, `y[${index}][${output}]`)),
  );
  golden.jacobian.forEach((row, index) =>
    row.forEach((slopes, output) =>
      order.forEach((column, input) => {
        const given = jacobian[index]![place[output]!]![input];
        const expected = slopes[column];
        if (expected === null || expected === undefined) expect(given).toBeNull();
        else near(given ?? NaN, expected, `jacobian[${index}][${output}][${column}]`);
      }),
    ),
  );
}

function near(actual: number, expected: number, what: string): void {
  if (!(Math.abs(actual - expected) <= 2e-6 * Math.max(1, Math.abs(expected))))
    expect.fail(`${what}: ${actual} instead of ${expected}`);
}
