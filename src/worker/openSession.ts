import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readModel } from '../files/read';
import type { Folder } from '../files/reading';
import type { Trial } from '../session/answerFits';
import { Session } from '../session/session';
import type { SlopeEngine } from '../slopes/engine';
import { diskFolder } from './diskFolder';
import { tensorflowNode } from './tensorflowNode';
import type { FileSource, OpenModelRequest } from './threadService';

/** A session with a model alone, and the folder its neighbours are read from. */
export interface OpenedSession {
  readonly session: Session;
  readonly folder: Folder;
  /** Whether the model is in its file alone: nothing beside it was read to make the network. */
  readonly isWhole: boolean;
  /** Reads the model again with these answers beside those given. */
  readonly read: Trial['read'];
}

/** Reads a model; `hostFolder` answers for its neighbours where it has no folder on this machine. */
export async function openSession(
  { model, answers, weights, trusted, virtualFolder }: OpenModelRequest,
  hostFolder: Folder,
  engine: SlopeEngine,
): Promise<OpenedSession> {
  const file = { name: model.name, bytes: await bytesOf(model) };
  const onDisk = model.kind === 'path' && !virtualFolder ? path.dirname(model.path) : undefined;
  const folder = onDisk === undefined ? hostFolder : diskFolder(onDisk);
  let isWhole = weights === undefined;
  const noted: Folder = {
    list: (relative) => folder.list(relative),
    read: async (relative) => {
      const bytes = await folder.read(relative);
      if (bytes) isWhole = false;
      return bytes;
    },
  };
  const options = {
    folder: noted,
    ...(onDisk !== undefined && trusted ? { blackBoxes: tensorflowNode(onDisk, [...trusted, __dirname]) } : {}),
    ...(weights ? { weights: { name: weights.name, bytes: await bytesOf(weights) } } : {}),
  };
  const given = Object.entries(answers).filter(([id]) => id !== 'scaler');
  const read: Trial['read'] = (more) => readModel(file, { ...options, answers: new Map([...given, ...more]) });
  const reading = await read(new Map());
  return { session: new Session(file, reading, engine), folder, isWhole, read };
}

/** A file's bytes: read here where it has a path. */
export async function bytesOf(source: FileSource): Promise<Uint8Array> {
  return source.kind === 'path' ? new Uint8Array(await readFile(source.path)) : source.bytes;
}
