import {
  attributesOf,
  isKind,
  itemsOf,
  numberOf,
  type PickleObject,
  type PickleValue,
} from '../../containers/pickleValues';
import type { BareArray } from '../../bareWeights/bareFile';
import { plainWeights } from '../reparametrised';
import { tensorIn, tensorNumbers } from '../tensors';

/** A `torch.nn.Module` as the pickle of a whole model keeps it: its class by name, its children, numbers and settings. */
export interface SavedModule {
  /** Where it hangs in the model: `net.0`; empty for the model itself. */
  readonly path: string;
  /** `torch.nn.modules.linear.Linear`. */
  readonly module: string;
  readonly className: string;
  readonly children: readonly SavedModule[];
  /** Parameters and buffers by name; those set to None are left out. */
  readonly arrays: ReadonlyMap<string, BareArray>;
  readonly settings: ReadonlyMap<PickleValue, PickleValue>;
}

/** Reads the tree of modules; a module that hangs in two places is read for each. Bounded in depth and number. */
export function savedModule(file: string, root: PickleObject): SavedModule {
  return read(file, root, '', { left: maxModules }, []);
}

/** More modules than any network over the columns of a table has; a tree that contains itself is stopped by it too. */
const maxModules = 2 ** 14;

function read(
  file: string,
  object: PickleObject,
  path: string,
  budget: { left: number },
  above: readonly PickleObject[],
): SavedModule {
  const settings = attributesOf(object);
  const named = (key: string): readonly (readonly [string, PickleValue])[] => {
    const held = settings.get(key);
    const entries = isKind(held, 'dict') ? [...held.entries] : [];
    return entries.flatMap(([name, value]) => (typeof name === 'string' ? [[name, value] as const] : []));
  };
  const arrays = [...named('_parameters'), ...named('_buffers')].flatMap(([name, value]): BareArray[] => {
    const tensor = tensorIn(value);
    const label = path === '' ? name : `${path}.${name}`;
    return tensor ? [{ name, shape: tensor.shape, values: tensorNumbers(tensor, file, label) }] : [];
  });
  const children = named('_modules').flatMap(([name, child]): SavedModule[] => {
    budget.left--;
    if (!isKind(child, 'object') || above.includes(child) || budget.left < 0) return [];
    return [read(file, child, path === '' ? name : `${path}.${name}`, budget, [...above, object])];
  });
  const whole = plainWeights(file, arrays);
  return {
    path,
    module: object.module,
    className: object.name,
    children,
    arrays: new Map(whole.map((array) => [array.name, array])),
    settings,
  };
}

/** Whether PyTorch itself defines the class. */
export function isTorchClass(module: SavedModule): boolean {
  return /^torch\.(nn|ao\.nn|nn\.modules)(\.|$)/.test(module.module);
}

/** The last part of the path, or the class for the model itself. */
export function moduleLabel(module: SavedModule): string {
  return module.path === '' ? module.className : module.path;
}

/** A number among the settings. */
export function numberSetting(module: SavedModule, name: string, otherwise: number): number {
  return numberOf(module.settings.get(name)) ?? otherwise;
}

/** A text among the settings. */
export function textSetting(module: SavedModule, name: string): string | undefined {
  const value = module.settings.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** A truth value among the settings. */
export function flagSetting(module: SavedModule, name: string, otherwise: boolean): boolean {
  const value = module.settings.get(name);
  return typeof value === 'boolean' ? value : otherwise;
}

/** Whole numbers among the settings: one, or a tuple of them. */
export function numbersSetting(module: SavedModule, name: string): readonly number[] | undefined {
  const value = module.settings.get(name);
  const single = numberOf(value);
  if (single !== undefined) return [single];
  const numbers = itemsOf(value)?.map((item) => numberOf(item) ?? NaN);
  return numbers?.every(Number.isFinite) ? numbers : undefined;
}
