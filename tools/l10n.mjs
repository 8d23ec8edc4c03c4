/** Gathers every text that can be translated into l10n/bundle.l10n.json, as VS Code's bundles have them: `node tools/l10n.mjs`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['src/views', 'webview'];
/** Which arguments of a call are texts to be translated. */
const textsOf = { words: [0], plural: [1, 2], t: [0] };

/** Types whose values are said as they are. */
const spokenTypes = [
  ['src/findings/rule.ts', 'Expectation'],
  ['src/problem.ts', 'Severity'],
  ['src/session/service.ts', 'verdict'],
];

/** Every text that the extension's host and its page say, in English, sorted. */
export function translatableTexts() {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(root, folder, name)),
  );
  const texts = new Set();
  for (const file of files) {
    gather(sourceOf(file), texts);
  }
  for (const [file, name] of spokenTypes) gatherType(sourceOf(path.join(root, file)), name, texts);
  return [...texts].sort();
}

function gather(node, texts) {
  if (ts.isCallExpression(node)) {
    const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
    const places = ts.isIdentifier(callee) ? (Object.hasOwn(textsOf, callee.text) ? textsOf[callee.text] : []) : [];
    for (const place of places) if (node.arguments[place]) literals(node.arguments[place], texts);
  }
  ts.forEachChild(node, (child) => gather(child, texts));
}

/** The texts of a named type, or of a named member's type. */
function gatherType(node, name, texts) {
  const isNamed = (ts.isTypeAliasDeclaration(node) || ts.isPropertySignature(node)) && node.name.getText() === name;
  if (isNamed) node.type?.forEachChild((part) => ts.isLiteralTypeNode(part) && literals(part.literal, texts));
  ts.forEachChild(node, (child) => gatherType(child, name, texts));
}

function sourceOf(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
}

/** The texts an argument can be: itself, or either branch of a choice. */
function literals(argument, texts) {
  if (ts.isStringLiteralLike(argument)) texts.add(argument.text);
  else if (ts.isConditionalExpression(argument)) {
    literals(argument.whenTrue, texts);
    literals(argument.whenFalse, texts);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundle = Object.fromEntries(translatableTexts().map((text) => [text, text]));
  writeFileSync(path.join(root, 'l10n/bundle.l10n.json'), `${JSON.stringify(bundle, null, 2)}\n`);
}
