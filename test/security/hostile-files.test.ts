import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../support/bundle.ts';
import { hostileFiles } from '../support/hostile/files.ts';

/** What one file may cost, at the default limits. */
const mostMegabytes = 650;

interface Report {
  readonly status: number;
  readonly type: string;
  readonly megabytes: number;
}

let folder: string;
let script: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tintype-hostile-'));
  script = await bundle(join(import.meta.dirname, '../support/hostile-child.ts'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an original made to do harm', () => {
  it.each(hostileFiles.map((file, index) => [file.name, file, index] as const))(
    'is answered in a bounded memory: %s',
    async (_, { make, status, drawn = false, query = 'w=60&format=webp' }, index) => {
      const file = join(folder, `${index}.bin`);
      await writeFile(file, await make());
      // Killed, it fails.
      const settings = [file, query, drawn ? 'rasterize' : 'refuse'];
      const { stdout } = await promisify(execFile)(process.execPath, [script, ...settings], { timeout: 120_000 });
      const report = JSON.parse(stdout) as Report;
      expect(report.status).toBe(status);
      expect(report.type).toBe(
        status === 200 ? `image/${new URLSearchParams(query).get('format')}` : 'text/plain; charset=utf-8',
      );
      expect(report.megabytes).toBeLessThan(mostMegabytes);
    },
    180_000,
  );
});
