import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts a server of the bench in a process of its own. */
export async function startServer(module, name, settings = {}, { cwd, env } = {}) {
  const child = fork(join(import.meta.dirname, 'child.js'), [module, name], {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    // An odd warning of a peer is not the bench's.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  const gone = once(child, 'exit').then(() => {
    throw new Error(`${module} ${name} ended: ${said}`);
  });
  gone.catch(() => undefined);
  const heard = async () => (await Promise.race([once(child, 'message'), gone]))[0];
  child.send(settings);
  const { port } = await heard();
  return {
    name,
    port,
    /** CPU in microseconds, memory in bytes; the peak is that since the last question. */
    async usage() {
      child.send('usage');
      return heard();
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.send('end');
      await once(child, 'exit');
    },
  };
}
