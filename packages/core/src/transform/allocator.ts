import { readFileSync } from 'node:fs';
import { warnOnce } from '../events.ts';

/** Watches what is left of memory after renders. */
export interface AllocatorWatch {
  /** Notes that a render has ended: costs next to nothing, and nothing at all once the matter is settled. */
  rendered(): void;
}

/** Bytes that the process has in memory, and those of them that JavaScript knows of, its buffers included. */
interface Memory {
  readonly resident: number;
  readonly known: number;
}

/** What a watch looks at. */
export interface AllocatorView {
  readonly memory: () => Memory;
  /** The files that are mapped into the process, one a line; empty where that cannot be told. */
  readonly mapped: () => string;
  /** Tells the operator. */
  readonly warn: (figures: string) => void;
}

/** Renders between two looks, each of which costs some 20 µs. */
const renders = 5;
/** Looks between two judgements: that one counts which finds the least, so that no render's own use does. */
const looks = 20;
/** Bytes beside those that are known: Node and libvips themselves take some 80 MB of these. */
const tolerated = 320e6;

const advice =
  'Memory that renders have given back stays with this process, because of how malloc in glibc works. Start it with ' +
  'jemalloc preloaded, or at least with MALLOC_ARENA_MAX=2: see docs/performance.md#memory.';

/**
 * Creates a watch that warns once where renders leave memory behind and the allocator is glibc's own. It judges by what is
 * measured, not by what is installed: where memory does not grow there is nothing to say.
 */
export function createAllocatorWatch(view: AllocatorView): AllocatorWatch {
  let rendered = 0;
  let least: Memory | undefined;
  let isSettled = false;

  const look = (): void => {
    try {
      const memory = view.memory();
      if (least === undefined || unknownOf(memory) < unknownOf(least)) least = memory;
    } catch {
      // Node opens a file for it, and there may be none left: no picture that is made shall fail over that.
    }
  };

  const judge = (memory: Memory): void => {
    least = undefined;
    if (unknownOf(memory) <= tolerated) return;
    isSettled = true;
    const { resident, known } = memory;
    const figures = `${megabytes(resident)} MB in memory, ${megabytes(known)} of which are known to be in use`;
    if (isGlibcAlone(view.mapped())) view.warn(figures);
  };

  return {
    rendered() {
      if (isSettled || ++rendered % renders !== 0) return;
      look();
      if (least !== undefined && rendered % (renders * looks) === 0) judge(least);
    },
  };
}

/** The one watch of this process. */
export const allocatorWatch: AllocatorWatch = createAllocatorWatch({
  memory() {
    const { rss, heapTotal, external } = process.memoryUsage();
    return { resident: rss, known: heapTotal + external };
  },
  mapped() {
    try {
      return readFileSync('/proc/self/maps', 'utf8');
    } catch {
      return '';
    }
  },
  warn: (figures) => warnOnce('TINTYPE_ALLOCATOR', advice, figures),
});

/** Whether malloc is glibc's: that of musl keeps less, and any other has been preloaded by somebody who knows. */
function isGlibcAlone(mapped: string): boolean {
  return /\/libc(?:\.so\.6|-2\.\d+\.so)$/m.test(mapped) && !/jemalloc|tcmalloc|mimalloc/.test(mapped);
}

function unknownOf({ resident, known }: Memory): number {
  return resident - known;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
