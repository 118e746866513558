/**
 * What a render process learns of the environment: which allocator the operator chose, and where fonts are and what they
 * are drawn by, so that it makes the same bytes as this process would. No secret, and no NODE_OPTIONS: an inspector or an
 * agent there would open a port in each child.
 */
const known =
  /^(?:LD_PRELOAD|LD_LIBRARY_PATH|DYLD_\w+|MALLOC_\w+|GLIBC_TUNABLES|MIMALLOC_\w+|_RJEM_\w+|VIPS_\w+|ORC_\w+|FONTCONFIG_\w+|XDG_\w+_(?:HOME|DIRS)|HOME|TMPDIR|LANG|LC_\w+|TZ|SystemRoot|TEMP|TMP|LOCALAPPDATA|APPDATA|WINDIR)$/i;

/** The environment of a render process, from that of this one. */
export function childEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passed = Object.entries(own).filter(([name]) => known.test(name));
  return {
    // glibc gives each thread a heap of its own, and gives little of them back: one render at a time needs few.
    MALLOC_ARENA_MAX: '1',
    ...Object.fromEntries(passed),
    // It renders one picture at a time.
    UV_THREADPOOL_SIZE: '1',
  };
}
