import { describe, expect, it } from 'vitest';
import { checkMountOptions, type MountOptions } from '../../src/http/mount.ts';

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
