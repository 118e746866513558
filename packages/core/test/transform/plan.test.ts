import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import type { AcceptClass } from '../../src/http/accept.ts';
import { type Colour, transparent, white } from '../../src/transform/colour.ts';
import type { ImageFormat, ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { blends, type Overlay, overlayPositions } from '../../src/transform/overlay.ts';
import { type PlanContext, planRender, planTrimmed, type RenderPlan } from '../../src/transform/plan.ts';
import { positions, type Stage } from '../../src/transform/stage.ts';
import { type Output, overlaysOf, type Transformation } from '../../src/transform/transformation.ts';

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
): RenderPlan =>
  planRender(transformationOf(query), imageOf(image), { accept, limits: { ...defaultLimits, ...limits } });

const context: PlanContext = { accept: 'other', limits: defaultLimits };

const logo = imageOf({ format: 'png', width: 200, height: 100, alpha: true });

/** The plan of a native query with an overlay of 200 × 100 pixels on a picture of 1000 × 600. */
const composite = (query: string, image: Partial<ImageInfo> = {}, overlay: ImageInfo = logo): RenderPlan =>
  planRender(transformationOf(`overlay=/logo.png&${query}`), imageOf(image), { ...context, overlays: [overlay] });

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
    expect(plan(query, gif).stages).toMatchObject([{ resize: { position: 'centre' } }]);
    expect(plan(`${query}&format=png`, gif).stages).toMatchObject([{ resize: { position } }]);
    expect(plan('w=50&h=20&position=left', gif).stages).toMatchObject([{ resize: { position: 'left' } }]);
  });
});

describe('quality', () => {
  it.each<readonly [string, ImageFormat, number | undefined]>([
    ['', 'jpeg', 80],
    ['q=80', 'jpeg', 80],
    ['q=1', 'jpeg', 1],
    ['q=100', 'webp', 100],
    // AVIF's own scale.
    ['q=50', 'avif', 52],
    ['', 'png', undefined],
    ['q=50', 'png', undefined],
    ['q=50', 'gif', undefined],
    ['q=50&format=png', 'jpeg', undefined],
    ['q=50&format=jpeg', 'png', 50],
  ])('of "%s" on a %s is %s', (query, format, quality) => {
    expect(plan(query, { format }).encoding.quality).toBe(quality);
  });
});

describe('the white of a JPEG', () => {
  it.each<readonly [string, Partial<ImageInfo>, boolean]>([
    ['format=jpeg', { format: 'png', alpha: true }, true],
    ['format=jpeg', { format: 'png', alpha: false }, false],
    ['format=png', { format: 'png', alpha: true }, false],
    ['format=webp', { format: 'png', alpha: true }, false],
    ['w=9&h=9&fit=contain', { format: 'jpeg' }, true],
    ['w=9&h=9&fit=contain&format=png', { format: 'jpeg' }, false],
    ['w=500&h=300&fit=contain', { format: 'jpeg' }, false],
    ['w=9&h=9', { format: 'jpeg' }, false],
    ['pad=5', { format: 'jpeg' }, true],
    ['rotate=45', { format: 'jpeg' }, true],
    ['rotate=45,cover', { format: 'jpeg' }, false],
    ['radius=max', { format: 'jpeg' }, true],
    ['opacity=50', { format: 'jpeg' }, true],
  ])('with "%s" on %o is laid below: %s', (query, image, expected) => {
    const made = plan(query, image);
    expect(made.stages.at(-1)?.background).toEqual(expected ? white : undefined);
    if (made.format === 'jpeg') expect([made.alpha, made.stages.at(-1)?.alpha ?? false]).toEqual([false, false]);
  });

  it('is laid below the picture as it is where nothing else is done', () => {
    expect(plan('format=jpeg', { format: 'png', alpha: true }).stages).toEqual([
      { width: 1000, height: 600, background: white, layers: [], alpha: false },
    ]);
  });

  it('is laid below the last stage only', () => {
    const stages = [{ resize: { width: 500 } }, { resize: { width: 100 } }];
    const image = imageOf({ format: 'png', alpha: true });
    const made = planRender({ stages, output: { format: 'jpeg' } }, image, context);
    expect(made.stages.map(({ background, alpha }) => [background, alpha])).toEqual([
      [undefined, true],
      [white, false],
    ]);
  });

  it.each<readonly [string, string]>([
    ['bg=ff0000', 'ff0000'],
    ['bg=ff000080', 'ff7f7f'],
    ['bg=00000001', 'fefefe'],
    ['bg=0000', 'ffffff'],
    ['bg=transparent', 'ffffff'],
  ])('shines through "%s"', (query, expected) => {
    const [last] = plan(`${query}&format=jpeg`, { format: 'png', alpha: true }).stages;
    const background: Colour = {
      r: Number.parseInt(expected.slice(0, 2), 16),
      g: Number.parseInt(expected.slice(2, 4), 16),
      b: Number.parseInt(expected.slice(4, 6), 16),
      alpha: 255,
    };
    expect(last).toMatchObject({ background, alpha: false });
  });

  it('is not laid below a background of other types', () => {
    const made = plan('bg=ff000080&format=png', { format: 'png', alpha: true });
    expect(made).toMatchObject({ alpha: true, stages: [{ background: { r: 255, g: 0, b: 0, alpha: 128 } }] });
    expect(plan('bg=ff0000&format=png', { format: 'png', alpha: true }).alpha).toBe(false);
  });

  it('is laid below last of all where a layer is blended, which is not to be mixed with it', () => {
    const made = composite('overlay-blend=multiply&format=jpeg', { format: 'png', alpha: true });
    expect(made.stages).toMatchObject([
      { layers: [{ blend: 'multiply' }], alpha: true },
      { width: 1000, height: 600, background: white, layers: [], alpha: false },
    ]);
    expect(made.stages[0]?.background).toBeUndefined();
    expect(made.alpha).toBe(false);
  });
});

describe('the stages of a plan', () => {
  it('have every length known', () => {
    expect(plan('w=400')).toEqual({
      stages: [
        {
          width: 400,
          height: 240,
          resize: { width: 400, height: 240, fit: 'fill', position: 'centre' },
          layers: [],
          alpha: false,
        },
      ],
      format: 'jpeg',
      encoding: { quality: 80, chromaSubsampling: '4:2:0' },
      animated: false,
      alpha: false,
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
      stages: [{ width: 4096, height: 2048, resize: { width: 4096, height: 2048, fit: 'fill' } }],
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
    expect(planRender({ stages, output: {} }, imageOf(), context)).toMatchObject({
      stages: [
        { width: 500, height: 300, resize: { fit: 'fill' } },
        { width: 300, height: 300, resize: { fit: 'cover' } },
      ],
      width: 300,
      height: 300,
    });
  });
});

describe('a JPEG without colours', () => {
  const grey = { grey: true } as const;
  const greys = (stages: readonly Stage[]) =>
    planRender({ stages, output: {} }, imageOf(grey), context).stages.map((stage) => stage.grey ?? false);

  it('is one until anything has been done to it', () => {
    expect(greys([{ resize: { width: 500 } }, { resize: { width: 100 } }])).toEqual([true, false]);
    expect(greys([{}, { resize: { width: 100 } }])).toEqual([true]);
  });

  it('is left as it is where nothing is done', () => {
    expect(plan('', grey)).toEqual(plan(''));
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
      [
        'w=1000',
        'w=9000',
        'h=600',
        'w=1000&h=600',
        'w=4000&h=2400',
        'w=2000&h=2000&fit=fill',
        'q=80',
        'format=jpeg',
        'bg=f00',
      ],
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

/** All layers of a plan. */
const layersOf = ({ stages }: RenderPlan) => stages.flatMap(({ layers }) => layers);

describe('the layers of a plan', () => {
  it('have every length known', () => {
    const query = 'w=400&overlay-w=0.25&overlay-position=right+bottom&overlay-margin=8&overlay-opacity=60';
    const layers = [{ width: 100, height: 50, left: 292, top: 182, opacity: 60, blend: 'screen', overlay: 0 }];
    const plain = plan('w=400');
    expect(composite(`${query}&overlay-blend=screen`)).toEqual({ ...plain, stages: [{ ...plain.stages[0], layers }] });
  });

  it('are laid on the result, not on the original', () => {
    const small = { width: 100, height: 50, left: 0, top: 175 };
    expect(layersOf(composite(''))).toMatchObject([{ width: 200, height: 100, left: 400, top: 250 }]);
    expect(layersOf(composite('w=100&h=400&fit=contain'))).toMatchObject([small]);
    expect(layersOf(composite('', { width: 8000, height: 4000 }))).toMatchObject([{ left: 1948, top: 974 }]);
    expect(layersOf(composite('', { orientation: 6 }))).toMatchObject([{ left: 200, top: 450 }]);
    expect(layersOf(composite('pad=100,0'))).toMatchObject([{ left: 400, top: 350 }]);
  });

  it.each([5, 6, 7, 8])('know that an overlay of orientation %i lies on its side', (orientation) => {
    expect(layersOf(composite('', {}, { ...logo, orientation }))).toMatchObject([{ width: 100, height: 200 }]);
  });

  it.each<readonly [string, Partial<ImageInfo>, string]>([
    ['neither flatten a JPEG', {}, ''],
    ['nor make a picture transparent for negotiation', { format: 'webp' }, 'format=auto'],
    ['nor end an animation', { format: 'gif', frames: 4, alpha: true }, 'format=webp'],
  ])('%s', (_, image, query) => {
    const { stages, ...rest } = composite(query, image);
    const { stages: none, ...plain } = plan(query, image);
    expect(none).toEqual([]);
    expect(rest).toEqual(plain);
    expect(stages).toEqual([{ width: 1000, height: 600, layers: [expect.anything()], alpha: image.alpha ?? false }]);
  });

  const [a, b, c] = ['/a.png', '/b.png', '/c.png'].map((path) => ({ path })) as [Overlay, Overlay, Overlay];
  const planOf = (...stages: readonly Stage[]): RenderPlan => {
    const transformation = { stages, output: {} };
    return planRender(transformation, imageOf(), { ...context, overlays: overlaysOf(transformation).map(() => logo) });
  };
  /** The width of each stage, and which overlays lie on it in which width. */
  const inShort = ({ stages }: RenderPlan) =>
    stages.map(({ width, layers }) => [
      width,
      ...layers.map((layer) => ('overlay' in layer ? [layer.overlay, layer.width] : [])),
    ]);

  it.each<readonly [string, readonly Stage[], readonly unknown[]]>([
    [
      'on the last of two stages',
      [{ resize: { width: 500 } }, { resize: { width: 100 }, overlays: [a] }],
      [[500], [100, [0, 100]]],
    ],
    [
      'on the stage before, and on what that made',
      [{ resize: { width: 500 }, overlays: [a] }, { overlays: [b] }],
      [
        [500, [0, 200]],
        [500, [1, 200]],
      ],
    ],
    [
      'with no change of size',
      [{ overlays: [a, b] }, { overlays: [c] }],
      [
        [1000, [0, 200], [1, 200]],
        [1000, [2, 200]],
      ],
    ],
    [
      'before the size changes',
      [{ overlays: [a] }, { resize: { width: 100 }, overlays: [b] }],
      [
        [1000, [0, 200]],
        [100, [1, 100]],
      ],
    ],
    [
      'unless nobody would see it',
      [{ overlays: [{ ...a, opacity: 0 }] }, { resize: { width: 100 }, overlays: [b] }],
      [[100, [1, 100]]],
    ],
  ])('are laid on %s', (_, stages, expected) => {
    expect(inShort(planOf(...stages))).toEqual(expected);
  });

  // Mixed with what is below, each frame is by itself: 10 × 1000 × 600 pixels.
  it.each<readonly [string, Partial<Limits>, boolean]>([
    ['overlay-blend=screen', {}, true],
    ['overlay-blend=screen', { heldPixels: 6_000_000 }, true],
    ['overlay-blend=screen', { heldPixels: 5_999_999 }, false],
    ['overlay-blend=screen&w=100', { heldPixels: 60_000 }, true],
    ['overlay-blend=screen&w=100', { heldPixels: 59_999 }, false],
    ['overlay-blend=over', { heldPixels: 1 }, true],
  ])('of an animation with "%s" and %o leave it one: %s', (query, limits, expected) => {
    const gif = imageOf({ format: 'gif', frames: 10, alpha: true });
    const allLimits = { ...defaultLimits, ...limits };
    const transformation = transformationOf(`overlay=/logo.png&${query}`);
    expect(planRender(transformation, gif, { accept: 'other', limits: allLimits, overlays: [logo] }).animated).toBe(
      expected,
    );
  });

  it('need an image for each overlay', () => {
    const transformation = transformationOf('overlay=/logo.png');
    expect(() => planRender(transformation, imageOf(), context)).toThrow(
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

describe('what works on each frame of an animation', () => {
  const gif = { format: 'gif', frames: 10, width: 100, height: 100, alpha: true } as const;

  it.each<readonly [string, Partial<Limits>, boolean]>([
    ['blur=2', { heldPixels: 100_000 }, true],
    ['blur=2', { heldPixels: 99_999 }, false],
    // Made smaller first, it is held as that.
    ['blur=2&w=50', { heldPixels: 25_000 }, true],
    ['blur=2&w=50', { heldPixels: 24_999 }, false],
    ['pad=50', { heldPixels: 400_000 }, true],
    ['pad=50', { heldPixels: 399_999 }, false],
    ['w=50', { heldPixels: 1 }, true],
    ['grayscale=true', { heldPixels: 1 }, true],
    // In sharp's order the second comes first.
    ['brightness=2&grayscale=true', { heldPixels: 1 }, false],
  ])('with "%s" and %o leaves it one: %s', (query, limits, expected) => {
    expect(plan(query, gif, 'other', limits).animated).toBe(expected);
  });

  it('is a second stage too', () => {
    const stages = [{ resize: { width: 50 } }, { resize: { width: 20 } }];
    const planned = (heldPixels: number) =>
      planRender({ stages, output: {} }, imageOf(gif), { accept: 'other', limits: { ...defaultLimits, heldPixels } });
    expect([planned(25_000).animated, planned(24_999).animated]).toEqual([true, false]);
  });
});

describe('a frame', () => {
  const gif = { format: 'gif', frames: 4, alpha: true } as const;

  it.each([1, 4])('of an animation is taken by its number: %i', (number) => {
    expect(plan(`frame=${number}`, gif)).toMatchObject({ frame: number - 1, animated: false, format: 'gif' });
  });

  it('is negotiated as a still', () => {
    expect(plan('frame=2&format=auto', gif, 'avif+webp')).toMatchObject({ format: 'avif', animated: false });
    expect(plan('frame=2&format=webp', gif).animated).toBe(false);
  });

  it('keeps a smart position', () => {
    expect(plan('frame=2&w=50&h=20&position=entropy', gif).stages).toMatchObject([{ resize: { position: 'entropy' } }]);
  });

  it('is refused where the frames up to it are too many to go through', () => {
    const large = { ...gif, frames: 40, width: 5000, height: 5000 };
    expect(() => plan('frame=4', large)).not.toThrow();
    const message = 'frame: up to that one there are 125.0 megapixels; 100 are allowed.';
    expect(() => plan('frame=5', large)).toThrow(expect.objectContaining({ code: 'ORIGINAL_TOO_LARGE', message }));
  });

  it('of a still is the still', () => {
    expect(plan('frame=1')).toEqual(plan(''));
  });

  it.each<readonly [number, Partial<ImageInfo>, string]>([
    [2, {}, 'frame: the original has one frame.'],
    [5, gif, 'frame: the original has 4 frames.'],
  ])('%i that is not there is refused: %o', (number, image, message) => {
    expect(() => plan(`frame=${number}`, image)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMETER', status: 400, message }),
    );
  });
});

describe('a picture as it is stored', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is not turned upright, and has the size of that: %s', (format) => {
    for (const orientation of [2, 3, 6, 8]) {
      const image = { format, orientation };
      expect(plan('orient=none', image)).toMatchObject({ asStored: true, width: 1000, height: 600, stages: [] });
      expect(plan('orient=none&w=500', image)).toMatchObject({ asStored: true, width: 500, height: 300 });
    }
  });

  it('is planned as any other where it is stored upright', () => {
    expect(plan('orient=none')).toEqual(plan(''));
    expect(plan('')).not.toHaveProperty('asStored');
  });

  it('of an AVIF is upright: its orientation is none of EXIF, and its decoder turns it', () => {
    for (const orientation of [3, 6]) {
      expect(plan('orient=none', { format: 'avif', orientation })).toEqual(plan('', { format: 'avif', orientation }));
    }
  });

  it('may be an animation that would have to be turned', () => {
    const webp = { format: 'webp', frames: 4, orientation: 6 } as const;
    expect(plan('orient=none', webp)).toMatchObject({ animated: true, asStored: true, width: 1000, height: 600 });
    expect(plan('', webp)).toMatchObject({ animated: false, width: 600, height: 1000 });
  });
});

describe('a negotiated type', () => {
  const classes = ['avif+webp', 'avif', 'webp', 'other'] as const;

  it('is another than the original has where somebody says so, for clients that take nothing newer', () => {
    const output = { format: 'auto', otherwise: 'png' } as const;
    const formatFor = (accept: AcceptClass) =>
      planRender({ stages: [], output }, imageOf(), { ...context, accept }).format;
    expect(classes.map(formatFor)).toEqual(
      classes.map((accept) => (accept === 'other' ? 'png' : plan('format=auto', {}, accept).format)),
    );
  });
});

describe('a trim', () => {
  const trim = { threshold: 10 };
  const trimmedPlan = (stages: readonly Stage[], output: Output = {}, image: Partial<ImageInfo> = {}): RenderPlan => {
    const transformation = { stages, output };
    const overlays = overlaysOf(transformation).map(() => logo);
    return planRender(transformation, imageOf(image), { ...context, overlays });
  };
  const { outputSide, outputPixels } = defaultLimits;

  it('leaves what follows it to be planned when it is done', () => {
    const stage = { resize: { width: 400 }, blur: 2 };
    expect(trimmedPlan([{ trim, ...stage }, { resize: { width: 20 } }])).toEqual({
      ...plan(''),
      trimmed: {
        trim,
        stages: [stage, { resize: { width: 20 } }],
        firstOverlay: 0,
        limits: { outputSide, outputPixels },
      },
    });
  });

  it('of transparent edges is none of an opaque picture', () => {
    const edges = { threshold: 10, colour: transparent };
    expect(trimmedPlan([{ trim: edges, resize: { width: 400 } }])).toEqual(plan('w=400'));
    const seenThrough = { format: 'png', alpha: true } as const;
    expect(trimmedPlan([{ trim: edges }], {}, seenThrough)).toMatchObject({ trimmed: { trim: edges } });
    const padded = trimmedPlan([{ pad: [9, 9, 9, 9] }, { trim: edges }], { format: 'png' });
    expect(padded).toMatchObject({ trimmed: { trim: edges } });
  });

  it('comes after the stages before it', () => {
    const made = trimmedPlan([
      { resize: { width: 500 }, overlays: [{ path: '/a' }] },
      { trim, overlays: [{ path: '/b' }] },
    ]);
    expect(made).toMatchObject({
      stages: [{ width: 500, height: 300, layers: [{ overlay: 0 }] }],
      trimmed: { stages: [{ overlays: [{ path: '/b' }] }], firstOverlay: 1 },
      width: 500,
      height: 300,
    });
  });

  it('looks at a picture that is over the limits once it is within them', () => {
    const made = trimmedPlan([{ trim }], {}, { width: 8000, height: 4000 });
    expect(made).toMatchObject({ stages: [{ width: 4096, height: 2048 }], width: 4096, height: 2048 });
  });

  it('takes one frame of an animation', () => {
    const gif = { format: 'gif', frames: 4, alpha: true } as const;
    expect(trimmedPlan([{ trim }], { format: 'webp' }, gif).animated).toBe(false);
    expect(trimmedPlan([{ resize: { width: 9 } }, { trim }], { format: 'webp' }, gif).animated).toBe(false);
  });

  it('that is done leaves a plan for the picture as it is then', () => {
    const made = trimmedPlan([{ trim, resize: { width: 300, height: 300 } }]);
    const after = planTrimmed(made, { width: 200, height: 400 }, []);
    const { stages, output } = { stages: [{ resize: { width: 300, height: 300 } }], output: {} };
    expect(after).toEqual(planRender({ stages, output }, imageOf({ width: 200, height: 400 }), context));
    expect(after).toMatchObject({ width: 200, height: 200 });
  });

  it('that is done leaves nothing to do where nothing else was asked for', () => {
    const after = planTrimmed(trimmedPlan([{ trim }]), { width: 200, height: 400 }, []);
    expect(after).toEqual({ ...plan(''), width: 200, height: 400 });
  });

  it('that is done may leave another', () => {
    const made = trimmedPlan([
      { trim, resize: { width: 100 } },
      { trim: { threshold: 20 }, overlays: [{ path: '/a' }] },
    ]);
    const after = planTrimmed(made, { width: 200, height: 400 }, [{ width: 20, height: 10 }]);
    expect(after).toMatchObject({
      stages: [{ width: 100, height: 200 }],
      trimmed: { trim: { threshold: 20 }, firstOverlay: 0 },
    });
    const last = planTrimmed(after, { width: 50, height: 50 }, [{ width: 20, height: 10 }]);
    expect(last).toMatchObject({ width: 50, height: 50, stages: [{ layers: [{ width: 20, height: 10, left: 15 }] }] });
    expect(last).not.toHaveProperty('trimmed');
  });

  it('counts the overlays laid on before it', () => {
    const made = trimmedPlan([{ overlays: [{ path: '/a' }, { path: '/b' }] }, { trim, overlays: [{ path: '/c' }] }]);
    const sizes = [1, 2, 30].map((side) => ({ width: side, height: side }));
    expect(layersOf(planTrimmed(made, { width: 100, height: 100 }, sizes))).toMatchObject([{ overlay: 2, width: 30 }]);
  });

  it('that is done leaves what is transparent on white in a JPEG', () => {
    const made = trimmedPlan([{ trim }], { format: 'jpeg' }, { format: 'png', alpha: true });
    expect(made).toMatchObject({ stages: [], alpha: true });
    expect(planTrimmed(made, { width: 20, height: 10 }, [])).toMatchObject({
      stages: [{ width: 20, height: 10, background: white }],
      alpha: false,
    });
  });

  it('that is done leaves what is over the limits refused', () => {
    const made = trimmedPlan([{ trim, pad: [4000, 0, 0, 0] }]);
    expect(() => planTrimmed(made, { width: 200, height: 400 }, [])).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMETER' }),
    );
  });

  it('that is not there changes no plan', () => {
    const made = plan('w=400');
    expect(planTrimmed(made, { width: 1, height: 1 }, [])).toBe(made);
  });
});

describe('a description', () => {
  it('is of the result, and looks at a thumbnail of it', () => {
    expect(plan('w=400&format=json')).toEqual({
      ...plan('w=400'),
      stages: [
        ...plan('w=400').stages,
        {
          width: 100,
          height: 60,
          resize: { width: 100, height: 60, fit: 'fill', position: 'centre' },
          layers: [],
          alpha: false,
        },
      ],
      format: 'json',
      encoding: {},
    });
  });

  it('of an original tells its size, whatever the limits of results', () => {
    const image = { width: 8000, height: 4000 };
    expect(plan('format=json', image)).toMatchObject({
      width: 8000,
      height: 4000,
      stages: [{ width: 100, height: 50 }],
    });
    expect(plan('format=json&blur=1', image)).toMatchObject({ width: 4096, height: 2048 });
  });

  it('is the same for all clients, and one of the first frame', () => {
    const gif = { format: 'gif', frames: 4, alpha: true } as const;
    const made = plan('format=json', gif, 'avif+webp');
    expect(made).toMatchObject({ format: 'json', animated: false, alpha: true });
    expect(made).toEqual(plan('format=json', gif, 'other'));
  });

  it('of what is trimmed has its thumbnail after that', () => {
    const made = plan('trim=10&w=400&format=json');
    expect(made.stages).toEqual([]);
    const after = planTrimmed(made, { width: 800, height: 800 }, []);
    expect(after).toMatchObject({ width: 400, height: 400, stages: [{ width: 400 }, { width: 100, height: 100 }] });
  });
});

describe('a drawing', () => {
  const svg = { format: 'svg', width: 100, height: 60, alpha: true } as const;
  const drawn = (query: string, limits: Partial<Limits> = {}) => plan(query, svg, 'other', limits).drawn;

  it('is drawn so large that nothing has to be enlarged', () => {
    expect(drawn('')).toEqual({ width: 100, height: 60 });
    expect(drawn('w=300')).toEqual({ width: 300, height: 180 });
    expect(drawn('crop=30,5,10,10&w=250')).toEqual({ width: 2500, height: 1500 });
    expect(drawn('format=json')).toEqual({ width: 100, height: 60 });
    expect(plan('', { format: 'png' })).not.toHaveProperty('drawn');
  });

  // Endpoints that share a store may have other limits, and the plan names the bytes.
  it('has another plan where the limits have it drawn smaller', () => {
    expect(drawn('crop=30,5,10,10&w=250', { outputSide: 300 })).toEqual({ width: 300, height: 180 });
  });
});

describe('encoders', () => {
  it('are set by the options of the server', () => {
    const encoders = { jpeg: { mozjpeg: true }, avif: { effort: 5 } };
    const encodingFor = (format: ImageFormat) =>
      planRender({ stages: [], output: { format } }, imageOf(), { ...context, encoders }).encoding;
    expect(encodingFor('jpeg')).toMatchObject({ mozjpeg: true });
    expect(encodingFor('avif')).toMatchObject({ effort: 5 });
    expect(encodingFor('webp')).toEqual(plan('format=webp').encoding);
  });
});
