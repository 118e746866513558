import { readFileSync } from 'node:fs';
import { createTintype } from '../../packages/core/src/index.ts';

/**
 * A process of its own that answers for one original, because what a file costs in memory can only be seen of a process.
 * It prints the status, the type and the megabytes that it took at most, more than before it began.
 */
const [file = '', query = ''] = process.argv.slice(2);
const original = readFileSync(file);
const origin = { name: 'file', read: async () => original };
const images = createTintype({ origin, tiff: 'decode', render: { wait: 60 } });

/** Of the process, in megabytes; its parent's do not count, as they would in `process.resourceUsage()`. */
function peak(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return Number(kilobytes) / 1024;
}

const before = peak();
const answer = await images.handle({ method: 'GET', target: `/a.jpg?${query}`, mount: '', headers: {} });
const type = answer?.headers['content-type'];
const report = { status: answer?.status, type, megabytes: Math.ceil(peak() - before) };
process.stdout.write(JSON.stringify(report));
await images.close();
