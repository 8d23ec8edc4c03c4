import type { NetworkBuilder, Tensor } from '../../network/builder';
import { rNull, type RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { classesOf, entriesOf, field, isTrue, namedValue, textsOf } from './fields';
import type { RFormula } from './formula';
import type { RContext, RModel } from './model';
import { applyStep, type RecipeColumns } from './recipeSteps';
import { findScalings, targetScaled } from './scaler';

/**
 * A model behind the steps of a trained recipe (package recipes), from the columns the recipe was made for to the
 * network's features, and back from a target it scaled. A recipe that only scales becomes a scaling, so that both units
 * can be shown. Undefined when the recipe gives other columns than the network takes, so that it belongs to another
 * model; steps that are not known are refused.
 */
export function behindRecipe(model: RModel, recipe: RValue, context: RContext): RModel | undefined {
  const roles = originalRoles(recipe);
  const predictors = roles.filter(({ role }) => role === 'predictor').map(({ name }) => name);
  const outcomes = roles.filter(({ role }) => role === 'outcome').map(({ name }) => name);
  const made = textsOf(field(field(recipe, 'term_info'), 'variable')) ?? [];
  if (predictors.length === 0 || !model.features.every((feature) => made.includes(feature))) return undefined;
  const steps = entriesOf(field(recipe, 'steps') ?? rNull).map((entry) => entry.value);
  const untrained = steps.find((step) => !isTrue(field(step, 'trained')));
  if (untrained)
    return refuse(context.file, {
      code: 'r-recipe-untrained',
      message: `The recipe in ${context.file} was not trained: its ${classesOf(untrained)[0] ?? 'step'} knows no numbers.`,
      remedy: 'Save prep(recipe), or the fitted workflow.',
    });
  const named = namedOutput(model, outcomes);
  const scaled = findScalings([{ name: 'recipe', value: recipe }], model.features, named.outputs, context.file);
  if (scaled.scalings)
    return { ...named, scalings: scaled.scalings, problems: [...model.problems, ...scaled.problems] };
  const applied = steps.filter((step) => !isTrue(field(step, 'skip')));
  const columns = predictors.filter((name) => isUsed(name, applied, model.features));
  const formula: RFormula = {
    columns,
    always: true,
    lower: (builder) => {
      const state = startingColumns(builder.at('recipe'), recipe, columns);
      for (const step of applied) applyStep(state, step, outcomes, context);
      const parts = model.features.map((name) => state.numbers.get(name) ?? refuseMissing(name, context));
      return builder.concat(parts, 0);
    },
  };
  const target = targetScaling(applied, outcomes, model.outputs);
  return target ? inOriginalUnits({ ...named, formula }, target, context) : { ...named, formula };
}

/** tidymodels and caret train on a target under a name of their own. */
function namedOutput(model: RModel, outcomes: readonly string[]): RModel {
  const own =
    model.outputs.length === 1 && outcomes.length === 1 && /^(\.\.y|\.outcome|output)$/.test(model.outputs[0]!);
  return own ? { ...model, outputs: outcomes } : model;
}

/** A model whose outputs are those before the recipe scaled them. */
function inOriginalUnits(model: RModel, { centre, spread }: Line, { file }: RContext): RModel {
  const { lower } = model;
  if (!lower) return model;
  return {
    ...model,
    lower: (builder, x) => builder.scale(lower(builder, x), Float64Array.of(spread), Float64Array.of(centre)),
    problems: [...model.problems, targetScaled(file, 'the recipe', model.outputs)],
  };
}

interface Role {
  readonly name: string;
  readonly role: string;
}

function originalRoles(recipe: RValue): readonly Role[] {
  const info = field(recipe, 'var_info');
  const names = textsOf(field(info, 'variable')) ?? [];
  const roles = textsOf(field(info, 'role')) ?? [];
  return names.map((name, i) => ({ name, role: roles[i] ?? '' }));
}

/** Predictors that a step removes and no other step takes are no inputs of the network. */
function isUsed(name: string, steps: readonly RValue[], features: readonly string[]): boolean {
  if (features.includes(name)) return true;
  const last = steps.find((step) => textsOf(field(step, 'removals'))?.includes(name));
  return last === undefined;
}

function startingColumns(builder: NetworkBuilder, recipe: RValue, columns: readonly string[]): RecipeColumns {
  const numbers = new Map<string, Tensor>();
  const texts = new Map<string, Tensor>();
  const levels = new Map<string, readonly string[]>();
  for (const name of columns) {
    const known = textsOf(field(field(field(recipe, 'orig_lvls'), name), 'values'));
    if (known) {
      levels.set(name, known);
      texts.set(name, builder.textInput(name, known));
    } else numbers.set(name, builder.input(name, [1], [name]));
  }
  return { builder, numbers, texts, levels };
}

/** original = model · spread + centre. */
interface Line {
  readonly centre: number;
  readonly spread: number;
}

/** Centre and spread that steps gave the only target. */
function targetScaling(
  steps: readonly RValue[],
  outcomes: readonly string[],
  outputs: readonly string[],
): Line | undefined {
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length > 1 || outputs.length > 1) return undefined;
  let line: Line | undefined;
  for (const step of steps) {
    const mean = namedValue(field(step, 'means'), outcome);
    const deviation = namedValue(field(step, 'sds'), outcome);
    if (mean === undefined && deviation === undefined) continue;
    const { centre, spread } = line ?? { centre: 0, spread: 1 };
    line = { centre: centre + (mean ?? 0) * spread, spread: spread * (deviation ?? 1) };
  }
  return line;
}

function refuseMissing(feature: string, context: RContext): never {
  return refuse(context.file, {
    code: 'r-recipe-column',
    message: `The recipe in ${context.file} does not say how ${feature} comes about.`,
    remedy: 'Save the network with the recipe it was trained on.',
  });
}
