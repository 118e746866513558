import type { Purged, PurgeRequest } from '@tintype/core';
import { expect, it } from 'vitest';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';

it.each<[PurgeRequest, boolean]>([
  ['/logo.png', true],
  ['/lo*', true],
  [{ all: true }, true],
  ['/photo.png', false],
  ['/logo.png/x', false],
])('a purge of %j tells hooks whether every picture with the watermark is old: %j', async (target, all) => {
  const told: Purged[] = [];
  const images = openEngine({
    origin: shelfOrigin(),
    watermark: { path: '/logo.png' },
    mounts: '/images',
    onPurged: (purged) => void told.push(purged),
  });
  await images.purge(target, { wait: 'all' });
  expect(told).toMatchObject([{ all, mounts: ['/images'] }]);
});
