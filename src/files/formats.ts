import { npyWeights, npzWeights } from './numpy/numpyWeights';
import type { Format } from './reading';
import { rSerialized } from './r/rSerialized';
import { sklearnPickle } from './sklearn/sklearnPickle';

/**
 * Every format Slopescope reads, in the order they are tried: a format that shares its container with others (zip,
 * pickle, JSON) stands before the more general one.
 */
export const formats: readonly Format[] = [npzWeights, npyWeights, sklearnPickle, rSerialized];
