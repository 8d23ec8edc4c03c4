/**
 * Changed fixture files through every reader. Every change is repeatable: `FUZZ=1 FUZZ_FIRST=n npx vitest run
 * test/unit/files/fuzz.test.ts` reads change n alone; `FUZZ=20000` is the long run, which prints its figures.
 */
import { expect, it } from 'vitest';
import { fuzz } from './fuzz/run';

const mutations = Number(process.env.FUZZ ?? 1500);
const first = Number(process.env.FUZZ_FIRST ?? 0);

it(
  `reads or refuses ${mutations} damaged files by name, quickly and within memory`,
  async () => {
    const report = await fuzz(mutations, first);
    if (process.env.FUZZ)
      console.log(JSON.stringify({ ...report, problems: Object.fromEntries(report.problems) }, null, 2));
    expect(report.faults).toEqual([]);
    expect(report.megabytes).toBeLessThan(512);
    expect(report.results.accepted + report.results.refused).toBe(mutations);
  },
  60_000 + mutations * 100,
);
