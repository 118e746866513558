import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether the load generator is there. */
export async function hasWrk() {
  // It has no option that does nothing well: -v prints its version and fails.
  const { stdout = '' } = await run('wrk', ['-v']).catch((error) => error);
  return stdout.includes('wrk');
}

/** Asks for one URL over kept connections for some seconds. */
export async function load(url, { seconds, connections = 64, headers = {} }) {
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...fields, url]);
  const [, requests] = /(\d+) requests in/.exec(stdout) ?? [];
  const [, failed] = /Non-2xx or 3xx responses: (\d+)/.exec(stdout) ?? [];
  if (requests === undefined || failed !== undefined) throw new Error(`${url}: ${stdout}`);
  return { requests: Number(requests) };
}
