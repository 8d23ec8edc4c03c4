/** Every id that package.json knows too; a test compares the two. */

/** Custom editor of model files. */
export const modelEditor = 'slopescope.model';

/** Side-bar tree of models. */
export const modelsView = 'slopescope.models';

/** Side-bar tree of rules. */
export const rulesView = 'slopescope.rules';

/** Commands of the palette and the menus. */
export const commands = {
  openModel: 'slopescope.openModel',
  openHere: 'slopescope.openHere',
  openSample: 'slopescope.openSample',
  useTable: 'slopescope.useTable',
  showBeside: 'slopescope.showBeside',
  chooseData: 'slopescope.chooseData',
  mapColumns: 'slopescope.mapColumns',
  checkRules: 'slopescope.checkRules',
  setRule: 'slopescope.setRule',
  goToWorstRow: 'slopescope.goToWorstRow',
  nextFinding: 'slopescope.nextFinding',
  previousFinding: 'slopescope.previousFinding',
  export: 'slopescope.export',
  copyReport: 'slopescope.copyReport',
  findModels: 'slopescope.findModels',
  showLog: 'slopescope.showLog',
} as const;

/** Commands of lenses and quick fixes: they need arguments, so no menu and no palette shows them. */
export const innerCommands = {
  checkEntry: 'slopescope.checkEntry',
  showFailingRows: 'slopescope.showFailingRows',
  changeRule: 'slopescope.changeRule',
} as const;

/** The Testing view's controller. */
export const testController = 'slopescope';

/** The file that keeps rules in git. */
export const rulesFileName = 'slopescope.json';

/** The scheme of `slopescope://schema/1`, the address of the rules' JSON schema. */
export const schemaScheme = 'slopescope';

/** The source shown beside every problem. */
export const problemSource = 'Slopescope';

/** The context key that lists connected tables, for the editor title of a CSV. */
export const connectedTablesContext = 'slopescope.connectedTables';

/** Endings of the files in which a saved network may lie. */
export const modelEndings: readonly string[] = [
  'keras',
  'h5',
  'hdf5',
  'onnx',
  'npz',
  'npy',
  'rds',
  'RData',
  'pb',
  'pbtxt',
  'pt',
  'pth',
  'pt2',
  'safetensors',
  'joblib',
  'pkl',
  'pickle',
];
