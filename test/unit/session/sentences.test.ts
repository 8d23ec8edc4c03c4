import { describe, expect, it } from 'vitest';
import type { Activation } from '../../../src/network/network';
import { networkOf, node } from '../slopes/networks';
import { csvOf, sessionOf, unheard } from './sessions';

/** y = f(a − b), with the rows given. */
async function opening(kind: Activation, rows: readonly (readonly [number, number])[], rules: readonly string[] = []) {
  const weights = Float64Array.of(1, -1);
  const session = await sessionOf(
    networkOf(
      [2],
      [
        node({ kind: 'dense', weights, bias: Float64Array.of(0) }, [0], 1),
        node({ kind: 'activation', activation: kind }, [1], 1),
      ],
    ),
    csvOf(['a', 'b'], rows),
  );
  session.setRules(rules.map((input) => ({ expect: 'never falls', input, level: 'warning' }) as const));
  const { sentence, subline } = await session.lanes({ output: 0, units: 'original' }, unheard);
  return { sentence, subline };
}

describe('the sentence that opens the Slopes page', () => {
  const rows = [
    [3, 1],
    [5, 2],
    [1, 4],
    [2, 9],
  ] as const;

  it('says where nothing moves the output, and at what it is cut off', async () => {
    expect(await opening({ kind: 'relu' }, rows)).toEqual({
      sentence: 'In 2 of 4 rows no input moves out0: the output is cut off at 0.',
      subline: '',
    });
  });

  it('tells mixed signs, one way and a straight line apart', async () => {
    expect((await opening({ kind: 'abs' }, rows)).sentence).toBe('2 of 2 inputs both raise and lower out0.');
    expect((await opening({ kind: 'tanh' }, rows)).sentence).toBe('Every input moves out0 one way only.');
    expect((await opening({ kind: 'linear' }, rows)).sentence).toBe(
      'The model is a straight line on all your rows: one slope per input.',
    );
  });

  it('tells a saturated network from a straight line', async () => {
    const far = [
      [700, 1],
      [900, 2],
      [800, 3],
    ] as const;
    expect(await opening({ kind: 'tanh' }, far)).toEqual({
      sentence: 'No input moves out0: all slopes are smaller than the rounding of a forecast.',
      subline: 'Are the numbers of the table scaled as they were in training?',
    });
  });

  it('says the rule that all inputs share, and where it holds', async () => {
    const { sentence, subline } = await opening({ kind: 'tanh' }, rows, ['a', 'b']);
    expect(sentence).toBe('1 of 2 rules fails, in 4 of 4 rows.');
    expect(subline).toBe('The rule: out0 never falls when an input rises. It holds in every row for a.');
  });
});
