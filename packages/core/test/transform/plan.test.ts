import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import type { AcceptClass } from '../../src/http/accept.ts';
import type { ImageFormat, ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { blends, type Overlay, overlayPositions } from '../../src/transform/overlay.ts';
import { planRender, type RenderPlan } from '../../src/transform/plan.ts';
import { overlaysOf, positions, type Stage, type Transformation } from '../../src/transform/transformation.ts';

const imageOf = (changes: Partial<ImageInfo> = {}): ImageInfo => ({
  format: 'jpeg',
  width: 1000,
  height: 600,
  orientation: 1,
  frames: 1,
  alpha: false,
  interlaced: false,
  ...changes,
});

const transformationOf = (query: string): Transformation => {
  const request = native().parse({ path: '/cat.jpg', query });
  if (request === undefined) throw new Error('Expected an image URL');
  return request.transformation;
};

/** The plan of a native query. */
const plan = (
  query: string,
  image: Partial<ImageInfo> = {},
  accept: AcceptClass = 'other',
  limits: Partial<Limits> = {},
): RenderPlan => planRender(transformationOf(query), imageOf(image), accept, { ...defaultLimits, ...limits });

const logo = imageOf({ format: 'png', width: 200, height: 100, alpha: true });

/** The plan of a native query with an overlay of 200 × 100 pixels on a picture of 1000 × 600. */
const composite = (query: string, image: Partial<ImageInfo> = {}, overlay: ImageInfo = logo): RenderPlan =>
  planRender(transformationOf(`overlay=/logo.png&${query}`), imageOf(image), 'other', defaultLimits, [overlay]);

const formats: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'avif', 'gif'];

describe('the format of a plan', () => {
  it.each<readonly [ImageFormat, boolean, readonly [ImageFormat, ImageFormat, ImageFormat, ImageFormat]]>([
    // original, alpha, for clients that take [avif+webp, avif, webp, other]
    ['jpeg', false, ['avif', 'avif', 'webp', 'jpeg']],
    ['png', false, ['avif', 'avif', 'webp', 'png']],
    ['png', true, ['avif', 'avif', 'webp', 'png']],
    ['webp', false, ['avif', 'avif', 'webp', 'jpeg']],
    ['webp', true, ['avif', 'avif', 'webp', 'png']],
    ['avif', false, ['avif', 'avif', 'webp', 'jpeg']],
    ['avif', true, ['avif', 'avif', 'webp', 'png']],
    ['gif', false, ['avif', 'avif', 'webp', 'gif']],
    ['gif', true, ['avif', 'avif', 'webp', 'gif']],
  ])('is by Accept for a still %s, alpha %s: %o', (format, alpha, expected) => {
    const classes = ['avif+webp', 'avif', 'webp', 'other'] as const;
    expect(classes.map((accept) => plan('format=auto', { format, alpha }, accept).format)).toEqual(expected);
  });

  it.each(['gif', 'webp'] as const)('keeps an animated %s one', (format) => {
    const classes = ['avif+webp', 'avif', 'webp', 'other'] as const;
    const plans = classes.map((accept) => plan('format=auto', { format, frames: 4, alpha: true }, accept));
    expect(plans.map((each) => each.format)).toEqual(['webp', 'gif', 'webp', 'gif']);
    expect(plans.map((each) => each.animated)).toEqual([true, true, true, true]);
  });

  it.each(formats)("is the original's without a format: %s, whatever the client takes", (format) => {
    expect(plan('w=9', { format }, 'avif+webp').format).toBe(format);
  });

  it.each(formats.flatMap((from) => formats.map((to) => [from, to] as const)))(
    'is the one asked for: %s to %s, whatever the client takes',
    (from, to) => {
      expect(plan(`format=${to}`, { format: from }, 'avif+webp').format).toBe(to);
      expect(plan(`format=${to}`, { format: from, frames: 4 }, 'other').animated).toBe(to === 'webp' || to === 'gif');
    },
  );
});

describe('animation', () => {
  const gif = { format: 'gif', frames: 10, width: 100, height: 100, alpha: true } as const;

  it.each<readonly [string, Partial<ImageInfo>, Partial<Limits>, boolean]>([
    ['is kept', {}, {}, true],
    ['needs a second frame', { frames: 1 }, {}, false],
    ['is not kept with more frames than allowed', {}, { frames: 9 }, false],
    ['is kept with as many pixels as allowed', {}, { animationPixels: 100_000 }, true],
    ['is not kept with more pixels than allowed', {}, { animationPixels: 99_999 }, false],
    ['is not kept where the picture must be turned', { format: 'webp', orientation: 6 }, {}, false],
  ])('%s', (_, image, limits, expected) => {
    expect(plan('format=webp', { ...gif, ...image }, 'other', limits).animated).toBe(expected);
  });

  it('is not kept where the canvas asked for makes too many pixels of it', () => {
    const limits = { animationPixels: 100_000 };
    expect(plan('w=100&h=99&fit=contain', gif, 'other', limits).animated).toBe(true);
    expect(plan('w=100&h=101&fit=contain', gif, 'other', limits).animated).toBe(false);
  });

  it('over its limits is negotiated as a still', () => {
    expect(plan('format=auto', gif, 'avif', { frames: 9 })).toMatchObject({ format: 'avif', animated: false });
  });

  it.each(['entropy', 'attention'])('is cropped at the centre where a still is by %s', (position) => {
    const query = `w=50&h=20&position=${position}`;
    expect(plan(query, gif).stages).toMatchObject([{ position: 'centre' }]);
    expect(plan(`${query}&format=png`, gif).stages).toMatchObject([{ position }]);
    expect(plan('w=50&h=20&position=left', gif).stages).toMatchObject([{ position: 'left' }]);
  });
});

describe('quality', () => {
  it.each<readonly [string, ImageFormat, number | undefined]>([
    ['', 'jpeg', 80],
    ['q=80', 'jpeg', 80],
    ['q=1', 'jpeg', 1],
    ['q=100', 'webp', 100],
    ['q=50', 'avif', 50],
    ['', 'png', undefined],
    ['q=50', 'png', undefined],
    ['q=50', 'gif', undefined],
    ['q=50&format=png', 'jpeg', undefined],
    ['q=50&format=jpeg', 'png', 50],
  ])('of "%s" on a %s is %s', (query, format, quality) => {
    expect(plan(query, { format }).quality).toBe(quality);
  });
});

describe('flatten', () => {
  it.each<readonly [string, Partial<ImageInfo>, boolean]>([
    ['format=jpeg', { format: 'png', alpha: true }, true],
    ['format=jpeg', { format: 'png', alpha: false }, false],
    ['format=png', { format: 'png', alpha: true }, false],
    ['format=webp', { format: 'png', alpha: true }, false],
    ['w=9&h=9&fit=contain', { format: 'jpeg' }, true],
    ['w=9&h=9&fit=contain&format=png', { format: 'jpeg' }, false],
    ['w=500&h=300&fit=contain', { format: 'jpeg' }, false],
    ['w=9&h=9', { format: 'jpeg' }, false],
  ])('with "%s" on %o is %s', (query, image, expected) => {
    expect(plan(query, image).flatten).toBe(expected);
  });
});

describe('the stages of a plan', () => {
  it('have every length known', () => {
    expect(plan('w=400')).toEqual({
      stages: [{ width: 400, height: 240, fit: 'fill', position: 'centre' }],
      layers: [],
      format: 'jpeg',
      quality: 80,
      animated: false,
      flatten: false,
      width: 400,
      height: 240,
    });
  });

  it.each(['', 'w=1000', 'w=5000', 'h=600', 'w=1000&h=600', 'w=2000&h=1200', 'w=3000&h=3000&fit=inside'])(
    'are none where "%s" changes nothing',
    (query) => {
      expect(plan(query)).toMatchObject({ stages: [], width: 1000, height: 600 });
    },
  );

  it('are one where the original is over the limits, though nobody asked', () => {
    expect(plan('', { width: 8000, height: 4000 })).toMatchObject({
      stages: [{ width: 4096, height: 2048, fit: 'fill' }],
      width: 4096,
      height: 2048,
    });
  });

  it.each([5, 6, 7, 8])('know that orientation %i lies on its side', (orientation) => {
    expect(plan('w=300', { orientation })).toMatchObject({ width: 300, height: 500 });
    expect(plan('', { orientation })).toMatchObject({ stages: [], width: 600, height: 1000 });
  });

  it('each begin where the one before ended', () => {
    const stages: readonly Stage[] = [
      { resize: { width: 500 } },
      { resize: { width: 800 } },
      { resize: { width: 300, height: 300 } },
    ];
    expect(planRender({ stages, output: {} }, imageOf(), 'other', defaultLimits)).toMatchObject({
      stages: [
        { width: 500, height: 300, fit: 'fill' },
        { width: 300, height: 300, fit: 'cover' },
      ],
      width: 300,
      height: 300,
    });
  });
});

describe('one meaning', () => {
  it.each<readonly [string, readonly string[]]>([
    [
      'w=500',
      [
        'h=300',
        'w=500&h=300',
        'w=500&h=300&fit=contain',
        'w=500&h=300&fit=fill',
        'w=500&h=300&fit=inside',
        'w=500&h=300&fit=outside',
        'w=500&h=900&fit=inside',
        'w=500&h=1&fit=outside',
        'w=250&dpr=2',
        'w=500&q=80',
        'w=500&format=jpeg',
        'w=500&h=300&position=left',
        'w=500&h=300&position=entropy',
      ],
    ],
    [
      '',
      ['w=1000', 'w=9000', 'h=600', 'w=1000&h=600', 'w=4000&h=2400', 'w=2000&h=2000&fit=fill', 'q=80', 'format=jpeg'],
    ],
    ['w=300&h=300', ['w=300&h=300&position=center', 'w=150&h=150&dpr=2', 'w=300&h=300&format=jpeg&utm=1']],
    [
      'w=300&h=300&fit=contain',
      ['w=300&h=300&fit=contain&position=entropy', 'w=300&h=300&fit=contain&position=attention'],
    ],
    ['w=1000&h=1000', ['w=600&h=600', 'w=2000&h=2000']],
  ])('of "%s" has one plan', (first, others) => {
    for (const other of others) expect(plan(other), other).toEqual(plan(first));
  });

  it('for clients of one class has one plan, explicit or negotiated', () => {
    expect(plan('format=auto', {}, 'webp')).toEqual(plan('format=webp', {}, 'other'));
    expect(plan('format=png&q=50', { format: 'png' })).toEqual(plan('', { format: 'png' }));
  });

  it('is another for each position that crops', () => {
    const plans = positions.map((position) => JSON.stringify(plan(`w=300&h=300&position=${position}`)));
    expect(new Set(plans).size).toBe(positions.length);
  });
});

describe('the layers of a plan', () => {
  it('have every length known', () => {
    const query = 'w=400&overlay-w=0.25&overlay-position=right+bottom&overlay-margin=8&overlay-opacity=60';
    expect(composite(`${query}&overlay-blend=screen`)).toEqual({
      ...plan('w=400'),
      layers: [{ width: 100, height: 50, left: 292, top: 182, opacity: 60, blend: 'screen', overlay: 0, stage: 0 }],
    });
  });

  it('are laid on the result, not on the original', () => {
    expect(composite('').layers).toMatchObject([{ width: 200, height: 100, left: 400, top: 250 }]);
    expect(composite('w=100&h=400&fit=contain').layers).toMatchObject([{ width: 100, height: 50, left: 0, top: 175 }]);
    expect(composite('', { width: 8000, height: 4000 }).layers).toMatchObject([{ left: 1948, top: 974 }]);
    expect(composite('', { orientation: 6 }).layers).toMatchObject([{ left: 200, top: 450 }]);
  });

  it.each([5, 6, 7, 8])('know that an overlay of orientation %i lies on its side', (orientation) => {
    expect(composite('', {}, { ...logo, orientation }).layers).toMatchObject([{ width: 100, height: 200 }]);
  });

  it.each<readonly [string, Partial<ImageInfo>, string]>([
    ['neither flatten a JPEG', {}, ''],
    ['nor make a picture transparent for negotiation', { format: 'webp' }, 'format=auto'],
    ['nor end an animation', { format: 'gif', frames: 4, alpha: true }, 'format=webp'],
  ])('%s', (_, image, query) => {
    const { layers, ...rest } = composite(query, image);
    expect(layers).toHaveLength(1);
    expect({ ...rest, layers: [] }).toEqual(plan(query, image));
  });

  const [a, b, c] = ['/a.png', '/b.png', '/c.png'].map((path) => ({ path })) as [Overlay, Overlay, Overlay];
  const planOf = (...stages: readonly Stage[]): RenderPlan => {
    const transformation = { stages, output: {} };
    return planRender(
      transformation,
      imageOf(),
      'other',
      defaultLimits,
      overlaysOf(transformation).map(() => logo),
    );
  };
  const inShort = ({ stages, layers }: RenderPlan) => [
    stages.map(({ width }) => width),
    layers.map(({ overlay, stage, width }) => [overlay, stage, width]),
  ];

  it.each<readonly [string, readonly Stage[], readonly unknown[]]>([
    [
      'on the last of two passes',
      [{ resize: { width: 500 } }, { resize: { width: 100 }, overlays: [a] }],
      [[500, 100], [[0, 1, 100]]],
    ],
    [
      'in the pass before',
      [{ resize: { width: 500 }, overlays: [a] }, { overlays: [b] }],
      [
        [500],
        [
          [0, 0, 200],
          [1, 0, 200],
        ],
      ],
    ],
    [
      'with no change of size',
      [{ overlays: [a, b] }, { overlays: [c] }],
      [
        [],
        [
          [0, 0, 200],
          [1, 0, 200],
          [2, 0, 200],
        ],
      ],
    ],
    [
      'before the size changes',
      [{ overlays: [a] }, { resize: { width: 100 }, overlays: [b] }],
      [
        [1000, 100],
        [
          [0, 0, 200],
          [1, 1, 100],
        ],
      ],
    ],
    [
      'unless nobody would see it',
      [{ overlays: [{ ...a, opacity: 0 }] }, { resize: { width: 100 }, overlays: [b] }],
      [[100], [[1, 0, 100]]],
    ],
  ])('are laid on %s', (_, stages, expected) => {
    expect(inShort(planOf(...stages))).toEqual(expected);
  });

  it.each<readonly [string, Partial<Limits>, boolean]>([
    ['overlay-blend=screen', {}, true],
    ['overlay-blend=screen', { heldPixels: 200_000 }, true],
    ['overlay-blend=screen', { heldPixels: 199_999 }, false],
    ['overlay-blend=over', { heldPixels: 199_999 }, true],
  ])('of an animation with "%s" and %o leave it one: %s', (query, limits, expected) => {
    const gif = imageOf({ format: 'gif', frames: 10, alpha: true });
    const allLimits = { ...defaultLimits, ...limits };
    const transformation = transformationOf(`overlay=/logo.png&${query}`);
    expect(planRender(transformation, gif, 'other', allLimits, [logo]).animated).toBe(expected);
  });

  it('need an image for each overlay', () => {
    const transformation = transformationOf('overlay=/logo.png');
    expect(() => planRender(transformation, imageOf(), 'other', defaultLimits)).toThrow(
      new TypeError('Expected the images of 1 overlays but received 0'),
    );
  });

  it.each<readonly [string, readonly string[]]>([
    [
      '',
      [
        'overlay-opacity=100',
        'overlay-w=200',
        'overlay-h=100',
        'overlay-w=0.2',
        'overlay-w=100&dpr=2',
        'overlay-margin=0',
        'overlay-w=200&overlay-h=0.9',
        'overlay-margin=9',
      ],
    ],
    ['overlay-w=1.0', ['overlay-w=1.00', 'overlay-w=1000', 'overlay-w=9999', 'overlay-w=2000&overlay-h=1.0']],
    ['w=500&overlay-position=top&overlay-margin=20', ['w=250&dpr=2&overlay-position=top&overlay-margin=10']],
  ])('of "%s" are those of every query that means the same', (first, others) => {
    for (const other of others) expect(composite(other), other).toEqual(composite(first));
  });

  it('are others for each position, blend, opacity and size', () => {
    const queries = [
      ...overlayPositions.map((position) => `overlay-position=${position}`),
      ...blends.slice(1).map((blend) => `overlay-blend=${blend}`),
      ...['overlay-opacity=1', 'overlay-opacity=99', 'overlay-w=20', 'overlay-w=0.21', 'overlay-h=1'],
    ];
    expect(new Set(queries.map((query) => JSON.stringify(composite(query)))).size).toBe(queries.length);
  });
});
