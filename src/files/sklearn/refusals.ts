import { attribute, isKind, itemsOf, qualifiedName, type PickleObject } from '../containers/pickleValues';
import { refuse, type Refusal } from '../refuse';
import { isAffineScaler } from './affineScalers';
import { withArticle, type Fitted } from './fitted';

/** Ends the reading because an object is no network and nothing like one, in the words of what it is. */
export function refuseEstimator(fitted: Fitted): never {
  const { object, file } = fitted;
  return refuse(file, { ...reasonAgainst(object, file), part: fitted.label });
}

const trees =
  /(RandomForest|ExtraTree|RandomTrees|GradientBoost|GradientBoosting|HistGradient|AdaBoost|DecisionTree|IsolationForest|XGB|LGBM|CatBoost|^Booster$|^Tree$)/;
const treeModules = /^(xgboost|lightgbm|catboost|sklearn\.(tree|ensemble\._(forest|gb|hist)))/;

/** AdaBoost keeps its members, which are trees unless others were given. */
function holdsTrees(object: PickleObject): boolean {
  const members = itemsOf(attribute(object, 'estimators_')) ?? [];
  return members.every((member) => !isKind(member, 'object') || trees.test(member.name));
}

function reasonAgainst(object: PickleObject, file: string): Refusal {
  const { module, name } = object;
  const what = withArticle(name);
  if (isAffineScaler(name) && module.startsWith('sklearn.')) {
    return {
      code: 'sklearn-scaler-alone',
      message: `${file} holds ${what}: a scaler, not a network.`,
      remedy: 'Choose it as the scaler of a network instead.',
    };
  }
  if (name.startsWith('AdaBoost') && !holdsTrees(object)) {
    return {
      code: 'sklearn-unsupported',
      message: `${file} holds ${what}: its forecast is the weighted median or vote of its members and moves in steps from one to the next.`,
      remedy: 'Use a BaggingRegressor or VotingRegressor of the same networks: they average, and can be read.',
    };
  }
  if (trees.test(name) || treeModules.test(module)) {
    return {
      code: 'sklearn-tree',
      message: `${file} holds ${what}, a tree ensemble: no slopes. Its forecast moves in steps.`,
      remedy: 'Open a neural network or a linear model instead.',
    };
  }
  if (module.startsWith('skorch.')) {
    return {
      code: 'pickle-skorch',
      message: `${file} holds ${what} of skorch, whose PyTorch module lies in it as a pickle of its own.`,
      remedy:
        'Save its weights with net.save_params(f_params="params.pt") and open those, or export net.module_ with torch.onnx.export.',
    };
  }
  if (/^pandas\b/.test(module)) {
    return {
      code: 'pickle-data-frame',
      message: `${file} holds a pandas ${name}: a data frame, not a model.`,
      remedy: 'Save the data as CSV and open the model itself.',
    };
  }
  if (/^torch\b/.test(module)) {
    return {
      code: 'pickle-torch',
      message: `${file} holds ${what} of PyTorch inside an ordinary pickle.`,
      remedy: `Load it where you made it and save it as PyTorch does: torch.save(joblib.load("${file}"), "model.pt"), or pickle.load(open("${file}", "rb")) in its place.`,
    };
  }
  if (object.how === 'call') {
    return {
      code: 'pickle-calls',
      message: `${file} is refused: the pickle calls ${qualifiedName(object)}: nothing is run.`,
      remedy: 'Save the model in its own format, or as a model of scikit-learn.',
    };
  }
  return {
    code: 'sklearn-class',
    message: `${file} holds ${what} (${qualifiedName(object)}), which is not a network that Slopescope can read.`,
    remedy:
      'Networks, linear models and pipelines of scikit-learn can be read from pickles; save others in their own format.',
  };
}
