import { createRenderPool } from '../../packages/core/src/transform/isolation/render-pool.ts';
import { endlessJob, jobOf, plainPicture } from './render-jobs.ts';

/**
 * A process that renders in processes of its own, started from the file that it is given. Told `endless` it renders for
 * ever; else it renders once, says so, and has nothing more to do.
 */
const [entry = '', work = ''] = process.argv.slice(2);
const pool = createRenderPool({ entry: new URL(entry) });

if (work === 'endless') await pool.render(endlessJob({ timeout: 600 }));
await pool.render(jobOf(await plainPicture(50, 'png'), 'w=10'));
process.stdout.write('rendered\n');
