import type { LayerDefinition } from '../architecture';
import type { LayerCall } from '../layerCall';
import { unsupported } from '../layerCall';

/** What a StringLookup or IntegerLookup looks up. Places are numbers of the output's elements, or the integer given out. */
export interface Lookup<Token> {
  readonly tokens: readonly Token[];
  /** Place of the first token. */
  readonly start: number;
  /** Place of everything that is not in the vocabulary; undefined when there is none. */
  readonly unknown?: number;
  /** The token that stands for "nothing": place 0 as an integer, all zeros as a vector. */
  readonly mask?: Token;
  /** Length of the output vector. */
  readonly depth: number;
  readonly mode: 'int' | 'one_hot' | 'multi_hot' | 'count';
}

/**
 * The vocabulary of a look-up layer, from its configuration or from the text file Keras puts beside the weights after
 * `adapt`. The order is [mask (integer mode only), unknown, tokens…].
 */
function readLookup<Token extends string | number>(
  call: Pick<LayerCall, 'layer' | 'asset'>,
  read: (token: unknown) => Token | undefined,
): Lookup<Token> {
  const { config } = call.layer;
  const mode = outputMode(call);
  const oov = config.number('num_oov_indices', 1);
  if (oov > 1)
    return unsupported(call, `spreads unknown entries over ${oov} places by a hash, which Slopescope does not compute`);
  if (config.flag('invert', false)) return unsupported(call, 'turns numbers back into words');
  const mask = read(config.at('mask_token'));
  const maskPlaces = mask !== undefined && mode === 'int' ? 1 : 0;
  const special = maskPlaces + oov;
  const listed = vocabulary(call).map((token) => read(token) ?? unsupported(call, 'has a vocabulary of a mixed kind'));
  const tokens = withoutSpecial(
    listed,
    maskPlaces === 1 ? mask : undefined,
    oov === 1 ? read(config.at('oov_token')) : undefined,
  );
  const most = config.flag('pad_to_max_tokens', false) ? config.optionalNumber('max_tokens') : undefined;
  return {
    tokens,
    start: special,
    depth: most ?? special + tokens.length,
    mode,
    ...(oov === 1 ? { unknown: maskPlaces } : {}),
    ...(mask === undefined ? {} : { mask }),
  };
}

function outputMode({ layer }: Pick<LayerCall, 'layer'>): Lookup<unknown>['mode'] {
  const mode = layer.config.text('output_mode', 'int');
  if (mode === 'int' || mode === 'one_hot' || mode === 'multi_hot' || mode === 'count') return mode;
  if (mode === 'binary') return 'multi_hot';
  return unsupported({ layer }, `has the output mode ${mode}, which Slopescope does not read`);
}

function vocabulary(call: Pick<LayerCall, 'layer' | 'asset'>): readonly unknown[] {
  const given = call.layer.config.at('vocabulary');
  if (Array.isArray(given)) return given;
  const text = call.asset('vocabulary.txt');
  if (text !== undefined) return text.replace(/\n+$/, '').split(/\r?\n/);
  return unsupported(
    call,
    'has a vocabulary that is not in the file',
    'Give the vocabulary when making the layer (vocabulary=[…]), or save as .keras with Keras 3.',
  );
}

/** A stored vocabulary may begin with the mask and the unknown token. */
function withoutSpecial<Token>(tokens: readonly Token[], mask: Token | undefined, unknown: Token | undefined): Token[] {
  const special = [mask, unknown].filter((token) => token !== undefined);
  return special.every((token, i) => tokens[i] === token) ? tokens.slice(special.length) : [...tokens];
}

/** The vocabulary of a StringLookup. */
export function readTextLookup(call: {
  readonly layer: LayerDefinition;
  readonly asset: LayerCall['asset'];
}): Lookup<string> {
  return readLookup(call, (token) => (typeof token === 'string' ? token : undefined));
}

/** The vocabulary of an IntegerLookup. */
export function readNumberLookup(call: LayerCall): Lookup<number> {
  return readLookup(call, (token) => {
    const number = typeof token === 'string' && token.trim() !== '' ? Number(token) : token;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  });
}
