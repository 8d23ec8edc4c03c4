/** What a last step does: cuts off at 0, or bends smoothly towards it. */
export type RepairStep = 'relu' | 'softplus' | 'linear';

/**
 * A forward and a backward step in numpy for the last layer of a hand-written network. The derivative of the step must stand
 * in the backward pass too: clipping the forecasts alone leaves the training blind where they are cut off.
 */
export function numpySteps(step: RepairStep): string {
  const [forward, backward] = {
    relu: ['np.maximum(z, 0)', '(z > 0)'],
    softplus: ['np.logaddexp(0, z)', '1 / (1 + np.exp(-z))'],
    linear: ['z', '1'],
  }[step];
  return [
    'import numpy as np',
    '',
    'def forward_output(a, W, b):',
    '    """a: activities of the last hidden layer, one row per example"""',
    '    z = a @ W + b',
    `    y = ${forward}`,
    '    return y, z',
    '',
    'def backward_output(a, W, z, y, target):',
    '    """gradients of the mean squared error; da goes on to the hidden layers"""',
    `    dz = 2 * (y - target) / len(y) * ${backward}`,
    '    dW = a.T @ dz',
    '    db = dz.sum(axis=0)',
    '    da = dz @ W.T',
    '    return dW, db, da',
    '',
  ].join('\n');
}
