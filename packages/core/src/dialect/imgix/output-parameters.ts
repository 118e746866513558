import { fileName } from '../native-values.ts';
import { flag, token, wholeNumber } from '../value.ts';
import { type Rows, row } from './parameter.ts';
import { oneOf, type Reader, strict, suggested, whole, wordsOf } from './values.ts';

/** Output formats that are built. */
export type FormatWord = 'avif' | 'gif' | 'jpg' | 'json' | 'pjpg' | 'png' | 'png8' | 'png32' | 'webp';

/** What the parameters of output and request say. */
export interface OutputValues {
  readonly auto: readonly ('compress' | 'enhance' | 'format')[];
  readonly fm: FormatWord;
  readonly q: number;
  readonly lossless: boolean;
  readonly 'jpg-progressive': boolean;
  readonly chromasub: '420' | '444';
  readonly colorquant: number;
  readonly cs: 'origin' | 'srgb' | 'strip' | 'tinysrgb';
  readonly dpi: number;
  readonly frame: number;
  readonly page: number;
  readonly ch: readonly ('width' | 'dpr' | 'save-data')[];
  readonly dl: string;
  readonly expires: number;
  readonly s: string;
}

const noVideo = 'no films are made';
const noDecoder = 'the type is not made';

/** `ch` is written in any case. */
const hints: Reader<OutputValues['ch']> = (() => {
  const words = wordsOf('width', 'dpr', 'save-data');
  return { ...words, read: (text: string) => words.read(text.toLowerCase()) };
})();

/** A name that browsers save a download under; without one that in the path. */
const download: Reader<string> = {
  read: (text) => (text === '' ? 'true' : fileName.read(text)),
  allowed: 'a file name of up to 100 characters, or nothing',
};

/** Output and request. */
export const outputParameters: Rows<OutputValues> = {
  auto: row(
    'output',
    wordsOf('compress', 'enhance', 'format'),
    '`format` follows the Accept field; `compress` is `q=45`; `enhance` stretches contrast to the full range. It may come several times.',
    { unbuilt: { redeye: 'eyes are not looked for', true: 'say which: compress, enhance or format' } },
  ),
  fm: row(
    'output',
    oneOf('avif', 'gif', 'jpg', 'json', 'pjpg', 'png', 'png8', 'png32', 'webp'),
    'Type of the result. Default: the type of the original. `json` describes the picture. Beside `auto=format` the type for clients that take neither AVIF nor WebP.',
    {
      unbuilt: {
        blurhash: 'no blurhash is made; the description that fm=json gives has a ThumbHash instead',
        jp2: noDecoder,
        jxr: noDecoder,
        mp4: noVideo,
        webm: noVideo,
        spritesheet: noVideo,
      },
    },
  ),
  q: row('output', whole(suggested(0, 100)), "Quality on JPEG's scale. Default 75, with `auto=compress` 45."),
  lossless: row('output', flag, 'Whether WebP and AVIF lose nothing. Default `false`.'),
  'jpg-progressive': row('output', flag, 'Whether a JPEG shows in full at once, then sharpens. Default `true`.', {
    aliases: ['jpeg-progressive'],
  }),
  chromasub: row('output', oneOf('420', '444'), 'How much colour JPEG and AVIF keep. Default `420`.', {
    unbuilt: { '422': 'the encoders have 420 and 444' },
  }),
  colorquant: row('output', whole(suggested(2, 256)), 'The most colours of a PNG or GIF.'),
  cs: row(
    'output',
    oneOf('origin', 'srgb', 'strip', 'tinysrgb'),
    '`origin` keeps the colour profile of the original; the others are sRGB without one. Default `srgb`.',
    { unbuilt: { adobergb1998: 'colours are sRGB, or those of the original' } },
  ),
  dpi: row('output', whole(suggested(0, 65_535)), 'Pixels per inch that the result says it has.'),
  frame: row('output', whole(strict(1, 10_000)), 'The one frame of an animation to take, from 1.'),
  page: row('output', whole(strict(1, 10_000)), 'The same: page 1 is the whole of what has no pages.'),
  ch: row(
    'request',
    hints,
    'Client hints that are heeded, where the endpoint takes any: `width` in place of `w`, `dpr` in place of `dpr`, `save-data` for `q=45`.',
  ),
  dl: row('request', download, 'Has browsers save the result, under that name or the one in the path.'),
  expires: row('request', wholeNumber(0, 9_999_999_999), 'When the URL ends, in seconds since 1970 (UTC).'),
  s: row('request', token(64), 'The signature, the last parameter of all, where URLs are signed.'),
};
