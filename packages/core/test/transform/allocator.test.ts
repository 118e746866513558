import { describe, expect, it } from 'vitest';
import { createAllocatorWatch } from '../../src/transform/allocator.ts';

const megabyte = 1e6;
const glibc =
  '7f00-7f10 r-xp 00000000 08:01 1   /usr/lib/x86_64-linux-gnu/libc.so.6\n7f10-7f20 r-xp 00000000 08:01 2   /usr/bin/node';
const olderGlibc = '7f00-7f10 r-xp 00000000 08:01 1   /lib/x86_64-linux-gnu/libc-2.31.so';
const musl = '7f00-7f10 r-xp 00000000 08:01 1   /lib/ld-musl-x86_64.so.1';
const jemalloc = `${glibc}\n7f20-7f30 r-xp 00000000 08:01 3   /usr/lib/x86_64-linux-gnu/libjemalloc.so.2`;

interface Circumstances {
  /** Megabytes in memory at each look, one after five renders, the last for all that follow. */
  readonly resident: readonly number[];
  /** Of these in use. */
  readonly known?: number;
  readonly mapped?: string;
  readonly renders?: number;
}

function watched({ resident, known = 60, mapped = glibc, renders = 500 }: Circumstances) {
  const warnings: string[] = [];
  let looks = 0;
  const view = {
    memory: () => ({
      resident: (resident[Math.min(looks++, resident.length - 1)] ?? 0) * megabyte,
      known: known * megabyte,
    }),
    mapped: () => mapped,
    warn: (figures: string) => void warnings.push(figures),
  };
  const watch = createAllocatorWatch(view);
  for (let count = 0; count < renders; count++) watch.rendered();
  return { warnings, looks };
}

describe('the watch over the allocator', () => {
  it('warns once where renders leave memory behind, with the figures', () => {
    const { warnings, looks } = watched({ resident: [500] });
    expect(warnings).toEqual([expect.stringMatching(/^500 MB .* 60 of/)]);
    // Nothing is looked at any more.
    expect(looks).toBe(20);
  });

  it('says nothing before a hundred renders', () => {
    expect(watched({ resident: [500], renders: 99 }).warnings).toEqual([]);
  });

  it('says nothing of what renders use while they are under way', () => {
    const resident = Array.from({ length: 500 }, (_, index) => (index % 20 === 7 ? 200 : 900));
    expect(watched({ resident }).warnings).toEqual([]);
  });

  it('says nothing of what is in use', () => {
    expect(watched({ resident: [900], known: 600 }).warnings).toEqual([]);
  });

  it('says nothing where memory stays small', () => {
    expect(watched({ resident: [370] }).warnings).toEqual([]);
  });

  it('warns later where memory grows later', () => {
    const resident = Array.from({ length: 100 }, (_, index) => 100 + 5 * index);
    expect(watched({ resident }).warnings).toHaveLength(1);
  });

  it('fails no render where memory cannot be looked at', () => {
    const memory = (): never => {
      throw Object.assign(new Error('too many open files, uv_resident_set_memory'), { code: 'EMFILE' });
    };
    const watch = createAllocatorWatch({ memory, mapped: () => glibc, warn: () => undefined });
    expect(() => {
      for (let count = 0; count < 500; count++) watch.rendered();
    }).not.toThrow();
  });

  it('knows an older glibc too', () => {
    expect(watched({ resident: [500], mapped: olderGlibc }).warnings).toHaveLength(1);
  });

  it.each([
    ['jemalloc', jemalloc],
    ['tcmalloc', jemalloc.replace('jemalloc', 'tcmalloc_minimal')],
    ['mimalloc', jemalloc.replace('jemalloc', 'mimalloc')],
    ['musl', musl],
    ['what nobody can tell', ''],
  ])('says nothing to whoever has %s', (_allocator, mapped) => {
    expect(watched({ resident: [500], mapped }).warnings).toEqual([]);
  });
});
