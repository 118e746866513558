import type { RefusedParameter } from './parameter.ts';

/** Names that are refused for one reason: each with its aliases, and the values with which it asks for nothing. */
interface RefusedFamily {
  readonly reason: string;
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly idle?: readonly string[];
}

const off: readonly string[] = ['false', '0', ''];

const families: readonly RefusedFamily[] = [
  {
    reason: 'backgrounds are not told from what is before them',
    idle: off,
    names: { 'bg-remove': ['background-remove'], 'bg-replace': ['background-replace'] },
  },
  {
    reason: 'backgrounds are not told from what is before them',
    names: {
      'bg-remove-fallback': [],
      'bg-remove-fg-type': [],
      'bg-remove-semi-transparency': ['background-removal-semi-transparency'],
      'bg-remove-transparency-threshold': [],
      'bg-replace-fallback': [],
      'bg-replace-neg-prompt': ['background-replace-negative-prompt'],
    },
  },
  {
    reason: 'pictures are not made up here',
    idle: off,
    names: { upscale: [] },
  },
  {
    reason: 'pictures are not made up here',
    names: {
      'fill-gen-fallback': ['fill-generative-fallback'],
      'fill-gen-neg-prompt': ['fill-generative-negative-prompt'],
      'fill-gen-pos': ['fill-generative-position'],
      'fill-gen-prompt': ['fill-generative-prompt'],
      'fill-gen-seed': ['fill-generative-seed'],
      'object-removal-negative-prompt': [],
      'object-removal-prompt': [],
      'object-removal-rect': [],
      'object-removal-seed': [],
      'upscale-fallback': [],
    },
  },
  {
    reason: 'faces are not looked for',
    idle: ['0'],
    names: { 'face-blur': [], 'face-pixel': ['face-pixelate'], faces: [] },
  },
  { reason: 'faces are not looked for', names: { faceindex: [], facepad: [] } },
  { reason: 'number plates are not looked for', idle: ['0'], names: { 'lp-blur': ['license-plate-blur'] } },
  { reason: 'lights and shadows are not changed by themselves', idle: ['0'], names: { high: [], shad: [] } },
  { reason: 'colours are not weighed by how pale they are', idle: ['0'], names: { vib: [] } },
  { reason: 'noise is not told from detail', idle: ['0'], names: { nr: [], nrs: [] } },
  { reason: 'the effect is not drawn', idle: ['0'], names: { htn: [] } },
  { reason: 'the effect is not drawn', names: { duotone: [], 'duotone-alpha': [] } },
  { reason: 'gradients are not drawn', names: gradients() },
  { reason: 'no chequers are drawn', names: { transparency: [], 'grid-colors': [], 'grid-size': [] } },
  { reason: 'an animation keeps the time and the frames that it has', idle: off, names: { loop: [], reverse: [] } },
  { reason: 'an animation keeps the time and the frames that it has', names: { fps: [], interval: [], skip: [] } },
  {
    reason: 'a border is as wide on each side, in one line',
    names: {
      'border-top': [],
      'border-right': [],
      'border-bottom': [],
      'border-left': [],
      'border-radius-inner': [],
      'border-stroke-color': [],
    },
  },
  { reason: 'a border is as wide on each side, in one line', idle: ['0'], names: { 'border-stroke-size': [] } },
  { reason: 'the description that fm=json gives has the dominant colour', names: palettes() },
  { reason: 'no crosses are drawn', idle: off, names: { 'fp-debug': [] } },
  { reason: 'no metadata but the colour profile goes out', idle: ['block'], names: { iptc: [] } },
  { reason: 'an SVG is drawn, and never goes out as it is', idle: ['true', '1'], names: { 'svg-sanitize': [] } },
  { reason: 'an original is never passed on in place of its picture', idle: off, names: { 'rasterize-bypass': [] } },
  { reason: 'no PDF is drawn', idle: ['true', '1'], names: { 'pdf-annotation': ['annotation'] } },
  {
    reason: 'a mark is laid on whatever the size of the picture',
    idle: ['0'],
    names: { 'mark-if-min-height': [], 'mark-if-min-width': [] },
  },
  {
    reason: 'letters have no outline, shadow or spacing of their own',
    idle: ['0'],
    names: {
      'txt-lead': ['txtlead'],
      'txt-line': ['txtline', 'tl'],
      'txt-shad': ['txtshad', 'tsh'],
      'txt-track': ['txttrack', 'tt'],
    },
  },
  {
    reason: 'letters have no outline, shadow or spacing of their own',
    names: { 'txt-line-color': ['txtlinecolor', 'txt-line-clr', 'txtlineclr'] },
  },
  { reason: 'words are laid on whole, in their size', idle: ['end'], names: { 'txt-clip': ['txtclip', 'tcl'] } },
  { reason: 'words are laid on whole, in their size', names: { 'txt-fit': ['txtfit'] } },
  { reason: 'no films are made', names: films() },
];

function gradients(): RefusedFamily['names'] {
  const ends = ['cs', 'linear', 'linear-direction', 'radial', 'radial-radius', 'radial-x', 'radial-y', 'type'];
  return Object.fromEntries(ends.map((end) => [`fill-gradient-${end}`, []]));
}

function palettes(): RefusedFamily['names'] {
  return { palette: [], colors: [], prefix: [] };
}

function films(): RefusedFamily['names'] {
  const plain = ['bitrate', 'clip-start', 'clip-end', 'codec', 'thumbnail'];
  // Newer than the rest of the list.
  const newer = [
    ...['clip-duration', 'generate-subtitles', 'renditions', 'subtitle-translations'],
    ...['columns', 'format', 'h', 'interval', 'smart-crop', 'w'].map((end) => `spritesheet-${end}`),
    ...['align', 'amplitude', 'bg-color', 'color', 'h', 'mode', 'pad', 'scale'].map((end) => `wave-${end}`),
    ...['split', 'thickness', 'w', 'x', 'y'].map((end) => `wave-${end}`),
    'wave',
  ];
  return Object.fromEntries([...plain, ...newer].map((end) => [`video-${end}`, []]));
}

/** What is refused by name, by its one name. */
export const refusedParameters: Readonly<Record<string, RefusedParameter>> = Object.fromEntries(
  families.flatMap(({ reason, names, idle = [] }) =>
    Object.entries(names).map(([name, aliases]) => [name, { aliases, reason, idle }]),
  ),
);
