import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { goldenCases, modelFile } from '../../goldenCases';

/** A fixture file to change, and the reader it goes through. */
export interface Subject {
  /** Files of a group are alike; every group gets as many changes. */
  readonly group: string;
  /** What is opened. */
  readonly opened: string;
  /** What is changed: the opened file itself, or one that is read with it. */
  readonly changed: string;
  readonly reader: 'model' | 'scaler' | 'table';
  /** Weights named beside an architecture file. */
  readonly weights?: string;
  readonly answers: ReadonlyMap<string, string>;
  readonly columns: readonly string[];
}

const fixtures = path.join(import.meta.dirname, '../../../fixtures');
const noModel = /(^|\/)(golden\.json|[^/]*\.(csv|py|md|R|mjs))$/;
/** By the opened file's ending: the files below its folder that are read with it. */
const readWith: Readonly<Record<string, RegExp>> = {
  '.pb': /^(variables\/.*|keras_metadata\.pb)$/,
  '.json': /^[^/]*\.bin$/,
  '.onnx': /^[^/]*\.(bin|data)$/,
};
const scaler = /scal|step|target|\.json$/;

/** All files below test/fixtures that a reader of Slopescope meets. */
export function subjects(): ReadonlyMap<string, readonly Subject[]> {
  const files = filesBelow(fixtures);
  const plain = { answers: new Map<string, string>(), columns: [] };
  const tables = files.filter((file) => file.endsWith('.csv'));
  const scalers = files.filter((file) => /\.(json|joblib|pkl|npz|rds)$/.test(file) && scaler.test(path.basename(file)));
  const all = [
    ...modelSubjects(),
    ...tables.map((file) => ({ group: 'table', opened: file, changed: file, reader: 'table' as const, ...plain })),
    ...scalers
      .filter((file) => !noModel.test(file))
      .map((file) => ({
        group: `scaler ${path.extname(file)}`,
        opened: file,
        changed: file,
        reader: 'scaler' as const,
        ...plain,
      })),
  ].filter(({ changed }) => readFileSync(changed).length > 0);
  const groups = new Map<string, Subject[]>();
  for (const subject of all) groups.set(subject.group, [...(groups.get(subject.group) ?? []), subject]);
  return groups;
}

function modelSubjects(): Subject[] {
  return goldenCases().flatMap(({ family, folder, models, golden, answers }) =>
    models.flatMap((model): Subject[] => {
      const opened = modelFile(path.join(folder, model.file));
      const weights = model.weights === undefined ? [] : [path.join(folder, model.weights)];
      return [opened, ...weights, ...filesReadWith(opened)].map((changed) => ({
        group: [family, ...new Set([opened, changed].map((file) => path.extname(file).slice(0, 6)))].join(' '),
        opened,
        changed,
        reader: 'model',
        answers,
        columns: golden.inputs,
        ...(weights[0] === undefined ? {} : { weights: weights[0] }),
      }));
    }),
  );
}

function filesReadWith(opened: string): string[] {
  const folder = path.dirname(opened);
  const known = readWith[path.extname(opened)];
  return known
    ? filesBelow(folder).filter((file) => known.test(path.relative(folder, file).replaceAll('\\', '/')))
    : [];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
