import type { Colour } from '../transform/colour.ts';
import type { Length } from '../transform/length.ts';
import {
  type Blend,
  blends,
  mostCharacters,
  mostTextSize,
  type OverlayPoint,
  type OverlayPosition,
  overlayPositions,
  type TextStyle,
  textDefaults,
} from '../transform/overlay.ts';
import type { Sides } from '../transform/stage.ts';
import { mostPixels } from './native-values.ts';
import { originPath, type Parameter, parameter } from './parameter.ts';
import { colour, decimal, flag, length, sides, through, type ValueType, wholeNumber, word } from './value.ts';

/** How letters stand. */
export type TextWeight = 'bold' | 'italic' | 'bold italic';

/** The types of the parameters of the native dialect that say what is laid on, in the order in which they are written. */
export interface OverlayParameters {
  readonly overlay: Parameter<string>;
  readonly block: Parameter<Colour>;
  readonly 'overlay-do': Parameter<string>;
  readonly 'overlay-w': Parameter<Length>;
  readonly 'overlay-h': Parameter<Length>;
  readonly 'overlay-position': Parameter<OverlayPosition>;
  readonly 'overlay-at': Parameter<OverlayPoint>;
  readonly 'overlay-margin': Parameter<number>;
  readonly 'overlay-tile': Parameter<boolean>;
  readonly 'overlay-opacity': Parameter<number>;
  readonly 'overlay-blend': Parameter<Blend>;
  readonly text: Parameter<string>;
  readonly 'text-font': Parameter<string>;
  readonly 'text-style': Parameter<TextWeight>;
  readonly 'text-size': Parameter<number>;
  readonly 'text-colour': Parameter<Colour>;
  readonly 'text-align': Parameter<NonNullable<TextStyle['align']>>;
  readonly 'text-width': Parameter<number>;
  readonly 'text-line-height': Parameter<number>;
  readonly 'text-padding': Parameter<Sides<number>>;
  readonly 'text-background': Parameter<Colour>;
}

/** Any text within a length. A bar, which would begin another stage, is written `%7C` in it, and what looks so `%257C`. */
function text(longest: number): ValueType<string> {
  return {
    read: (written) => {
      const value = written.replace(/%(7C|25)/gi, (_, code: string) => (code === '25' ? '%' : '|'));
      return value !== '' && [...value].length <= longest ? value : undefined;
    },
    write: (value) => value.replace(/%(?=7C|25)/gi, '%25').replaceAll('|', '%7C'),
    allowed: `1 to ${longest} characters`,
  };
}

const extent = length(0, mostPixels);

/** A length from the near edge, or with a minus from the far one. */
function readOffset(value: string): Length | undefined {
  if (!value.startsWith('-')) return extent.read(value);
  const read = extent.read(value.slice(1));
  return typeof read === 'object' ? { percent: -read.percent } : read === undefined ? undefined : 0 - read;
}

function writeOffset(value: Length | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return value.percent < 0 ? `-${extent.write({ percent: -value.percent })}` : extent.write(value);
}

/** A point of the picture below. */
const point: ValueType<OverlayPoint> = {
  read: (value) => {
    const [across = '', down, anchor, ...others] = value.split(',');
    const [x, y] = [readOffset(across), readOffset(down ?? '')];
    const isRead = (given: string, read: Length | undefined): boolean => given === '' || read !== undefined;
    const isWhole = isRead(across, x) && isRead(down ?? '', y) && (x !== undefined || y !== undefined);
    if (!isWhole || down === undefined || others.length > 0) return undefined;
    if (anchor !== undefined && anchor !== 'centre' && anchor !== 'center') return undefined;
    return {
      ...(x === undefined ? {} : { x }),
      ...(y === undefined ? {} : { y }),
      ...(anchor === undefined ? {} : { anchor: 'centre' }),
    };
  },
  write: ({ x, y, anchor }) => [writeOffset(x), writeOffset(y), ...(anchor === undefined ? [] : [anchor])].join(','),
  allowed: `two lengths with a comma between them, one of which may be left out, each ${extent.allowed}, perhaps with a minus; then perhaps ",centre"`,
};

const padding: ValueType<Sides<number>> = through(sides(mostPixels), {
  to: (read) => (read.every((side) => typeof side === 'number') ? (read as Sides<number>) : undefined),
  from: (given) => given,
  allowed: `1 to 4 whole numbers from 0 to ${mostPixels} with commas between them`,
});

/** The rows of the table that say what is laid on. */
export const overlayParameters: OverlayParameters = {
  overlay: parameter('overlay', originPath(), 'Another original of the same origin, laid on the result.'),
  block: parameter('overlay', colour, 'A colour, laid on the result: as large as it where no size is given.'),
  'overlay-do': parameter(
    'overlay',
    text(2048),
    'What is done to the overlay by itself before it is laid on: parameters of a stage or several, as a query, encoded once more.',
  ),
  'overlay-w': parameter(
    'overlay',
    length(1, mostPixels),
    "Width of the overlay in CSS pixels, or with a decimal point as a share of the picture's.",
  ),
  'overlay-h': parameter(
    'overlay',
    length(1, mostPixels),
    'Height of the overlay, likewise. Both make a box that it fits into; a block fills it.',
  ),
  'overlay-position': parameter(
    'overlay',
    word(overlayPositions, { center: 'centre' }),
    'Where the overlay lies. Default `centre`.',
  ),
  'overlay-at': parameter(
    'overlay',
    point,
    'Where its left top corner lies, from the left top; with a minus its right and bottom, from those edges; or its centre. What sticks out is cut off.',
  ),
  'overlay-margin': parameter(
    'overlay',
    wholeNumber(0, mostPixels),
    'CSS pixels between the overlay and every edge of the picture. Default 0.',
  ),
  'overlay-tile': parameter('overlay', flag, 'Whether it is laid side by side all over. Default `false`.'),
  'overlay-opacity': parameter('overlay', wholeNumber(1, 100), 'How much the overlay covers, in percent. Default 100.'),
  'overlay-blend': parameter('overlay', word(blends), 'How its colours meet those below. Default `over`.'),
  text: parameter('text', text(mostCharacters), 'Words, laid on the result. `%0A` begins a line.'),
  'text-font': parameter('text', text(64), 'Family, of those that the server has. Default `DejaVu Sans`.'),
  'text-style': parameter('text', word(['bold', 'italic', 'bold italic']), 'Where the family has it.'),
  'text-size': parameter(
    'text',
    wholeNumber(1, mostTextSize),
    `Height of the letters in CSS pixels, as CSS counts it. Default ${textDefaults.size}.`,
  ),
  'text-colour': parameter('text', colour, 'Default black.', 'text-color'),
  'text-align': parameter(
    'text',
    word(['left', 'centre', 'right'], { center: 'centre' }),
    'Where lines begin. Default `left`.',
  ),
  'text-width': parameter(
    'text',
    wholeNumber(1, mostPixels),
    'CSS pixels at which lines are broken. Default: only where the words say so.',
  ),
  'text-line-height': parameter(
    'text',
    decimal(0.5, 5),
    `Distance of lines, as a factor of the size. Default ${textDefaults.lineHeight}.`,
  ),
  'text-padding': parameter('text', padding, 'CSS pixels around the words, in the order of CSS. Default 0.'),
  'text-background': parameter('text', colour, 'Laid under words and padding. Default none.', 'text-bg'),
};
