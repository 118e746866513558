import { describe, expect, it } from 'vitest';
import { chart, chartAt, chartSize, drawn, type Quadrant, quadrants } from './charts.ts';
import { bounds, expectColour, expectNothing, sizeOf } from './judge.ts';
import { type Pixels, pixels, type Rgb, refusal } from './make.ts';
import { stored } from './sources.ts';

const { width, height } = chartSize;
const original = await chart().png().toBuffer();

/** A picture that tells of each pixel where it is: x in red, y in green. */
const map = await drawn(width, height, (x, y) => [2 * x, 3 * y, 0])
  .png()
  .toBuffer();
const placeOf = ({ at }: Pixels, x: number, y: number): readonly [number, number] => {
  const [r, g] = at(x, y);
  return [r / 2, g / 3];
};

/** The colours of the four corners, three pixels from the edges. */
function expectCorners(made: Pixels, order: readonly Quadrant[], within: number = bounds.lossless): void {
  const [right, bottom] = [made.width - 4, made.height - 4];
  const places = [
    [3, 3],
    [right, 3],
    [3, bottom],
    [right, bottom],
  ] as const;
  for (const [index, [x, y]] of places.entries()) {
    expectColour(made.at(x, y), quadrants[order[index] ?? 'leftTop'], within, `corner ${index}`);
  }
}

const upright: readonly Quadrant[] = ['leftTop', 'rightTop', 'leftBottom', 'rightBottom'];

/** The corners, once the picture is mirrored or turned. */
const moved: Readonly<Record<string, readonly Quadrant[]>> = {
  'flip=h': ['rightTop', 'leftTop', 'rightBottom', 'leftBottom'],
  'flip=v': ['leftBottom', 'rightBottom', 'leftTop', 'rightTop'],
  'flip=hv': ['rightBottom', 'leftBottom', 'rightTop', 'leftTop'],
  'rotate=90': ['leftBottom', 'leftTop', 'rightBottom', 'rightTop'],
  'rotate=180': ['rightBottom', 'leftBottom', 'rightTop', 'leftTop'],
  'rotate=270': ['rightTop', 'rightBottom', 'leftTop', 'leftBottom'],
  'rotate=-90': ['rightTop', 'rightBottom', 'leftTop', 'leftBottom'],
  // First mirrored, then turned.
  'flip=h&rotate=90': ['rightBottom', 'rightTop', 'leftBottom', 'leftTop'],
  'flip=v&rotate=90': ['leftTop', 'leftBottom', 'rightTop', 'rightBottom'],
  'rotate=90|flip=h': ['leftTop', 'leftBottom', 'rightTop', 'rightBottom'],
  'rotate=90|flip=v': ['rightBottom', 'rightTop', 'leftBottom', 'leftTop'],
  'rotate=90|rotate=90': ['rightBottom', 'leftBottom', 'rightTop', 'leftTop'],
  'flip=h|flip=v': ['rightBottom', 'leftBottom', 'rightTop', 'leftTop'],
  'rotate=5,cover': upright,
};

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('a picture of orientation %i', async (orientation) => {
  const bytes = await stored(orientation).png().toBuffer();

  it.each(['', 'w=48', 'w=40&h=40', 'w=60|w=30', 'crop=8,4,80,56', 'blur=0.5', 'brightness=1.01&blur=0.5'])(
    'is upright with %s',
    async (text) => {
      expectCorners(await pixels(bytes, text), upright, bounds.lossy);
    },
  );

  it.each(Object.entries(moved))('is seen as it should be with %s', async (text, order) => {
    expectCorners(await pixels(bytes, text), order);
    expectCorners(await pixels(bytes, text.replace(/^/, 'w=48&')), order);
  });

  it('crops by what is seen', async () => {
    const made = await pixels(bytes, 'crop=0.5,0,0.5,0.5&flip=h');
    expect(sizeOf(made)).toEqual([48, 32]);
    for (const [x, y] of [
      [0, 0],
      [47, 0],
      [24, 12],
    ] as const)
      expectColour(made.at(x, y), quadrants.rightTop);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is seen as if it were of orientation %i where that is asked for',
    async (other) => {
      // What is stored is of the same pixels, whatever it says of them.
      const relabelled = await stored(orientation).withMetadata({ orientation: other }).png().toBuffer();
      for (const text of ['', 'w=40&h=40&', 'crop=8,4,40,36&', 'w=40&blur=0.5&', 'h=30|rotate=20&']) {
        const [made, wanted] = [await pixels(bytes, `${text}orient=${other}`), await pixels(relabelled, text)];
        expect(sizeOf(made), text).toEqual(sizeOf(wanted));
        for (const [x, y] of [
          [3, 3],
          [made.width - 4, 3],
          [3, made.height - 4],
          [made.width - 4, made.height - 4],
          [10, Math.floor(made.height / 2)],
        ] as const)
          expectColour(made.at(x, y), wanted.at(x, y), bounds.lossy, `${text} at ${x},${y}`);
      }
    },
  );

  it('is as it is stored where nothing turns it', async () => {
    const made = await pixels(bytes, 'orient=none');
    const plainly = await pixels(await stored(orientation).withMetadata({ orientation: 1 }).png().toBuffer(), '');
    expect(sizeOf(made)).toEqual(sizeOf(plainly));
    expect(Buffer.from(made.data).equals(plainly.data)).toBe(true);
  });
});

describe('crop', () => {
  it.each([
    ['crop=10,20,30,40', [10, 20], [39, 59]],
    ['crop=0.25,0.25,0.5,0.5', [24, 16], [71, 47]],
    ['crop=80,50,300,300', [80, 50], [95, 63]],
    ['crop=95,63,1,1', [95, 63], [95, 63]],
    ['crop=30,20', [33, 22], [62, 41]],
    ['crop=30,20&position=left top', [0, 0], [29, 19]],
    ['crop=30,20&position=right', [66, 22], [95, 41]],
    ['crop=30,20&position=bottom', [33, 44], [62, 63]],
    ['crop=30,20&position=right bottom', [66, 44], [95, 63]],
    ['crop=30,20&fp=0.25,0.25', [9, 6], [38, 25]],
    ['crop=30,20&fp=0,1', [0, 44], [29, 63]],
    ['crop=30,20&fp=1,0.5', [66, 22], [95, 41]],
    ['crop=30,20,10,10,centre', [25, 15], [34, 24]],
    ['crop=30,20,11,11,centre', [25, 15], [35, 25]],
    ['crop=0.5,0.5,0.25,0.5,centre', [36, 16], [59, 47]],
    ['crop=2,3,20,20,center', [0, 0], [11, 12]],
    ['crop=96,64,20,20,centre', [86, 54], [95, 63]],
    ['crop=10,10,80,50|crop=5,5,10,10', [15, 15], [24, 24]],
    ['crop=10,20,30,30&flip=h', [39, 20], [10, 49]],
    ['flip=h|crop=10,20,30,30', [85, 20], [56, 49]],
    ['crop=10,20,30,40|rotate=90', [10, 59], [39, 20]],
  ] as const)('by %s shows the part from %j to %j', async (text, first, last) => {
    const made = await pixels(map, text);
    expect(placeOf(made, 0, 0)).toEqual(first);
    expect(placeOf(made, made.width - 1, made.height - 1)).toEqual(last);
  });

  it.each(['crop=96,0,10,10', 'crop=0,64,10,10', 'crop=1.0,0,10,10', 'crop=500,500,1,1'])(
    'is refused where it begins outside: %s',
    async (text) => {
      expect(await refusal(map, text)).toMatchObject({ code: 'INVALID_PARAMETER' });
    },
  );

  it.each(['crop=97,10,10,10,centre', 'crop=10,65,10,10,centre', 'crop=500,500,999,999,centre'])(
    'is refused where its middle is outside: %s',
    async (text) => {
      expect(await refusal(map, text)).toMatchObject({ code: 'INVALID_PARAMETER' });
    },
  );
});

describe('cover', () => {
  // 40 × 64 of 96 × 64 and 96 × 32 of it, at their own size.
  it.each([
    ['centre', 28, 16],
    ['left', 0, 16],
    ['right', 56, 16],
    ['top', 28, 0],
    ['bottom', 28, 32],
    ['left top', 0, 0],
    ['right bottom', 56, 32],
  ] as const)('keeps what is at the %s', async (position, left, top) => {
    expect(placeOf(await pixels(map, `w=40&h=64&position=${position}`), 0, 0)).toEqual([left, 0]);
    expect(placeOf(await pixels(map, `w=96&h=32&position=${position}`), 0, 0)).toEqual([0, top]);
  });

  it.each([
    ['w=40&h=64&fp=0,0', [0, 0]],
    ['w=40&h=64&fp=0.5,0.5', [28, 0]],
    ['w=40&h=64&fp=0.25,0.9', [4, 0]],
    ['w=40&h=64&fp=1,1', [56, 0]],
    ['w=96&h=32&fp=0.1,0.75', [0, 32]],
    ['w=48&h=32&fp=0.5,0.5,2', [24, 16]],
    ['w=48&h=32&fp=0,0,2', [0, 0]],
    ['w=48&h=32&fp=1,1,2', [48, 32]],
    ['w=24&h=16&fp=0.5,0.5,4', [36, 24]],
    ['w=24&h=16&fp=0.375,0.375,4', [24, 16]],
    ['w=96&h=64&fp=0.375,0.375,4', [24, 16]],
  ] as const)('by %s keeps the point in view: from %j', async (text, from) => {
    expect(placeOf(await pixels(map, text), 0, 0)).toEqual(from);
  });

  it('grows what is zoomed where it may', async () => {
    const made = await pixels(original, 'w=96&h=64&fp=0.25,0.25,2.5&enlarge=1');
    expect(sizeOf(made)).toEqual([96, 64]);
    for (const [x, y] of [
      [2, 2],
      [80, 2],
    ] as const)
      expectColour(made.at(x, y), quadrants.leftTop);
  });

  it.each(['entropy', 'attention'])('by %s keeps what there is to see', async (position) => {
    const busy = (x: number, y: number): Rgb => (((x >> 1) + (y >> 1)) % 2 === 0 ? [250, 60, 20] : [20, 40, 240]);
    const drawing = await drawn(96, 32, (x, y) => (x < 64 ? [120, 120, 120] : busy(x, y)))
      .png()
      .toBuffer();
    const made = await pixels(drawing, `w=32&h=32&position=${position}`);
    expect(new Set([...made.data]).size).toBeGreaterThan(3);
    expect(made.at(0, 0)).not.toEqual([120, 120, 120, 255]);
  });
});

describe('the other fits', () => {
  it.each([
    ['centre', 0, 16],
    ['top', 0, 0],
    ['bottom', 0, 32],
    ['right', 0, 16],
  ] as const)('contain puts the picture at the %s', async (position, left, top) => {
    const made = await pixels(map, `w=96&h=96&fit=contain&position=${position}`);
    expect(placeOf(made, left, top)).toEqual([0, 0]);
    expect(placeOf(made, left + 95, top + 63)).toEqual([95, 63]);
    for (const y of [0, 95]) if (y < top || y >= top + 64) expectNothing(made.at(48, y));
  });

  it.each(['fill', 'inside', 'outside'])('%s shows the whole', async (fit) => {
    expectCorners(await pixels(original, `w=48&h=40&fit=${fit}`), upright);
  });

  it('makes smaller by the mean of what was there', async () => {
    const made = await pixels(original, 'w=48');
    for (const [x, y] of [
      [10, 5],
      [40, 5],
      [10, 28],
      [40, 28],
      [12, 16],
      [36, 16],
    ] as const) {
      expectColour(made.at(x, y), chartAt(2 * x, 2 * y, width, height));
    }
  });
});
