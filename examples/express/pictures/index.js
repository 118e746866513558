import { existsSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { titles } from './titles.js';

function drawInWorker(name, folder) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.js', import.meta.url), {
      workerData: { name, path: join(folder, name) },
    });
    worker.once('error', reject);
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`Drawing ${name} ended with ${code}`))));
  });
}

/**
 * Draws those of the example's pictures that are not in the folder yet. The same pictures come out every time; they are
 * drawn once and kept.
 */
export async function drawPictures(folder, names = Object.keys(titles)) {
  mkdirSync(folder, { recursive: true });
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  const drawNext = async () => {
    for (let name = missing.shift(); name !== undefined; name = missing.shift()) {
      const started = performance.now();
      await drawInWorker(name, folder);
      console.log(`Drew ${name}, ${titles[name]} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(3, availableParallelism()) }, drawNext));
}
