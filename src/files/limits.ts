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

/**
 * Bytes that one compressed byte may stand for in something large: weights of training shrink to a half, tables of short
 * numbers and words to a fiftieth.
 */
const maxExpansion = 64;

/**
 * Bytes that a compressed model may hold however well they are compressed: what was never trained and columns of one
 * value shrink to nothing, but 8 Mi numbers of them are more than a network on a table has.
 */
export const maxFreelyUnpackedBytes = 2 ** 26;

/** Bytes that `packed` compressed bytes may unpack to, at most `limit`; up to `free` whatever their number is. */
export function honestSize(packed: number, limit: number, free: number): number {
  return Math.min(limit, Math.max(free, packed * maxExpansion));
}

/** Bytes of a JSON text (architecture, metadata): the largest real configs are a few megabytes. */
export const maxJsonBytes = 2 ** 26;

/** Depth of lists and objects within each other in a JSON text: 32 models within models take some 200 levels. */
export const maxJsonDepth = 500;

/** Bytes of one weights file or data set that is inflated or assembled in memory. */
export const maxWeightBytes = 2 ** 30;

/** Links, nodes and blocks one HDF5 file may make a reader walk through in one look-up. */
export const maxHdf5Nodes = 2 ** 17;

/** Depth of models within models, of layers within layers, and of lists within lists in a configuration. */
export const maxNesting = 32;

/** Layers of one model, nested ones counted in: the deepest published networks have a few thousand. */
export const maxLayers = 2 ** 14;

/** Bytes of one record of a CSV file: a longer one is an opened quote that nobody closed, not a row. */
export const maxCsvRecordBytes = 2 ** 24;

/** Bytes a compressed CSV file may unpack to, however well: a million rows of twenty numbers. More opens when unpacked before. */
export const maxCsvUnpackedBytes = 2 ** 28;

/** Columns of a CSV file: a table of a million columns is a file with another delimiter than Slopescope thinks. */
export const maxCsvColumns = 100_000;

/** Cells that short rows of a CSV file may leave out, beyond two per byte: few bytes must not ask for much memory. */
export const maxCsvFilledCells = 1_000_000;

/** Axes of a stored array: numpy itself allows no more. */
export const maxArrayAxes = 64;

/** Bytes of one pickle once unpacked, and so the most its arrays can hold: 32 Mi weights of eight bytes. */
export const maxPickleBytes = 2 ** 28;

/** Bytes of an R file once unpacked: a network with its training data has a few megabytes, a whole workspace hundreds. */
export const maxRBytes = 2 ** 28;

/** Objects an R file may hold, counting lists, names and calls but not the elements of vectors: caret writes some ten thousand. */
export const maxRValues = 2 ** 20;

/** Depth of objects within objects in an R file: a formula of 5,000 terms nests 10,000 levels deep. */
export const maxRDepth = 50_000;

/** Elements of all sequences that an R file gives only by their ends (row names 1:n), so few bytes must not ask for much memory. */
export const maxRExpanded = 2 ** 24;

/** Steps that the search for a network, a formula or an activation function takes through the objects of an R file. */
export const maxRSteps = 10_000;

/** Messages within messages of a protobuf file: the limit of protobuf's own libraries. */
export const maxProtobufDepth = 100;

/** Fields of one protobuf file: each takes 24 bytes while it is listed, and the largest real graphs have a few hundred thousand. */
export const maxProtobufFields = 2 ** 22;

/** Nodes of an ONNX graph with its own functions written out: functions that call functions must not grow without end. */
export const maxOnnxNodes = 2 ** 16;

/** Numbers that the values of an ONNX graph may hold together for one row, stored weights aside: 256 MB. */
export const maxOnnxNumbers = 2 ** 25;

/** Numbers of one tensor stored in a file: 512 MB once they are float64. */
export const maxTensorNumbers = 2 ** 26;

/** Numbers a PyTorch tensor may have beyond those its storage holds (strides of 0 repeat them). */
export const maxSpreadElements = 2 ** 16;

/** Numbers of all tensors of a PyTorch file together, per byte of the file: each is stored in at least one byte. */
export const maxNumbersPerByte = 4;

/** Steps that reading the text of a TorchScript model may take: its graph is written out, a large one has 100,000. */
export const maxScriptSteps = 2 ** 21;

/** Bytes of a scaler file: two numbers and a name per column are kilobytes, also for thousands of columns. */
export const maxScalerBytes = 2 ** 24;

/** Values of a pickle that are looked at for the numbers of a scaler: a few per column. */
export const maxScalerParts = 2 ** 17;

/** Files of the model's folder that are looked into for a scaler. */
export const maxScalerFiles = 64;

/** Depth of expressions within expressions in the text of a TorchScript model. */
export const maxScriptNesting = 200;

/** Depth of calls within calls while a TorchScript model is followed: modules nest a few dozen deep. */
export const maxScriptCalls = 200;

/** Characters that all keys of a sorted table may have together, per byte of the file: each 16th key is written out in full. */
export const maxTableKeyRatio = 64;

/** Numbers of a constant in a TensorFlow graph that stores fewer values than it has elements, the last one repeated. */
export const maxRepeatedNumbers = 2 ** 22;

/** Nodes of a TensorFlow graph with its functions written out: functions that call functions must not grow without end. */
export const maxTensorflowNodes = 2 ** 16;

/** Numbers that the values of a TensorFlow graph may hold together for one row, stored weights aside: 256 MB. */
export const maxTensorflowNumbers = 2 ** 25;

/** Numbers of one row's tensor inside a network: networks on tables have thousands. */
export const maxTensorElements = 2 ** 20;

/** Numbers of a matrix that a reader makes from settings alone (no weights in the file): 2^25 are 256 MB. */
export const maxMatrixElements = 2 ** 25;

/** Numbers of a PyTorch convolution written out as one linear map (32 MB): its input is the columns of a table. */
export const maxConvolutionNumbers = 2 ** 22;

/** Programs beside a file of weights that are looked at for the name of an activation. */
export const maxCodeFiles = 20;

/** Bytes of such a program; a longer one is mostly the outputs of a notebook. */
export const maxCodeBytes = 2 ** 20;

/** Files of one array each that are read as one network: two for each layer. */
export const maxArrayFiles = 64;
