import { rNull, type RValue } from '../containers/rValues';
import { refuse } from '../refuse';
import { entriesOf, field, textsOf, withoutBackquotes } from './fields';
import { formulaOf, responseName } from './formula';
import type { RContext, RModel } from './model';
import { readNnet } from './nnet';
import { readPreProcess } from './preProcess';

/** Reads an object of class `avNNet` (package caret): the average of several networks of nnet over the same inputs. */
export function readAverage(object: RValue, context: RContext): RModel {
  const members = entriesOf(field(object, 'model') ?? rNull).map(({ value }) => readNnet(value, context));
  const [first] = members;
  const lowers = members.flatMap((member) => member.lower ?? []);
  const alike = members.every(
    (member) => member.features.length === first?.features.length && member.outputs.length === first.outputs.length,
  );
  if (!first || !alike || lowers.length !== members.length) return broken(context);
  return {
    ...first,
    ...named(object, first, context),
    package: 'caret (avNNet)',
    layers: members.flatMap((member, i) =>
      member.layers.map((layer) => ({ ...layer, name: `network ${i + 1}, ${layer.name}` })),
    ),
    lower: (builder, features) => {
      const sum = lowers.map((lower) => lower(builder, features)).reduce((a, b) => builder.combine('add', a, b));
      const share = builder.constant(Float64Array.of(lowers.length), [1]);
      return builder.combine('divide', sum, share);
    },
  };
}

/** Reads an object of class `pcaNNet` (package caret): a network of nnet on principal components. */
export function readComponents(object: RValue, context: RContext): RModel {
  const model = field(object, 'model');
  const components = field(object, 'pc');
  if (!model || !components) return broken(context);
  const inner = readNnet(model, context);
  const { prepare, problems } = readPreProcess(components, inner.features, context);
  if (!prepare) return broken(context);
  return {
    ...inner,
    ...named(object, { ...inner, features: prepare.columns }, context),
    features: inner.features,
    prepare,
    package: 'caret (pcaNNet)',
    problems: [...inner.problems, ...problems],
  };
}

/** The names the object itself keeps, for its networks only know matrices. */
function named(
  object: RValue,
  model: RModel,
  context: RContext,
): Pick<RModel, 'features' | 'outputs' | 'formula' | 'problems'> {
  const names = textsOf(field(object, 'names'))?.map(withoutBackquotes);
  const features = names?.length === model.features.length ? names : model.features;
  const formula = formulaOf(object, features);
  const response = responseName(object);
  const outputs = model.outputs.length === 1 && response !== undefined ? [response] : model.outputs;
  // Members of an ensemble warn of the same thing.
  const problems = model.problems.map((problem) => ({ ...problem, file: context.file }));
  return { features, outputs, problems, ...(formula ? { formula } : {}) };
}

function broken(context: RContext): never {
  return refuse(context.file, {
    code: 'r-weights-broken',
    message: `The networks of the caret object in ${context.file} do not fit each other.`,
    remedy: 'Save the object again as caret gave it.',
  });
}
