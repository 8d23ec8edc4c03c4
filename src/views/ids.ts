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
  compareWith: 'slopescope.compareWith',
  mapColumns: 'slopescope.mapColumns',
  checkRules: 'slopescope.checkRules',
  setRule: 'slopescope.setRule',
  goToWorstRow: 'slopescope.goToWorstRow',
  nextFinding: 'slopescope.nextFinding',
  previousFinding: 'slopescope.previousFinding',
  export: 'slopescope.export',
  copyReport: 'slopescope.copyReport',
  copyAs: 'slopescope.copyAs',
  copyFormula: 'slopescope.copyFormula',
  findModels: 'slopescope.findModels',
  showLog: 'slopescope.showLog',
  showSlopes: 'slopescope.showSlopes',
  showInput: 'slopescope.showInput',
  showPairs: 'slopescope.showPairs',
  showWhatIf: 'slopescope.showWhatIf',
  showNetwork: 'slopescope.showNetwork',
  showFormula: 'slopescope.showFormula',
  showRange: 'slopescope.showRange',
  showRules: 'slopescope.showRules',
  previousInput: 'slopescope.previousInput',
  nextInput: 'slopescope.nextInput',
  orderBySlope: 'slopescope.orderBySlope',
  toggleTable: 'slopescope.toggleTable',
  toggleUnits: 'slopescope.toggleUnits',
  showFindingRows: 'slopescope.showFindingRows',
  findInput: 'slopescope.findInput',
  goToRow: 'slopescope.goToRow',
  openTableLine: 'slopescope.openTableLine',
  copyReading: 'slopescope.copyReading',
  stepBack: 'slopescope.stepBack',
  showKeys: 'slopescope.showKeys',
} as const;

/** Commands that act in the page alone, most of them as one of its keys does. */
export const pageCommands = [
  'mapColumns',
  'setRule',
  'nextFinding',
  'previousFinding',
  'showSlopes',
  'showInput',
  'showPairs',
  'showWhatIf',
  'showNetwork',
  'showFormula',
  'showRange',
  'showRules',
  'previousInput',
  'nextInput',
  'orderBySlope',
  'toggleTable',
  'toggleUnits',
  'showFindingRows',
  'findInput',
  'goToRow',
  'openTableLine',
  'copyReading',
  'stepBack',
  'showKeys',
] as const satisfies readonly (keyof typeof commands)[];

/** The context key that is set while a panel is the active editor, for keys given to its commands. */
export const panelFocusContext = 'slopescope.panelFocus';

/** The context key that lists folders which hold a saved network, once they have been looked for. */
export const modelFoldersContext = 'slopescope.modelFolders';

/** Commands of lenses and quick fixes: they need arguments, so no menu and no palette shows them. */
export const innerCommands = {
  checkEntry: 'slopescope.checkEntry',
  showFailingRows: 'slopescope.showFailingRows',
  openInWhatIf: 'slopescope.openInWhatIf',
  changeRule: 'slopescope.changeRule',
  writeMend: 'slopescope.writeMend',
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
