// Every parameter of the URL grammar as the page offers it. `name` is its name in the URL, `isOutput` says that it stands
// once in a URL and not once in each stage. A test holds this table to the grammar of the server.
//
// kind: 'text' is a field, to which may come `sliders` and `swatch` (each for one of the parts between commas, `fill`
// being what the others become) and `words`; 'choice' a list of `options`, 'switch' a box that says `true`.
// unset: what holds where the parameter is left out. excludes: what may not stand beside it.

const size = { min: 10, max: 2400, step: 10, rest: 800 };
const factor = (max) => ({ min: 0, max, step: 0.05, rest: 1 });
const corners = ['centre', 'top', 'right top', 'right', 'right bottom', 'bottom', 'left bottom', 'left', 'left top'];
const blends = 'over multiply screen overlay darken lighten hard-light soft-light difference exclusion'.split(' ');

const inGroup = (group, rows) => rows.map((row) => ({ group, ...row }));
const text = (name, label, more = {}) => ({ name, label, kind: 'text', ...more });
const number = (name, label, slider, more = {}) => text(name, label, { sliders: [slider], ...more });
const choice = (name, label, options, unset, more = {}) => ({ name, label, kind: 'choice', options, unset, ...more });
const toggle = (name, label, more = {}) => ({ name, label, kind: 'switch', ...more });

export const parameters = [
  ...inGroup(
    'Output',
    [
      choice('preset', 'Preset', 'presets', 'none'),
      choice('format', 'Format', ['auto', 'jpeg', 'png', 'webp', 'avif', 'gif', 'json'], 'as the original'),
      number('q', 'Quality', { min: 1, max: 100, step: 1, rest: 80 }, { unset: '80' }),
      number('dpr', 'Density', { min: 0.5, max: 5, step: 0.5, rest: 1 }, { unset: '1' }),
      toggle('lossless', 'Lossless'),
      toggle('progressive', 'Progressive'),
      choice('chroma', 'Chroma', ['4:2:0', '4:4:4'], "as the server's"),
      number('colours', 'Colours', { min: 2, max: 256, step: 1, rest: 256 }, { unset: 'all' }),
      number('dpi', 'DPI', { min: 36, max: 600, step: 1, rest: 72 }, { unset: 'none' }),
      choice('keep', 'Metadata', ['icc', 'all'], 'none'),
    ].map((row) => ({ isOutput: true, ...row })),
  ),
  ...inGroup(
    'Delivery',
    [
      number('frame', 'Still of frame', { min: 1, max: 24, step: 1, rest: 1 }, { unset: 'all' }),
      text('v', 'Version', { unset: 'any token' }),
      choice('fallback', 'In its place', 'pictures', 'none'),
      toggle('original', 'Original'),
      text('download', 'Download', { unset: 'file name', words: ['true'] }),
    ].map((row) => ({ isOutput: true, ...row })),
  ),
  ...inGroup('Size', [
    number('w', 'Width', size, { unset: 'px, or 0.5' }),
    number('h', 'Height', size, { unset: 'px, or 0.5' }),
    choice('fit', 'Fit', ['cover', 'contain', 'fill', 'inside', 'outside', 'none'], 'cover'),
    text('ratio', 'Ratio', { unset: '16:9', words: ['1:1', '4:5', '3:2', '16:9'] }),
    toggle('enlarge', 'Enlarge'),
    number('min-w', 'Least width', size, { unset: 'px' }),
    number('min-h', 'Least height', size, { unset: 'px' }),
    number('max-w', 'Most width', size, { unset: 'px' }),
    number('max-h', 'Most height', size, { unset: 'px' }),
  ]),
  ...inGroup('Crop', [
    choice('position', 'Position', [...corners, 'entropy', 'attention'], 'centre', { excludes: ['fp'] }),
    text('fp', 'Focal point', {
      unset: 'x,y,zoom',
      fill: ['0.5', '0.5'],
      sliders: [
        { label: 'across', min: 0, max: 1, step: 0.01, rest: 0.5, isShare: true },
        { label: 'down', min: 0, max: 1, step: 0.01, rest: 0.5, isShare: true },
        { label: 'zoom', min: 1, max: 10, step: 0.1, rest: 1 },
      ],
      excludes: ['position'],
    }),
    text('crop', 'Crop', { unset: 'x,y,w,h', words: ['0.5,0.5', '800,800', '0.5,0.5,600,600,centre'] }),
    number('trim', 'Trim', { min: 0, max: 100, step: 1, rest: 10 }, { words: ['true'], fill: ['10'], swatch: 1 }),
  ]),
  ...inGroup('Turn', [
    choice('flip', 'Flip', ['h', 'v', 'hv'], 'no'),
    number('rotate', 'Rotate', { min: -180, max: 180, step: 1, rest: 0 }, { unset: '0', words: ['90', '15,cover'] }),
    choice('orient', 'EXIF', ['exif', 'none', ...'12345678'], 'exif', { isOutput: true }),
  ]),
  ...inGroup('Colour', [
    number('exposure', 'Exposure', { min: -3, max: 3, step: 0.1, rest: 0 }, { unset: '0' }),
    number('brightness', 'Brightness', factor(3), { unset: '1' }),
    number('saturation', 'Saturation', factor(3), { unset: '1' }),
    number('hue', 'Hue', { min: -180, max: 180, step: 1, rest: 0 }, { unset: '0' }),
    number('contrast', 'Contrast', factor(3), { unset: '1', words: ['auto'] }),
    number('gamma', 'Gamma', { min: 0.35, max: 3, step: 0.05, rest: 1 }, { unset: '1' }),
    number('sepia', 'Sepia', { min: 0, max: 100, step: 1, rest: 0 }, { unset: '0' }),
    text('tint', 'Tint', { unset: 'colour', swatch: 0 }),
    toggle('grayscale', 'Grayscale'),
    toggle('negate', 'Negate'),
  ]),
  ...inGroup('Effects', [
    number('blur', 'Blur', { min: 0.3, max: 40, step: 0.1, rest: 0.3 }, { unset: 'none' }),
    number(
      'sharpen',
      'Sharpen',
      { min: 0.1, max: 10, step: 0.1, rest: 0.1 },
      { unset: 'none', words: ['true', '2,1,3'] },
    ),
    number('pixelate', 'Pixelate', { min: 2, max: 60, step: 1, rest: 2 }, { unset: 'none' }),
    number('opacity', 'Opacity', { min: 0, max: 100, step: 1, rest: 100 }, { unset: '100' }),
  ]),
  ...inGroup('Frame', [
    number('pad', 'Padding', { min: 0, max: 120, step: 1, rest: 0 }, { unset: '0', words: ['10,40'] }),
    text('fill', 'Fill', { unset: 'nothing', swatch: 0, words: ['blur'] }),
    number('border', 'Border', { min: 0, max: 60, step: 1, rest: 0 }, { unset: 'none', fill: ['8', '000'], swatch: 1 }),
    number('radius', 'Radius', { min: 0, max: 300, step: 1, rest: 0 }, { unset: '0', words: ['max'] }),
    choice('mask', 'Mask', ['ellipse'], 'none'),
    text('bg', 'Background', { unset: 'colour', swatch: 0, words: ['transparent'] }),
  ]),
  ...inGroup('Overlay', [
    choice('overlay', 'Overlay', 'pictures', 'none', { excludes: ['block', 'text'] }),
    text('block', 'Block', { unset: 'colour', swatch: 0, words: ['0008'], excludes: ['overlay', 'text'] }),
    text('overlay-do', 'Its stages', { unset: 'a query', words: ['radius=max', 'rotate=20'] }),
    number('overlay-w', 'Width', { min: 0.05, max: 1, step: 0.01, rest: 0.3, isShare: true }, { unset: 'its own' }),
    number('overlay-h', 'Height', { min: 0.05, max: 1, step: 0.01, rest: 0.3, isShare: true }, { unset: 'its own' }),
    choice('overlay-position', 'Position', corners, 'centre'),
    text('overlay-at', 'At', { unset: 'x,y', words: ['0,0', '-8,-8', '0.5,0.5,centre'] }),
    toggle('overlay-tile', 'Tiled'),
    number('overlay-margin', 'Margin', { min: 0, max: 100, step: 1, rest: 0 }, { unset: '0' }),
    number('overlay-opacity', 'Opacity', { min: 1, max: 100, step: 1, rest: 100 }, { unset: '100' }),
    choice('overlay-blend', 'Blend', blends, 'over'),
  ]),
  ...inGroup('Words', [
    text('text', 'Words', { unset: 'none', words: ['Hello'], excludes: ['overlay', 'block'] }),
    number('text-size', 'Size', { min: 8, max: 200, step: 1, rest: 32 }, { unset: '32' }),
    choice('text-style', 'Style', ['bold', 'italic', 'bold italic'], 'regular'),
    text('text-font', 'Font', { unset: 'DejaVu Sans' }),
    text('text-colour', 'Colour', { unset: 'black', swatch: 0, words: ['fff'] }),
    choice('text-align', 'Align', ['left', 'centre', 'right'], 'left'),
    number('text-width', 'Width', { min: 20, max: 1200, step: 10, rest: 400 }, { unset: 'as they are' }),
    number('text-line-height', 'Line height', { min: 0.5, max: 3, step: 0.1, rest: 1.2 }, { unset: '1.2' }),
    number('text-padding', 'Padding', { min: 0, max: 100, step: 1, rest: 0 }, { unset: '0', words: ['8,16'] }),
    text('text-background', 'Background', { unset: 'colour', swatch: 0, words: ['fff8'] }),
  ]),
];

const aliases = {
  ...{ width: 'w', height: 'h', gravity: 'position', padding: 'pad', background: 'bg', greyscale: 'grayscale' },
  ...{
    colors: 'colours',
    ar: 'ratio',
    invert: 'negate',
    f: 'format',
    fm: 'format',
    quality: 'q',
    version: 'v',
    dl: 'download',
    'text-color': 'text-colour',
    'text-bg': 'text-background',
  },
};

/** The row of the table for a name as it stands in a URL, or undefined. */
export function parameterNamed(name) {
  const own = Object.hasOwn(aliases, name) ? aliases[name] : name;
  return parameters.find((parameter) => parameter.name === own);
}

/**
 * The text of a parameter with one of its parts changed, as a slider or a swatch changes it. Parts before it that are not
 * there yet become what the parameter is filled with.
 */
export function withPart({ fill = [], sliders = [] }, text, index, part) {
  const parts = text === '' ? [] : text.split(',');
  for (let each = 0; each < Math.max(index, fill.length); each++) parts[each] ||= fill[each] ?? '0';
  // Without its decimal point a share would be pixels.
  parts[index] = sliders[index]?.isShare ? Number(part).toFixed(2) : part;
  return parts.join(',');
}
