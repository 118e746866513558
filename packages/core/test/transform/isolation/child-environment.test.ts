import { describe, expect, it } from 'vitest';
import { childEnvironment } from '../../../src/transform/isolation/child-environment.ts';

describe('the environment of a render process', () => {
  it('has what decides memory and fonts, and no secret', () => {
    const passed = {
      LD_PRELOAD: '/usr/lib/libjemalloc.so.2',
      MALLOC_CONF: 'background_thread:true',
      MALLOC_ARENA_MAX: '2',
      VIPS_NOVECTOR: '1',
      FONTCONFIG_PATH: '/etc/fonts',
      HOME: '/home/app',
      LC_ALL: 'C.UTF-8',
    };
    const withheld = {
      AWS_SECRET_ACCESS_KEY: 'x',
      DATABASE_URL: 'x',
      NODE_OPTIONS: '--inspect',
      NODE_ENV: 'production',
    };
    expect(childEnvironment({ ...passed, ...withheld })).toEqual({ ...passed, UV_THREADPOOL_SIZE: '1' });
  });

  it('gives glibc one heap where the operator says nothing', () => {
    expect(childEnvironment({ UV_THREADPOOL_SIZE: '64' })).toEqual({ MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '1' });
  });
});
