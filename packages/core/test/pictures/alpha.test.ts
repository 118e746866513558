import { describe, expect, it } from 'vitest';
import { chartAt, chartSize, drawn, glassAt, plain } from './charts.ts';
import { bounds, expectColour, expectNothing, lab } from './judge.ts';
import { pixels, type Rgb, type Rgba } from './make.ts';
import { source } from './sources.ts';

const { width, height } = chartSize;

/** A colour seen through by its alpha, on another (W3C Compositing §5.1). */
const on = ([r, g, b, alpha]: Rgba, [x, y, z, below]: Rgba): Rgba => {
  const whole = alpha + (below * (255 - alpha)) / 255;
  const mix = (upper: number, lower: number): number =>
    whole === 0 ? 0 : Math.round((upper * alpha + (lower * below * (255 - alpha)) / 255) / whole);
  return [mix(r, x), mix(g, y), mix(b, z), Math.round(whole)];
};

const glassOf = (x: number, y: number): Rgba => [...chartAt(x, y, width, height), glassAt(x, width)];
const places = [
  [4, 4],
  [20, 10],
  [60, 10],
  [20, 54],
  [60, 54],
  [36, 32],
  [60, 32],
  [90, 60],
] as const;

const shown = ['a PNG with alpha', 'a PNG of 16 bits with alpha', 'a WebP with alpha'] as const;

describe.each(shown)('%s', (name) => {
  it.each([
    ['bg=ffffff', [255, 255, 255, 255]],
    ['bg=2060a0', [32, 96, 160, 255]],
    ['bg=ff000080', [255, 0, 0, 128]],
    ['bg=transparent', [0, 0, 0, 0]],
  ] as const)('is laid on %s', async (text, background) => {
    for (const format of ['png', 'webp&lossless=1', 'avif&lossless=1']) {
      const made = await pixels(await source(name), `${text}&format=${format}`);
      expect(made.channels).toBe(background[3] === 255 ? 3 : 4);
      for (const [x, y] of places) {
        expectColour(made.at(x, y), on(glassOf(x, y), background), bounds.lossless, `${format} ${x},${y}`);
      }
    }
  });

  it.each([
    ['', [255, 255, 255, 255]],
    ['bg=2060a0', [32, 96, 160, 255]],
    ['bg=ff000080', [255, 127, 127, 255]],
    ['bg=transparent', [255, 255, 255, 255]],
  ] as const)('in JPEG is laid on what is asked for, then on white: %s', async (text, background) => {
    const made = await pixels(await source(name), `${text}&format=jpeg&q=95`);
    for (const [x, y] of places) {
      expectColour(made.at(x, y), on(glassOf(x, y), background), bounds.lossy, `${x},${y}`);
    }
  });

  it.each([100, 75, 50, 1, 0])('is there by %i percent of its alpha', async (opacity) => {
    const made = await pixels(await source(name), `opacity=${opacity}&format=png`);
    for (const [x, y] of places) {
      const [r, g, b, alpha] = glassOf(x, y);
      const wanted = (alpha * opacity) / 100;
      expect(Math.abs(made.at(x, y)[3] - wanted)).toBeLessThanOrEqual(1);
      // A colour of few steps of alpha has few steps itself.
      if (wanted > 60) expectColour(made.at(x, y), [r, g, b, Math.round(wanted)], bounds.lossless * 2);
    }
  });
});

describe('an opaque picture', () => {
  it('gets alpha by opacity, in types that have it', async () => {
    for (const format of ['png', 'webp&lossless=1', 'avif&lossless=1']) {
      const made = await pixels(await source('a PNG'), `opacity=40&format=${format}`);
      for (const [x, y] of places)
        expectColour(made.at(x, y), [...chartAt(x, y, width, height), 102], bounds.lossless * 2);
    }
    const made = await pixels(await source('a PNG'), 'opacity=40&format=jpeg&q=95');
    for (const [x, y] of places.slice(1, 5)) {
      const wanted = on([...chartAt(x, y, width, height), 102], [255, 255, 255, 255]);
      expectColour(made.at(x, y), wanted, bounds.lossy);
    }
  });

  it.each(['bg=ff0000', 'bg=ff000040', 'bg=ff0000&w=48', 'bg=ff0000&blur=0.3'])(
    'shows nothing of a %s',
    async (text) => {
      const made = await pixels(await source('a PNG'), text);
      expect(made.channels).toBe(3);
      const scale = made.width / width;
      for (const [x, y] of places.slice(1, 5)) {
        expectColour(made.at(Math.floor(x * scale), Math.floor(y * scale)), chartAt(x, y, width, height));
      }
    },
  );
});

describe('opacity, corners and background together', () => {
  it('are worked off in this order', async () => {
    const original = await plain([200, 50, 50], 40).png().toBuffer();
    const made = await pixels(original, 'radius=10&opacity=50&bg=2060a0');
    const below: Rgba = [32, 96, 160, 255];
    expectColour(made.at(0, 0), below);
    expectColour(made.at(20, 20), on([200, 50, 50, 128], below));
    const glass = await pixels(original, 'radius=10&opacity=50&bg=2060a080');
    expectColour(glass.at(0, 0), [32, 96, 160, 128]);
    expectColour(glass.at(20, 20), on([200, 50, 50, 128], [32, 96, 160, 128]));
  });

  it('of a stage do not reach what the next one adds', async () => {
    const original = await plain([200, 50, 50], 40).png().toBuffer();
    const made = await pixels(original, 'opacity=50&bg=2060a0|pad=4|border=2,00ff00');
    expectColour(made.at(0, 0), [0, 255, 0]);
    expectNothing(made.at(3, 3));
    expectColour(made.at(20, 20), on([200, 50, 50, 128], [32, 96, 160, 255]));
  });

  it('keep the colours of the picture from the background', async () => {
    const glass = await plain([200, 50, 50, 128], 20).png().toBuffer();
    // The background is laid under when the colours are done.
    expectColour((await pixels(glass, 'negate=1&bg=ffffff')).at(9, 9), on([55, 205, 205, 128], [255, 255, 255, 255]));
    expectColour((await pixels(glass, 'grayscale=1&bg=ff0000')).at(9, 9), on([82, 82, 82, 128], [255, 0, 0, 255]));
  });
});

describe('a border that is seen through', () => {
  const red: Rgba = [255, 0, 0, 128];

  it.each(['a PNG', 'a PNG with alpha', 'a grey JPEG'] as const)('around %s shows the background', async (name) => {
    const original = await source(name);
    for (const [text, below] of [
      ['', [0, 0, 0, 0]],
      ['&bg=0000ff', [0, 0, 255, 255]],
      ['&bg=0000ff80', [0, 0, 255, 128]],
      ['&format=jpeg&q=95', [255, 255, 255, 255]],
    ] as const) {
      const made = await pixels(original, `border=6,ff000080&format=png${text}`.replace('format=png&format', 'format'));
      expectColour(made.at(2, 2), on(red, below), text.includes('jpeg') ? bounds.lossy : bounds.lossless, text);
    }
  });
});

describe('soft edges', () => {
  const blue: Rgb = [30, 60, 220];
  // Black, were it seen.
  const disc = (hidden: Rgb = [0, 0, 0]) =>
    drawn(64, 64, (x, y) => (Math.hypot(x - 31.5, y - 31.5) < 20 ? [...blue, 255] : [...hidden, 0]))
      .png()
      .toBuffer();

  it.each([
    'blur=3',
    'w=32',
    'w=64&h=64&enlarge=1|w=31',
    'rotate=30',
    'rotate=30,cover',
    'sharpen=2',
    'sharpen=true',
    'w=31&sharpen=true',
    'w=30&rotate=10&blur=1',
    'rotate=90&blur=1',
    'blur=1&rotate=17&pad=3',
    'blur=2|w=20|rotate=45',
    'radius=max&blur=2',
    'opacity=50|w=20',
    'w=40&h=60&fit=contain&blur=1',
    'trim=true|blur=2',
  ])('have the colour of the picture, not of what is hidden: %s', async (text) => {
    const [made, other] = [await pixels(await disc(), text), await pixels(await disc([255, 255, 255]), text)];
    for (let y = 0; y < made.height; y += 1) {
      for (let x = 0; x < made.width; x += 1) {
        const [pixel, twin] = [made.at(x, y), other.at(x, y)];
        if (pixel[3] > 0) expect(pixel, `${x},${y}`).toEqual(twin);
        // A colour of few steps of alpha has few steps itself. A halo is lighter, never darker.
        if (pixel[3] > 100) expect(lab(pixel)[0], `${x},${y} ${pixel}`).toBeGreaterThan(lab(blue)[0] - 3);
      }
    }
  });

  it.each(['blur=3', 'rotate=30', 'radius=max'])('lie on white without a dark rim: %s', async (text) => {
    for (const output of ['bg=ffffff', 'format=jpeg&q=100']) {
      const { at, width: w, height: h } = await pixels(await disc(), `${text}&${output}`);
      const lightness = Array.from({ length: w * h }, (_, index) => lab(at(index % w, Math.floor(index / w)))[0]);
      expect(Math.min(...lightness)).toBeGreaterThan(lab(blue)[0] - 6);
    }
  });

  it.each(['rotate=30', 'rotate=45', 'radius=max', 'radius=20'])('of an opaque picture: %s', async (text) => {
    const { at, width: w, height: h } = await pixels(await plain(blue, 64).png().toBuffer(), text);
    let soft = 0;
    for (let y = 0; y < h; y += 1) {
      for (let x = 0; x < w; x += 1) {
        const pixel = at(x, y);
        if (pixel[3] > 0 && pixel[3] < 255) soft += 1;
        if (pixel[3] > 100) expectColour([pixel[0], pixel[1], pixel[2], 255], blue, 5, `${x},${y}`);
      }
    }
    expect(soft).toBeGreaterThan(8);
  });
});
