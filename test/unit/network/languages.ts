import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';

/** A copied function, by its name, and the calls that are made of it: numbers, or texts for categories. */
export interface Program {
  readonly code: string;
  readonly name: string;
  readonly calls: readonly (readonly (number | string)[])[];
}

/** What every call of every program gives, one list per call: several outputs give several numbers. */
export type Results = readonly (readonly (readonly number[])[])[];

/** Whether R is there. On CI every language must be; elsewhere its tests are counted as skipped without it. */
export const canRunR = canRun('Rscript', ['--version']);
/** Whether Python is there with numpy. */
export const canRunPython = canRun('python3', ['-c', 'import numpy']);

function canRun(command: string, arguments_: readonly string[]): boolean {
  return process.env.CI !== undefined || spawnSync(command, arguments_, { stdio: 'ignore' }).status === 0;
}

/** Runs functions in a fresh JavaScript world without any library. */
export function runJavascript(programs: readonly Program[]): Results {
  return programs.map(({ code, name, calls }) =>
    calls.map((values) => {
      const result: unknown = runInContext(`${code}\n${name}(${written(values)})`, createContext({}));
      return typeof result === 'object' && result !== null ? Object.values(result).map(Number) : [Number(result)];
    }),
  );
}

/** Runs functions by Python with numpy, all in one process. */
export function runPython(programs: readonly Program[]): Results {
  const program = programs.map(({ code, name, calls }) =>
    [
      code,
      ...calls.map((values) => `print(' '.join(repr(float(v)) for v in np.ravel(${name}(${written(values)}))))`),
    ].join('\n'),
  );
  const output = execFileSync('python3', ['-W', 'ignore', '-'], { input: program.join('\n'), encoding: 'utf8' });
  return inPrograms(programs, output);
}

/** Runs functions by R, all in one process. */
export function runR(programs: readonly Program[]): Results {
  const program = programs.map(({ code, name, calls }) =>
    [code, ...calls.map((values) => `cat(sprintf("%.17g", as.vector(${name}(${written(values)}))), "\\n")`)].join('\n'),
  );
  // R reads a file many times faster than its standard input.
  const folder = mkdtempSync(path.join(tmpdir(), 'slopescope-r-'));
  try {
    const file = path.join(folder, 'formulas.R');
    writeFileSync(file, program.join('\n'));
    // Every function runs a few times only: compiling it first takes longer.
    const env = { ...process.env, R_ENABLE_JIT: '0' };
    const output = execFileSync('Rscript', ['--vanilla', '--encoding=UTF-8', file], { encoding: 'utf8', env });
    return inPrograms(programs, output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function written(values: readonly (number | string)[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function inPrograms(programs: readonly Program[], output: string): Results {
  const lines = output.trim().split('\n');
  return programs.map(({ calls }) => calls.map(() => lines.shift()!.trim().split(/\s+/).map(Number)));
}
