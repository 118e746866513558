import { readFileSync } from 'node:fs';

/** Bytes of memory that another process holds; undefined where this system does not tell, or the process is gone. */
export type ResidentOf = (pid: number) => number | undefined;

/** Whether this system tells how much memory another process holds. */
export const tellsResident: boolean = process.platform === 'linux';

/** Reads it from `/proc`, which costs some microseconds and never waits for a disk. */
export const residentOf: ResidentOf = (pid) => {
  if (!tellsResident) return undefined;
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
};
