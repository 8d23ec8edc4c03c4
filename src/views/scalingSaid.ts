import path from 'node:path';
import * as vscode from 'vscode';
import type { ScalingChoice } from '../session/connection';
import type { ModelMemory } from './memory';
import type { RulesEntry } from './rulesEntry';

/** What was said of a model's scaling; what was not is found in the model or beside it. */
interface ScalingSaid {
  readonly inputs?: RulesEntry['scaler'];
  readonly outputs?: RulesEntry['outputScaler'];
}

/** What was said in the panel, else what slopescope.json says. */
export function scalingSaid(
  { scaling, outputScaling }: ModelMemory,
  entry: Pick<RulesEntry, 'scaler' | 'outputScaler'> | undefined,
): ScalingSaid {
  const inputs = scaling ? named(scaling) : entry?.scaler;
  const outputs = outputScaling ?? entry?.outputScaler;
  return {
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined || outputs === 'found' ? {} : { outputs }),
  };
}

/** The same as the model's thread takes it, with the scaler's file read. */
export async function scalingChoice({ inputs, outputs }: ScalingSaid): Promise<ScalingChoice> {
  const file =
    inputs instanceof vscode.Uri
      ? { name: path.posix.basename(inputs.path), bytes: await vscode.workspace.fs.readFile(inputs) }
      : inputs;
  return { ...(file ? { inputs: file } : {}), ...(outputs ? { outputs } : {}) };
}

function named(scaling: NonNullable<ModelMemory['scaling']>): RulesEntry['scaler'] {
  if (scaling.kind === 'file') return vscode.Uri.parse(scaling.uri);
  return scaling.kind === 'found' ? undefined : scaling.kind;
}
