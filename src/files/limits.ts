/**
 * How much a file may ask for. Every limit stands here once, with its reason; sizes a file declares are checked against
 * its bytes besides.
 */

/** Values and instructions one pickle may hold: a model has thousands, a table of texts a few million. */
export const maxPickleOperations = 2 ** 24;

/** Depth of pickles within pickles (object arrays of joblib) and of lists within lists that a reader follows. */
export const maxPickleDepth = 100;

/** Digits of one whole number in a pickle: reading a number of n digits takes n² steps. */
export const maxPickleDigits = 4096;

/** Entries of one zip archive: a model has a dozen, a PyTorch checkpoint one per tensor. */
export const maxZipEntries = 2 ** 17;

/** Deflate cannot shrink anything further than to 1/1032 (zlib's technical notes): a larger claim is a lie. */
export const maxInflation = 1032;

/** Bytes of a JSON text (architecture, metadata): the largest real configs are a few megabytes. */
export const maxJsonBytes = 2 ** 26;

/** Bytes of one weights file or data set that is inflated or assembled in memory. */
export const maxWeightBytes = 2 ** 30;

/** Links, nodes and blocks one HDF5 file may make a reader walk through in one look-up. */
export const maxHdf5Nodes = 2 ** 17;

/** Depth of models within models, of layers within layers, and of lists within lists in a configuration. */
export const maxNesting = 32;

/** Layers of one model, nested ones counted in: the deepest published networks have a few thousand. */
export const maxLayers = 2 ** 14;
