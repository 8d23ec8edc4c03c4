/**
 * The entry of every thread: it serves one model's session, or works in the pool of one. What it is stands in
 * `workerData`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { serveBench } from './benchThread';
import { servePool } from './poolThread';
import type { ThreadRole } from './modelThread';
import { serveSession } from './sessionThread';

function isRole(data: unknown): data is ThreadRole {
  return typeof data === 'object' && data !== null && 'role' in data;
}

const role: unknown = workerData;
if (!parentPort || !isRole(role)) throw new Error('This file runs as a thread.');
switch (role.role) {
  case 'session':
    serveSession(parentPort, role.files, role.threads);
    break;
  case 'pool':
    servePool(parentPort);
    break;
  case 'bench':
    serveBench(parentPort, role.memory);
}
