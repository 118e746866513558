import { checkOptions, type Expectation, expectations, oneOf } from '../options.ts';

/** How a mount wants its answers. */
export interface MountOptions {
  /**
   * Sends what is not there (404) and methods other than GET and HEAD to the next middleware, instead of answering.
   * @default false
   */
  readonly fallthrough?: boolean;
  /**
   * `private` for mounts behind a login: only browsers may keep the answers.
   * @default 'public'
   */
  readonly visibility?: 'public' | 'private';
  /**
   * Which other origins may read the answers with scripts: all, or those listed (`https://app.example`).
   * @default false
   */
  readonly cors?: boolean | string | readonly string[];
}

const isWebOrigin = (value: unknown): boolean => typeof value === 'string' && /^https?:\/\/[^/?#]+$/.test(value);

/** What each of them accepts. */
export const mountExpectations: Readonly<Record<keyof MountOptions, Expectation>> = {
  fallthrough: expectations.boolean,
  visibility: oneOf('public', 'private'),
  cors: [
    'a boolean, an origin such as "https://app.example", or a list of them',
    (value) => typeof value === 'boolean' || [value].flat().every(isWebOrigin),
  ],
};

/** Checks the options of a mount. @throws TypeError naming the option. */
export function checkMountOptions(where: string, options: MountOptions): void {
  checkOptions(where, options, mountExpectations);
}

/** The options of a mount, over those of its endpoint: worked out once for each options object. */
export function mountOptionsOver(endpoint: MountOptions): (mount?: MountOptions) => Required<MountOptions> {
  const known = new WeakMap<MountOptions, Required<MountOptions>>();
  return (mount = endpoint) => {
    const before = known.get(mount);
    if (before !== undefined) return before;
    const options = {
      fallthrough: mount.fallthrough ?? endpoint.fallthrough ?? false,
      visibility: mount.visibility ?? endpoint.visibility ?? 'public',
      cors: mount.cors ?? endpoint.cors ?? false,
    };
    known.set(mount, options);
    return options;
  };
}
