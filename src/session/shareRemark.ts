import { counted } from '../findings/words';
import { nearZero } from '../slopes/effects';
import type { EffectLine } from './inputQuestion';
import type { Scene } from './scene';

/**
 * What makes shares of the forecast unreadable; undefined where nothing does. An elasticity (∂y/∂x)·(x/y) is the derivative
 * of log y by log x for positive y (Wooldridge, Introductory Econometrics, appendix A): it is undefined where y is 0, turns
 * its sign where y does, and its average is ruled by the rows beside 0.
 *
 * @param atAverage the forecast at the average row
 */
export function shareRemark(scene: Scene, atAverage: number): Pick<EffectLine, 'leftOut' | 'remark'> | undefined {
  const { zero, near, crosses, size } = nearZero(scene.slopes.forecast);
  if (zero === 0 && near === 0 && !crosses) return undefined;
  const line = scene.connection.ranges ? 'point' : 'row';
  const { name } = scene.output;
  const sentences = [
    zero > 0 ? `In ${counted(zero, line)} ${name} is 0 and a share of it undefined: left out.` : '',
    crosses ? `${name} is above 0 in some ${line}s and below in others, and shares of it turn their sign with it.` : '',
    near > 0 ? `In ${counted(near, line)} it is so near 0 that shares of it are of any size.` : '',
    Math.abs(atAverage) < size / 100 ? `It is near 0 at the average ${line} too.` : '',
    'The average says little: read the median, or changes in units of the forecast.',
  ];
  return { leftOut: zero, remark: sentences.filter(Boolean).join(' ') };
}
