import { defineScript, type Script } from '../../script.ts';

/** Keeps a note for `ARGV[2]` milliseconds. A script, and the deletion first, because Redis may be full. */
export const noteScript: Script = defineScript(`
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
`);
