import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that this process's JavaScript and its buffers take, once nothing is left that could be collected. */
export async function collectedBytes(): Promise<number> {
  // What is finalized in one round lets go of more in the next.
  for (let round = 0; round < 5; round++) {
    collect();
    await delay(10);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
