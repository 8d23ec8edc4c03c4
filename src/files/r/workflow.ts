import type { RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { classesOf, field } from './fields';
import type { RContext, RModel } from './model';
import { behindRecipe } from './recipe';

/**
 * Reads a fitted object of class `workflow` (tidymodels): the network of the package that fitted it, behind the recipe
 * the workflow applies to new rows. A formula or plain variables in its place only choose columns.
 */
export function readWorkflow(
  object: RValue,
  context: RContext,
  readModel: (object: RValue, context: RContext) => RModel | undefined,
): RModel {
  const engine = field(field(field(object, 'fit'), 'fit'), 'fit');
  if (!engine)
    return refuse(context.file, {
      code: 'r-workflow',
      message: `${context.file} holds a tidymodels workflow that is not fitted.`,
      remedy: 'Save what fit(workflow, data) or last_fit()$.workflow[[1]] gives.',
    });
  const model = readModel(engine, context);
  if (!model)
    return refuse(context.file, {
      code: 'r-workflow',
      message: `${context.file} holds a tidymodels workflow around an object of class ${classesOf(engine)[0] ?? 'none'}, not a network that can be read.`,
      remedy: 'Fit it with mlp() |> set_engine("nnet"), which can be read with its recipe.',
    });
  const recipe = field(field(field(field(object, 'pre'), 'mold'), 'blueprint'), 'recipe');
  if (!recipe) return model;
  return (
    behindRecipe(model, recipe, context) ??
    refuse(context.file, {
      code: 'r-workflow',
      message: `The recipe of the workflow in ${context.file} does not give the columns ${model.features.join(', ')} of its network.`,
      remedy: 'Fit the workflow again and save it.',
    })
  );
}
