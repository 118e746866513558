import type { Colour } from '../../transform/colour.ts';
import type { Length } from '../../transform/length.ts';
import { mostTextSize } from '../../transform/overlay.ts';
import { type Rows, row } from './parameter.ts';
import { angle, colour, oneOf, type Reader, side, strict, suggested, text, whole, wordsOf } from './values.ts';

/** Where a layer or text is laid. */
export type AlignWord = 'top' | 'middle' | 'bottom' | 'left' | 'center' | 'right';

/** Ways to fit a layer into its box that are built. */
export type LayerFit = 'clip' | 'crop' | 'max' | 'scale' | 'fill';

/** Modes of blending that are built. */
export type BlendWord =
  | 'normal'
  | 'darken'
  | 'difference'
  | 'exclusion'
  | 'hardlight'
  | 'lighten'
  | 'multiply'
  | 'overlay'
  | 'screen'
  | 'softlight';

/** Which edges of a layer stay where it is cropped. */
export type LayerCrop = 'top' | 'bottom' | 'left' | 'right' | 'faces';

/** What the parameters of layers and text say. */
export interface LayerValues {
  readonly mark: string;
  readonly 'mark-base': string;
  readonly 'mark-w': Length;
  readonly 'mark-h': Length;
  readonly 'mark-fit': LayerFit;
  readonly 'mark-scale': number;
  readonly 'mark-align': readonly AlignWord[];
  readonly 'mark-pad': number;
  readonly 'mark-x': number;
  readonly 'mark-y': number;
  readonly 'mark-alpha': number;
  readonly 'mark-rot': number;
  readonly 'mark-tile': 'grid';
  readonly blend: string;
  readonly 'blend-color': Colour;
  readonly 'blend-mode': BlendWord;
  readonly 'blend-w': Length;
  readonly 'blend-h': Length;
  readonly 'blend-fit': LayerFit;
  readonly 'blend-crop': readonly LayerCrop[];
  readonly 'blend-size': 'inherit';
  readonly 'blend-align': readonly AlignWord[];
  readonly 'blend-pad': number;
  readonly 'blend-x': number;
  readonly 'blend-y': number;
  readonly 'blend-alpha': number;
  readonly txt: string;
  readonly 'txt-font': string;
  readonly 'txt-size': number;
  readonly 'txt-color': Colour;
  readonly 'txt-align': readonly AlignWord[];
  readonly 'txt-pad': number;
  readonly 'txt-width': number;
  readonly 'txt-x': number;
  readonly 'txt-y': number;
}

const align = wordsOf('top', 'middle', 'bottom', 'left', 'center', 'right');
const pixels: Reader<number> = whole(suggested(0, 8192));
const percent = whole(strict(0, 100));
const address = text(2048);
const edges = 'edges are not drawn out';
const inseparable = 'only modes that treat each colour by itself are mixed';

/** Layers and text. */
export const layerParameters: Rows<LayerValues> = {
  mark: row(
    'overlay',
    address,
    'A picture laid on the result: its path or URL, with parameters of its own or none. Those of how it is encoded have no effect; `orient` and the others of output and request are refused.',
    { aliases: ['m'] },
  ),
  'mark-base': row('overlay', address, 'What a relative `mark` begins with.', { aliases: ['mb', 'markbase'] }),
  'mark-w': row('overlay', side, 'Its width in CSS pixels, or up to 1 as a share of its own.', {
    aliases: ['mw', 'markw'],
  }),
  'mark-h': row('overlay', side, 'Its height, likewise.', { aliases: ['mh', 'markh'] }),
  'mark-fit': row('overlay', oneOf('clip', 'crop', 'max', 'scale', 'fill'), 'How it meets both. Default `clip`.', {
    aliases: ['mf', 'markfit'],
  }),
  'mark-scale': row('overlay', whole(suggested(0, 100)), 'Its size in percent of the picture, in place of both.', {
    aliases: ['ms', 'markscale'],
  }),
  'mark-align': row('overlay', align, 'Where it lies. Default `bottom,right`; tiled `top,left`.', {
    aliases: ['ma', 'markalign'],
  }),
  'mark-pad': row('overlay', pixels, 'CSS pixels between it and the edges. Default 5.', { aliases: ['mp', 'markpad'] }),
  'mark-x': row('overlay', pixels, 'CSS pixels from the left, in place of alignment.', { aliases: ['mx', 'markx'] }),
  'mark-y': row('overlay', pixels, 'CSS pixels from the top, likewise.', { aliases: ['my', 'marky'] }),
  'mark-alpha': row('overlay', whole(suggested(0, 100)), 'How much it covers, in percent. Default 100.', {
    aliases: ['markalpha', 'malph'],
  }),
  'mark-rot': row('overlay', angle, 'Turns it, in degrees counter-clockwise.'),
  'mark-tile': row('overlay', oneOf('grid'), 'Lays it side by side all over the picture.', {
    aliases: ['mtile', 'marktile'],
  }),
  blend: row('overlay', address, 'A colour, or a picture as for `mark`, blended with the result; below `mark`.', {
    aliases: ['b'],
  }),
  'blend-color': row('overlay', colour, 'The colour that is blended, in place of `blend`.', {
    aliases: ['blendcolor', 'blend-clr', 'blendclr'],
  }),
  'blend-mode': row(
    'overlay',
    oneOf(
      'normal',
      'darken',
      'difference',
      'exclusion',
      'hardlight',
      'lighten',
      'multiply',
      'overlay',
      'screen',
      'softlight',
    ),
    'How colours meet. Default `overlay`.',
    {
      aliases: ['blendmode', 'bm'],
      unbuilt: {
        color: inseparable,
        hue: inseparable,
        luminosity: inseparable,
        saturation: inseparable,
        burn: 'it is not mixed here',
        dodge: 'it is not mixed here',
      },
    },
  ),
  'blend-w': row('overlay', side, 'Width of the blended picture, as `mark-w`.', { aliases: ['blendw', 'bw'] }),
  'blend-h': row('overlay', side, 'Its height, likewise.', { aliases: ['blendh', 'bh'] }),
  'blend-fit': row('overlay', oneOf('clip', 'crop', 'max', 'scale', 'fill'), 'How it meets both. Default `clip`.', {
    aliases: ['blendfit', 'bf'],
    unbuilt: { clamp: edges },
  }),
  'blend-crop': row(
    'overlay',
    wordsOf('top', 'bottom', 'left', 'right', 'faces'),
    'As `crop`, with `blend-fit=crop`.',
    {
      aliases: ['blendcrop', 'bc'],
    },
  ),
  'blend-size': row('overlay', oneOf('inherit'), 'Makes it as large as the picture, with the same `fit` and `crop`.', {
    aliases: ['blendsize', 'bs'],
  }),
  'blend-align': row('overlay', align, 'Where it lies. Default `middle,center`.', { aliases: ['blendalign', 'ba'] }),
  'blend-pad': row('overlay', pixels, 'CSS pixels between it and the edges. Default 0.', {
    aliases: ['blendpad', 'bp'],
  }),
  'blend-x': row('overlay', pixels, 'CSS pixels from the left, in place of alignment.', { aliases: ['blendx', 'bx'] }),
  'blend-y': row('overlay', pixels, 'CSS pixels from the top, likewise.', { aliases: ['blendy', 'by'] }),
  'blend-alpha': row('overlay', percent, 'How much it covers, in percent. Default 100.', {
    aliases: ['blendalpha', 'balph'],
  }),
  txt: row('overlay', text(2000), 'Words laid on the result, above all else.', { aliases: ['t'] }),
  'txt-font': row('overlay', text(200), 'Family, then perhaps `bold` and `italic`, with commas between them.', {
    aliases: ['tf', 'txtfont'],
  }),
  'txt-size': row('overlay', whole(suggested(1, mostTextSize)), 'Size of the letters in CSS pixels. Default 12.', {
    aliases: ['tsz', 'txtsize'],
  }),
  'txt-color': row('overlay', colour, 'Default black.', { aliases: ['txtcolor', 'txt-clr', 'txtclr', 'tc'] }),
  'txt-align': row('overlay', align, 'Where they lie. Default `bottom,right`.', { aliases: ['txtalign', 'ta'] }),
  'txt-pad': row('overlay', pixels, 'CSS pixels between them and the edges. Default 10.', {
    aliases: ['txtpad', 'tp'],
  }),
  'txt-width': row('overlay', pixels, 'Where lines are broken, in CSS pixels.', { aliases: ['txtwidth'] }),
  'txt-x': row('overlay', whole(strict(0, 8192)), 'CSS pixels from the left, in place of alignment.', {
    aliases: ['txtx'],
  }),
  'txt-y': row('overlay', whole(strict(0, 8192)), 'CSS pixels from the top, likewise.', { aliases: ['txty'] }),
};
