import type { RValue } from '../containers/rValues';
import { classesOf } from './fields';

/** Classes people often save, in words. */
const knownClasses: readonly (readonly [RegExp, string])[] = [
  [/^data\.frame$|^tbl_df$|^data\.table$/, 'a data frame'],
  [/^gam$/, 'an additive model'],
  [/^glm$/, 'a generalised linear model'],
  [/^(lm|mlm)$/, 'a linear model'],
  [/^(randomForest|ranger)/, 'a random forest'],
  [/^(rpart|tree|party|BinaryTree)$/, 'a decision tree'],
  [/^(gbm|xgb\.Booster|lgb\.Booster)/, 'boosted trees'],
  [/^(svm|ksvm)$/, 'a support vector machine'],
  [/^(glmnet|cv\.glmnet)$/, 'a penalised linear model'],
  [/^(preProcess|recipe)$/, 'a preparation of data'],
  [/^brulee_/, 'a network of the package brulee, whose weights lie in it as raw bytes of torch'],
  [/^(elmNN|elm|elmNNRcpp)$/, 'an extreme learning machine'],
  [/^brnn$/, 'a network of the package brnn'],
  [/^ANN$/, 'a network of the package ANN2, which lives outside of R'],
  [/^ann$/, 'a network of the package validann'],
  [/^(mlp|rsnns)$/, 'a network of the package RSNNS, in a form of its own'],
];

/** Objects of these packages hold only the address of a model in the memory of a session that has ended. */
const handleClass = /^H2O|keras|tensorflow|^python\.|^torch|^nn_|^luz_|^spark_/i;

/** A model or table of another kind in words, with its class; undefined for classes that are not known. */
export function modelWords(value: RValue): string | undefined {
  const classes = classesOf(value);
  for (const [pattern, words] of knownClasses) {
    const name = classes.find((candidate) => pattern.test(candidate));
    if (name !== undefined) return name === 'data.frame' ? words : `${words} (class ${name})`;
  }
  return undefined;
}

/** Whether an object only points to a model that lives elsewhere. */
export function isHandle(value: RValue): boolean {
  return value.kind === 'pointer' || classesOf(value).some((name) => handleClass.test(name));
}
