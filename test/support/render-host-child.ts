import { closeSync, openSync } from 'node:fs';
import { createRenderPool } from '../../packages/core/src/transform/isolation/render-pool.ts';
import { endlessJob, jobOf, plainPicture } from './render-jobs.ts';

/**
 * A process that renders in processes of its own, started from the file that it is given. Told `endless` it renders for
 * ever; else it renders once, says so, and has nothing more to do. Told `crowded` it tries before that while it can open
 * no file, and says what that ended in.
 */
const [entry = '', work = ''] = process.argv.slice(2);
const pool = createRenderPool({ entry: new URL(entry) });

if (work === 'endless') await pool.render(endlessJob({ timeout: 600 }));
const job = jobOf(await plainPicture(50, 'png'), 'w=10');
if (work === 'crowded') {
  const files = openAll();
  const failure = await pool.render(job).catch((error) => error);
  for (const file of files) closeSync(file);
  process.stdout.write(`${failure.code} ${failure.cause?.cause?.code}\n`);
}
await pool.render(job);
process.stdout.write('rendered\n');

/** Every file that this process may have open. */
function openAll(): readonly number[] {
  const files: number[] = [];
  try {
    for (;;) files.push(openSync('/dev/null', 'r'));
  } catch {
    return files;
  }
}
