import { describe, expect, it } from 'vitest';
import { checkMountOptions, type MountOptions, mountOptionsOver } from '../../src/http/mount.ts';

describe('checkMountOptions', () => {
  it.each<MountOptions>([
    {},
    { fallthrough: true, visibility: 'private', cors: true },
    { cors: 'https://app.example' },
    { cors: ['https://app.example', 'http://localhost:3000'] },
  ])('takes %o', (options) => {
    expect(() => checkMountOptions('serveImages', options)).not.toThrow();
  });

  const web = 'a boolean, an origin such as "https://app.example", or a list of them';
  it.each<readonly [object, string]>([
    [{ fallthrough: 1 }, 'Expected a boolean for serveImages.fallthrough but received 1'],
    [{ visibility: 'secret' }, "Expected one of 'public', 'private' for serveImages.visibility but received 'secret'"],
    [{ cors: '*' }, `Expected ${web} for serveImages.cors but received '*'`],
    [{ cors: 'app.example' }, `Expected ${web} for serveImages.cors but received 'app.example'`],
    [{ cors: 'https://app.example/' }, `Expected ${web} for serveImages.cors but received 'https://app.example/'`],
    [{ cors: ['https://app.example', 7] }, `Expected ${web} for serveImages.cors but received`],
    [{ fallThrough: true }, 'Unknown option serveImages.fallThrough. Known options: fallthrough, visibility, cors'],
  ])('refuses %o', (options, message) => {
    expect(() => checkMountOptions('serveImages', options)).toThrow(TypeError);
    expect(() => checkMountOptions('serveImages', options)).toThrow(message);
  });
});

describe('mountOptionsOver', () => {
  const defaults = { fallthrough: false, visibility: 'public', cors: false };

  it.each<readonly [MountOptions, MountOptions | undefined, Partial<Required<MountOptions>>]>([
    [{}, undefined, {}],
    [{}, {}, {}],
    [{ visibility: 'private', cors: true }, undefined, { visibility: 'private', cors: true }],
    [{ visibility: 'private', cors: true }, {}, { visibility: 'private', cors: true }],
    [{ visibility: 'private' }, { fallthrough: true }, { visibility: 'private', fallthrough: true }],
    [{ visibility: 'private' }, { visibility: 'public' }, { visibility: 'public' }],
    [{ fallthrough: true, cors: true }, { fallthrough: false, cors: false }, {}],
    [{ cors: 'https://a.example' }, { cors: [] }, { cors: [] }],
  ])('gives of the endpoint %o and the mount %o the nearer one', (endpoint, mount, expected) => {
    expect(mountOptionsOver(endpoint)(mount)).toStrictEqual({ ...defaults, ...expected });
  });

  it('works them out once for each mount', () => {
    const over = mountOptionsOver({});
    const [one, other] = [{ cors: true }, { cors: true }];
    expect(over(one)).toBe(over(one));
    expect(over()).toBe(over());
    expect(over(one)).not.toBe(over(other));
  });
});
