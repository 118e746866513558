import type { Length } from '../transform/length.ts';
import type { Border, Crop, Focus, Ratio, Rotation, Trim, UnsharpMask } from '../transform/stage.ts';
import type { Orientation } from '../transform/transformation.ts';
import { colour, decimal, flag, length, type ValueType, wholeNumber } from './value.ts';

/** The longest side of a picture. */
export const mostPixels = 65_535;

/** Standard deviations that a stage has, device pixels included. */
export const leastBlur = 0.3;
export const mostBlur = 250;

/** A part of a side, from 0 to 1. */
const part: ValueType<number> = {
  read: (text) => (/^(0(\.\d{1,4})?|1(\.0{1,4})?)$/.test(text) ? Number(text) : undefined),
  write: String,
  allowed: 'a number from 0 to 1',
};

const zoom = decimal(1, 100);

/** A focal point. */
export const focusValue: ValueType<Focus> = {
  read: (text) => {
    const [x, y, z, ...others] = text.split(',');
    const point = { x: part.read(x ?? ''), y: part.read(y ?? '') };
    const times = z === undefined ? undefined : zoom.read(z);
    const isWhole = point.x !== undefined && point.y !== undefined && others.length === 0;
    if (!isWhole || (z !== undefined && times === undefined)) return undefined;
    return { ...(point as Focus), ...(times === undefined ? {} : { zoom: times }) };
  },
  write: (focus) => [focus.x, focus.y, ...(focus.zoom === undefined ? [] : [focus.zoom])].join(','),
  allowed: `two numbers from 0 to 1 with a comma between them, then perhaps ${zoom.allowed}`,
};

/** A shape. */
export const ratioValue: ValueType<Ratio> = {
  read: (text) => {
    const [, width = '', height = ''] = /^([1-9]\d{0,3})[:/]([1-9]\d{0,3})$/.exec(text) ?? [];
    return width === '' ? undefined : { width: Number(width), height: Number(height) };
  },
  write: ({ width, height }) => `${width}:${height}`,
  allowed: 'two whole numbers up to 9999 with a colon between them, such as 16:9',
};

const place = length(0, mostPixels);
const extent = length(1, mostPixels);

/** A part to cut out. */
export const cropValue: ValueType<Crop> = {
  read: (text) => {
    const given = text.split(',');
    const isCentred = ['centre', 'center'].includes(given.at(-1) ?? '');
    const parts = isCentred ? given.slice(0, -1) : given;
    const [width, height] = parts.slice(-2).map(extent.read);
    if (width === undefined || height === undefined) return undefined;
    if (parts.length === 2) return isCentred ? undefined : { width, height };
    const [x, y] = parts.slice(0, 2).map(place.read);
    if (parts.length !== 4 || x === undefined || y === undefined) return undefined;
    return { x, y, width, height, ...(isCentred ? { anchor: 'centre' } : {}) };
  },
  write: ({ x, y, width, height, anchor }) =>
    [
      ...[x, y].filter((each): each is Length => each !== undefined).map(place.write),
      extent.write(width),
      extent.write(height),
      ...(anchor === undefined ? [] : [anchor]),
    ].join(','),
  allowed: `2 or 4 lengths with commas between them, each ${place.allowed}; after 4 perhaps ",centre"`,
};

/** How far from a colour is still taken for it, where nobody says. */
const defaultThreshold = 10;
const threshold = wholeNumber(1, 100);

/** Edges to take off. */
export const trimValue: ValueType<Trim | 'false'> = {
  read: (text) => {
    if (text === 'false' || text === '0') return 'false';
    const [far = '', shade, ...others] = text.split(',');
    const value = far === 'true' ? defaultThreshold : threshold.read(far);
    const read = shade === undefined ? undefined : colour.read(shade);
    if (value === undefined || others.length > 0 || (shade !== undefined && read === undefined)) return undefined;
    return { threshold: value, ...(read === undefined ? {} : { colour: read }) };
  },
  write: (trim) => {
    if (trim === 'false') return trim;
    return [String(trim.threshold), ...(trim.colour === undefined ? [] : [colour.write(trim.colour)])].join(',');
  },
  allowed: `true, false, or ${threshold.allowed}, then perhaps a comma and ${colour.allowed}`,
};

const degrees = decimal(-360, 360);

/** A turn. */
export const rotationValue: ValueType<Rotation> = {
  read: (text) => {
    const [turn = '', frame, ...others] = text.split(',');
    const value = degrees.read(turn);
    if (value === undefined || others.length > 0 || (frame !== undefined && frame !== 'cover')) return undefined;
    return frame === undefined ? { degrees: value } : { degrees: value, frame };
  },
  write: ({ degrees: turn, frame }) => (frame === 'cover' ? `${turn},cover` : String(turn)),
  allowed: `${degrees.allowed}, then perhaps ",cover"`,
};

/** A frame around the picture. */
export const borderValue: ValueType<Border> = {
  read: (text) => {
    const [width, shade, ...others] = text.split(',');
    const read = { width: place.read(width ?? ''), colour: colour.read(shade ?? '') };
    const isWhole = read.width !== undefined && read.colour !== undefined && others.length === 0;
    return isWhole ? (read as Border) : undefined;
  },
  write: ({ width, colour: shade }) => `${place.write(width)},${colour.write(shade)}`,
  allowed: `${place.allowed}, a comma, and ${colour.allowed}`,
};

/** What no file system takes in a name, or what would hide what a file is. */
const forbidden = /[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]|^\.|\.$/u;

/** The name that a download is saved under; `true` for the one in the path, `false` for none. */
export const fileName: ValueType<string> = {
  read: (text) => {
    const isSaved = flag.read(text);
    if (isSaved !== undefined) return String(isSaved);
    return text !== '' && text.length <= 100 && !forbidden.test(text) ? text : undefined;
  },
  write: (name) => name,
  allowed: 'true, false, or a file name of up to 100 characters',
};

const sharpness = decimal(0.1, 10);

const amount = decimal(0, 10);
const difference = decimal(0, 100);

/** How much is sharpened. */
export const sharpenValue: ValueType<number | UnsharpMask | 'true' | 'false'> = {
  read: (text) => {
    if (text === 'true' || text === 'false') return text;
    if (text === '0') return 'false';
    const [sigma, ...others] = text.split(',');
    const read = sharpness.read(sigma ?? '');
    return others.length === 0 || read === undefined ? read : unsharpMask(read, others);
  },
  write: (value) => {
    if (typeof value !== 'object') return String(value);
    const { sigma, amount: much, threshold: least } = value;
    return [sigma, much, ...(least === undefined ? [] : [least])].join(',');
  },
  allowed: `true, false, or ${sharpness.allowed}, then perhaps a comma and ${amount.allowed}, then perhaps a comma and ${difference.allowed}`,
};

function unsharpMask(sigma: number, [much = '', least, ...others]: readonly string[]): UnsharpMask | undefined {
  const read = { amount: amount.read(much), threshold: least === undefined ? undefined : difference.read(least) };
  if (read.amount === undefined || others.length > 0) return undefined;
  if (least === undefined) return { sigma, amount: read.amount };
  return read.threshold === undefined ? undefined : { sigma, amount: read.amount, threshold: read.threshold };
}

const orientations: readonly string[] = ['1', '2', '3', '4', '5', '6', '7', '8'];

/** How a picture comes to be upright. */
export const orientValue: ValueType<'exif' | 'none' | Orientation> = {
  read: (text) => {
    if (text === 'exif' || text === 'none') return text;
    return orientations.includes(text) ? (Number(text) as Orientation) : undefined;
  },
  write: String,
  allowed: 'exif, none, or a whole number from 1 to 8',
};
