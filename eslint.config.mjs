/** The architecture as lint: rooms may only import the rooms before them on the way of the data. */
import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import noUnsanitized from 'eslint-plugin-no-unsanitized';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

/** The rooms of `src/` in the order of the data's way; each may import only itself and the rooms named. */
const rooms = {
  network: [],
  table: ['network'],
  files: ['network', 'table'],
  slopes: ['network', 'table'],
  findings: ['network', 'table', 'slopes'],
  session: ['network', 'table', 'files', 'slopes', 'findings'],
  worker: ['network', 'table', 'files', 'slopes', 'findings', 'session'],
  cli: ['network', 'table', 'files', 'slopes', 'findings', 'session', 'worker'],
  views: ['network', 'table', 'files', 'slopes', 'findings', 'session', 'worker'],
};
const pure = ['network', 'table', 'files', 'slopes', 'findings', 'session'];

const platform = {
  paths: [{ name: 'vscode', message: 'Only views/ and extension.ts talk to VS Code. Return plain data.' }],
  patterns: [
    { group: ['node:*'], message: 'This room runs anywhere. Take bytes or an interface; worker/ and cli/ know Node.' },
  ],
};

const borders = Object.entries(rooms).map(([room, allowed]) => {
  const forbidden = Object.keys(rooms).filter((other) => other !== room && !allowed.includes(other));
  const backwards = {
    group: forbidden.flatMap((other) => [`**/${other}/**`]),
    message: `${room}/ may import only ${allowed.join(', ') || 'itself'}: the data flows one way (src/README.md).`,
  };
  const isPure = pure.includes(room);
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: room === 'views' ? [] : platform.paths,
          patterns: [...(isPure ? platform.patterns : []), ...(forbidden.length > 0 ? [backwards] : [])],
        },
      ],
    },
  };
});

export default defineConfig([
  globalIgnores([
    'dist/',
    'out/',
    'coverage/',
    'src/slopes/assembly/',
    '**/node_modules/',
    'test/fixtures/',
    'test/host/vscode/',
  ]),
  js.configs.recommended,
  { files: ['**/*.ts'], extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `array[i]!` in numeric loops is proven by the loop's bounds; noUncheckedIndexedAccess asks for it.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that gives the thing.' },
        {
          selector: 'AssignmentExpression > MemberExpression[property.name=/^(inner|outer)HTML$/]',
          message: 'Text goes through textContent.',
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Slopescope never uses the network.' },
        { name: 'XMLHttpRequest', message: 'Slopescope never uses the network.' },
        { name: 'WebSocket', message: 'Slopescope never uses the network.' },
      ],
      'no-eval': 'error',
      'no-new-func': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          contexts: [
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration',
            'ClassDeclaration',
            'FunctionDeclaration',
            'VariableDeclaration',
          ],
          require: { ClassDeclaration: true, FunctionDeclaration: true },
        },
      ],
    },
  },
  ...borders,
  // Whatever has a `dispose` is a Disposable to VS Code; its class is never asked for.
  { files: ['src/views/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' } },
  {
    files: ['webview/**/*.ts'],
    plugins: { 'no-unsanitized': noUnsanitized },
    rules: {
      'no-unsanitized/method': 'error',
      'no-unsanitized/property': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/src/**', '!**/src/ask'],
              allowTypeImports: true,
              message: 'Pages take only types from src/.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.mjs', 'tools/**/*.mjs'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-globals': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'URLSearchParams',
          'performance',
          'setTimeout',
          'clearTimeout',
          'setImmediate',
          'fetch',
          'document',
          'window',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  { files: ['**/*.config.*'], rules: { 'no-restricted-syntax': 'off' } },
]);
