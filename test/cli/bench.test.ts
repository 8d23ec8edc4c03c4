import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sample, slopescope } from './run';

describe('slopescope bench', () => {
  const rows = path.join(mkdtempSync(path.join(os.tmpdir(), 'slopescope-bench-')), 'rows.f32');

  it.each([[], ['--hessian']])('prints one JSON line with times %j', async (...options) => {
    writeFileSync(rows, new Uint8Array(Float32Array.from({ length: 8 * 100 }, (_, k) => Math.sin(k)).buffer));
    const given = ['--rows', rows, '--threads', '2', '--repeats', '3', ...options];
    const { status, stdout } = await slopescope('bench', '--model', sample('duration.keras'), ...given);
    expect(status).toBe(0);
    const line = JSON.parse(stdout) as Record<string, unknown>;
    expect(line).toMatchObject({ peer: 'slopescope', n: 100 });
    expect(line.seconds).toHaveLength(3);
    expect(line.cpu_seconds).toHaveLength(3);
  });

  it('says when the file holds no whole rows', async () => {
    writeFileSync(rows, new Uint8Array(10));
    const { status, stderr } = await slopescope('bench', '--model', sample('duration.keras'), '--rows', rows);
    expect(status).toBe(2);
    expect(stderr).toContain('no whole rows of');
  });
});
