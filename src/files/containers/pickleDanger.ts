/**
 * Which names in a pickle mean that loading it elsewhere would run something. Nothing is run here either way; the file
 * is refused by name, because whoever holds it should know.
 */

/** Modules of which no name belongs into a saved model. */
const dangerousModules: ReadonlySet<string> = new Set(
  (
    'os subprocess commands popen2 pty socket socketserver ssl runpy importlib imp sys shutil ctypes cffi multiprocessing ' +
    'threading asyncio concurrent code codeop webbrowser urllib urllib2 http httplib ftplib smtplib telnetlib poplib ' +
    'imaplib xmlrpc requests httpx aiohttp paramiko pip ensurepip venv pdb bdb timeit cProfile profile trace pickle ' +
    'cPickle dill cloudpickle marshal shelve tempfile signal resource fcntl mmap platform pydoc doctest site distutils ' +
    'setuptools pkgutil zipimport zipapp inspect linecache gc atexit faulthandler sched sqlite3 antigravity idlelib ' +
    'lib2to3 winreg msvcrt _winapi fileinput rlcompleter'
  ).split(' '),
);

/** Single names in otherwise harmless modules. */
const dangerousNames: ReadonlySet<string> = new Set([
  ...(
    'eval exec compile open __import__ getattr setattr delattr globals locals vars input breakpoint apply execfile file ' +
    'reload exit quit help map filter callable raw_input coerce super property classmethod staticmethod'
  )
    .split(' ')
    .map((name) => `builtins.${name}`),
  'operator.attrgetter',
  'operator.methodcaller',
  'types.FunctionType',
  'types.CodeType',
  'types.MethodType',
  'types.LambdaType',
  'new.function',
  'new.code',
  'new.instancemethod',
  'functools.reduce',
  'functools.partialmethod',
  'io.open',
  'io.open_code',
  'io.FileIO',
  'codecs.open',
  'gzip.open',
  'bz2.open',
  'lzma.open',
  'logging.config.fileConfig',
  'logging.config.dictConfig',
  'logging.config.listen',
  'joblib.load',
  'joblib.numpy_pickle.load',
  'numpy.load',
  'numpy.fromfile',
  'numpy.testing._private.utils.runstring',
  'numpy.testing._private.utils.rundocs',
  'numpy.testing.utils.runstring',
  'pandas.eval',
  'pandas.read_pickle',
  'pandas.io.pickle.read_pickle',
  'torch.load',
  'torch.serialization.load',
  'torch.jit.load',
  'torch.jit.unsupported_tensor_ops.execWrapper',
]);

/** Places where code hides behind an unsuspicious module. */
const dangerousPrefixes: readonly string[] = [
  'numpy.f2py.',
  'numpy.distutils.',
  'torch.hub.',
  'torch.utils.cpp_extension.',
  'torch.utils.bottleneck.',
  'torch.utils.data.datapipes.utils.decoder.',
  'torch._dynamo.',
  'torch._inductor.',
  'torch.distributed.',
];

/** Names of Python 2, of C modules and of other releases that mean the same module. */
const sameModules: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['__builtins__', 'builtins'],
  ['posix', 'os'],
  ['nt', 'os'],
  ['os2', 'os'],
  ['ce', 'os'],
  ['copy_reg', 'copyreg'],
  ['UserDict', 'collections'],
  ['_io', 'io'],
  ['_pickle', 'pickle'],
  ['_socket', 'socket'],
  ['_ctypes', 'ctypes'],
  ['_thread', 'threading'],
  ['thread', 'threading'],
  ['_posixsubprocess', 'subprocess'],
  ['_operator', 'operator'],
  ['_functools', 'functools'],
  ['_imp', 'imp'],
  ['_frozen_importlib', 'importlib'],
  ['_frozen_importlib_external', 'importlib'],
  ['_signal', 'signal'],
  ['_sqlite3', 'sqlite3'],
  ['_collections', 'collections'],
]);

/** The module under the name it has in Python 3 for everyone: `posix` is `os`, `numpy._core` is `numpy.core`. */
export function commonModule(module: string): string {
  const known = sameModules.get(module);
  if (known !== undefined) return known;
  return module === 'numpy._core' || module.startsWith('numpy._core.')
    ? `numpy.core${module.slice('numpy._core'.length)}`
    : module;
}

/** Whether a name (its module under its common name) could do something when called, rather than only hold data. */
export function isDangerous(module: string, name: string): boolean {
  const full = `${module}.${name}`;
  return (
    dangerousModules.has(module.split('.')[0] ?? '') ||
    dangerousNames.has(full) ||
    (module === 'builtins' && name.includes('.')) ||
    dangerousPrefixes.some((prefix) => full.startsWith(prefix)) ||
    name.split('.').some((part) => codeAttributes.has(part))
  );
}

/** Functions of one tensor, as modules keep them for their activations. */
const torchFunctions: ReadonlySet<string> = new Set(
  (
    'relu sigmoid tanh selu celu rrelu prelu exp log log1p expm1 sqrt square abs sin cos tan erf sinh cosh atan asinh ' +
    'reciprocal neg softmax log_softmax hardshrink threshold leaky_relu elu gelu silu clamp'
  ).split(' '),
);

/** Whether a member of PyTorch's classes of functions is one of its activations: a name, and nothing that acts. */
export function isTorchFunction(owner: { readonly module: string; readonly name: string }, member: string): boolean {
  return (
    owner.module === 'torch._C' &&
    /^(_VariableFunctions(Class)?|_TensorBase|TensorBase)$/.test(owner.name) &&
    torchFunctions.has(member)
  );
}

/** Attributes by which a harmless class leads to everything else. */
const codeAttributes: ReadonlySet<string> = new Set([
  '__globals__',
  '__subclasses__',
  '__getattribute__',
  '__builtins__',
  '__code__',
  '__import__',
  '__loader__',
  '__spec__',
]);
