import { describe, expect, it } from 'vitest';
import type { Overlay } from '../../src/transform/overlay.ts';
import { toOverlay, type Watermark } from '../../src/transform/watermark.ts';

const path = '/logo.png';

describe('toOverlay', () => {
  it.each<readonly [Watermark, Overlay]>([
    [{ path }, { path }],
    [{ path: '/a b/%C3%BC.png' }, { path: '/a b/ü.png' }],
    [
      { path, width: 40 },
      { path, width: 40 },
    ],
    [
      { path, width: '25%', height: '100%' },
      { path, width: { percent: 25 }, height: { percent: 100 } },
    ],
    [{ path, position: 'centre', margin: 0, opacity: 100, blend: 'over' }, { path }],
    [
      { path, position: 'right bottom', margin: 8, opacity: 1, blend: 'soft-light' },
      { path, position: 'right bottom', margin: 8, opacity: 1, blend: 'soft-light' },
    ],
  ])('makes of %o %o', (watermark, expected) => {
    expect(toOverlay(watermark)).toStrictEqual(expected);
  });

  it.each<readonly [unknown, string]>([
    [undefined, 'Expected an options object for watermark but received undefined'],
    [{}, 'Expected an origin path such as "/logo.png" for watermark.path but received none'],
    [{ path: 'logo.png' }, 'Expected an origin path such as "/logo.png" for watermark.path but received \'logo.png\''],
    [{ path: '/../logo.png' }, 'for watermark.path but received'],
    [{ path: '/100%.png' }, 'for watermark.path but received'],
    [{ path: 7 }, 'for watermark.path but received 7'],
    [
      { path, width: '25' },
      "Expected a positive whole number of pixels or a whole percentage from '1%' to '100%' for watermark.width but received '25'",
    ],
    ...['0%', '101%', '2.5%', '025%', '%', 0, -1, 4.5, Number.NaN, true].map(
      (height) => [{ path, height }, 'for watermark.height but received'] as const,
    ),
    [{ path, position: 'entropy' }, 'for watermark.position but received'],
    [{ path, margin: -1 }, 'for watermark.margin but received -1'],
    [{ path, opacity: 0 }, 'Expected a whole number from 1 to 100 for watermark.opacity but received 0'],
    [{ path, opacity: 101 }, 'for watermark.opacity but received 101'],
    [{ path, blend: 'dest-out' }, 'for watermark.blend but received'],
    [{ path, size: 9 }, 'Unknown option watermark.size. Known options: path, width, height, position, margin'],
  ])('refuses %o', (watermark, message) => {
    expect(() => toOverlay(watermark as Watermark)).toThrow(TypeError);
    expect(() => toOverlay(watermark as Watermark)).toThrow(message);
  });
});
