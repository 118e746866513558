import type { Colour } from '../../transform/colour.ts';
import type { Corners } from '../../transform/stage.ts';
import { flag } from '../value.ts';
import { type Rows, row } from './parameter.ts';
import { angle, colour, corners, oneOf, type Reader, suggested, whole } from './values.ts';

/** A border: width in CSS pixels, and colour. */
export interface ImgixBorder {
  readonly width: number;
  readonly colour: Colour;
}

/** What the parameters of colour, effects and frames say. */
export interface LookValues {
  readonly bri: number;
  readonly con: number;
  readonly exp: number;
  readonly gam: number;
  readonly hue: number;
  readonly sat: number;
  readonly invert: boolean;
  readonly sepia: number;
  readonly monochrome: Colour;
  readonly blur: number;
  readonly sharp: number;
  readonly usm: number;
  readonly usmrad: number;
  readonly px: number;
  readonly pad: number;
  readonly 'pad-top': number;
  readonly 'pad-right': number;
  readonly 'pad-bottom': number;
  readonly 'pad-left': number;
  readonly border: ImgixBorder;
  readonly 'border-radius': Corners<number>;
  readonly mask: 'ellipse' | 'corners';
  readonly 'corner-radius': Corners<number>;
  readonly 'mask-bg': Colour;
  readonly bg: Colour;
  readonly fill: 'solid' | 'blur';
  readonly 'fill-color': Colour;
}

const percent = whole(suggested(-100, 100));
const width = whole(suggested(0, 8192));

const border: Reader<ImgixBorder> = {
  read: (text) => {
    const [size = '', shade = '', ...others] = text.split(',').map((part) => part.trim());
    const read = { width: width.read(size), colour: colour.read(shade) };
    return others.length > 0 || read.width === undefined || read.colour === undefined
      ? undefined
      : (read as ImgixBorder);
  },
  allowed: `a width in pixels, a comma, and ${colour.allowed}`,
};

const generative = 'pictures are not made up here';

/** Colour, effects and frames. */
export const lookParameters: Rows<LookValues> = {
  bri: row('colour', percent, 'Brightness: -100 is black, 100 twice as bright.'),
  con: row('colour', percent, 'Contrast: -100 is grey, 100 twice as much.'),
  exp: row('colour', percent, 'Exposure: 50 is one stop.'),
  gam: row('colour', percent, 'Gamma: 100 is 3, -100 is 1/3; above 0 the middle tones become lighter.'),
  hue: row('colour', whole(angle), 'Degrees on the wheel of colours.'),
  sat: row('colour', percent, 'Saturation: -100 is grey, 100 twice as much.'),
  invert: row('colour', flag, 'Turns colours into their opposites.', { aliases: ['inv'] }),
  sepia: row('colour', whole(suggested(0, 100)), 'Browns the picture, in percent.'),
  monochrome: row('colour', colour, 'Colours the picture, its brightness kept. Alpha counts for nothing.', {
    aliases: ['mono'],
  }),
  blur: row('effect', whole(suggested(0, 2000)), 'Blurs: 20 is a standard deviation of one CSS pixel.'),
  sharp: row('effect', suggested(0, 100), 'Sharpens fine detail. Not beside `usm`.'),
  usm: row(
    'effect',
    whole(suggested(0, 100)),
    'Sharpens by the difference to a blurred picture: 40 adds all of it. Below 0 nothing is done.',
  ),
  usmrad: row('effect', suggested(0.1, 10), 'The standard deviation of that blur, in pixels. Default 2.5.'),
  px: row('effect', whole(suggested(0, 100)), 'Side of squares that each get one colour, in CSS pixels.'),
  pad: row('frame', width, 'Empty edges in CSS pixels. They count in `w` and `h`.'),
  'pad-top': row('frame', width, 'One of them, in place of `pad`.'),
  'pad-right': row('frame', width, 'Likewise.'),
  'pad-bottom': row('frame', width, 'Likewise.'),
  'pad-left': row('frame', width, 'Likewise.'),
  border: row(
    'frame',
    border,
    'A frame around the picture: width in CSS pixels, then colour. It counts in `w` and `h`.',
  ),
  'border-radius': row('frame', corners, 'Round outer corners, with `border`; from the left top clockwise.'),
  mask: row(
    'frame',
    oneOf('ellipse', 'corners'),
    'Cuts away what lies outside of an ellipse, or of round corners.',
    {},
  ),
  'corner-radius': row('frame', corners, 'How round, with `mask=corners`. Default a fifth of the shorter side.'),
  'mask-bg': row('frame', colour, 'Laid under what the mask cuts away. Default none, in a JPEG white.', {
    aliases: ['maskbg'],
  }),
  bg: row('frame', colour, 'Laid under all that is transparent. Default none, in a JPEG white.'),
  fill: row('frame', oneOf('solid', 'blur'), 'What fills the box with `fit` `fill` or `fillmax`.', {
    unbuilt: { gen: generative, generative, gradient: 'gradients are not drawn' },
  }),
  'fill-color': row('frame', colour, 'The colour of `fill=solid`. Default none, in a JPEG white.', {
    aliases: ['fillcolor'],
  }),
};
