import { createHash } from 'node:crypto';

/** A Lua script and the name by which Redis knows it once it has run. */
export interface Script {
  readonly source: string;
  /** SHA-1 of the source, in hexadecimal digits: what EVALSHA takes. */
  readonly sha: string;
}

/** Names a script. */
export function defineScript(source: string): Script {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}
