import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import { type Name, nativeParameters, sharedNames, spellings } from '../../src/dialect/native-parameters.ts';
import { groups } from '../../src/dialect/parameter.ts';
import { blends, overlayPositions } from '../../src/transform/overlay.ts';
import { fits, positions, type Stage } from '../../src/transform/stage.ts';
import type { Output } from '../../src/transform/transformation.ts';
import { failure } from './failure.ts';

/** What a URL asks for, where it is not what it would be without the parameter. */
interface Meaning {
  readonly stages?: readonly Stage[];
  readonly output?: Output;
  readonly version?: string;
  readonly download?: string | true;
  readonly expires?: number;
  readonly fallback?: string;
  readonly original?: true;
}

interface Row {
  /** Parameters without which it has no meaning. */
  readonly beside?: string;
  /** Values, and what they mean. */
  readonly accepted: readonly (readonly [text: string, meaning: Meaning])[];
  readonly refused: readonly string[];
  /** What is said of a refused value, where it is not its type that says it. */
  readonly reason?: string;
}

const stage = (each: Stage): Meaning => ({ stages: [each] });
const output = (each: Output): Meaning => ({ output: each });
const nothing: Meaning = {};

const red = { r: 255, g: 0, b: 0, alpha: 255 };
const box = { width: 9, height: 8 };
const [beside, inBox] = ['w=9&h=8', (each: Stage['resize']) => stage({ resize: { ...box, ...each } })];
const onX = (each: object) => stage({ overlays: [{ path: '/x', ...each }] });
const words = { content: 'Hello', size: 32, colour: { r: 0, g: 0, b: 0, alpha: 255 } };
const saying = (each: object) => stage({ overlays: [{ text: { ...words, ...each } }] });
const presetless = native({ presets: { thumb: { w: 9 } }, signing: { keys: 'a key of sixteen' } });

const notWhole = ['-1', '+4', '4.5', '04', '1e3', '0x10', ' 4', '4 ', '99999999999', 'auto', 'NaN', '４', '4px', '1,5'];
const notSide = [...notWhole, '0', '65536', '0.0', '1.5', '1.0001', '0.00001', '.5', '1.', '50%', '-0.5', '2.0'];
const notFlag = ['yes', 'no', 'TRUE', '2', '-1', '01', 'on', 'null', 'constructor'];
const notFactor = ['-1', '5.01', '6', '1.', '.5', '1.234', '1e1', '50%', 'Infinity', '1,5'];
const notColour = ['f', 'ff', 'ff000', '1234567', 'ggg', 'reddish', 'rgb(1,2,3)', 'hsl', 'constructor', 'red,red', '#'];
const notToken = [' ', 'a b', 'a/b', '../x', 'é', 'a'.repeat(65), 'a\n', 'a,b', 'a&b', '\0'];

const rows: Readonly<Record<Name, Row>> = {
  w: {
    accepted: [
      ['1', stage({ resize: { width: 1 } })],
      ['400', stage({ resize: { width: 400 } })],
      ['65535', stage({ resize: { width: 65_535 } })],
      ['0.5', stage({ resize: { width: { percent: 50 } } })],
      ['0.0001', stage({ resize: { width: { percent: 0.01 } } })],
      ['1.0', stage({ resize: { width: { percent: 100 } } })],
    ],
    refused: notSide,
  },
  h: {
    accepted: [
      ['200', stage({ resize: { height: 200 } })],
      ['0.3333', stage({ resize: { height: { percent: 33.33 } } })],
    ],
    refused: notSide,
  },
  dpr: {
    beside: 'w=10',
    accepted: [
      ['0.5', stage({ resize: { width: 5 } })],
      ['1', stage({ resize: { width: 10 } })],
      ['1.00', stage({ resize: { width: 10 } })],
      ['1.25', stage({ resize: { width: 13 } })],
      ['5', stage({ resize: { width: 50 } })],
    ],
    refused: ['0', '0.4', '0.49', '5.01', '6', '-1', '1.', '.5', '1.234', '2x', 'Infinity', '1,5'],
  },
  fit: {
    beside,
    accepted: fits.map((fit) => [fit, inBox(fit === 'cover' ? {} : { fit })]),
    refused: ['Cover', 'crop', 'cover ', 'toString', '__proto__', 'cover,fill'],
  },
  position: {
    beside,
    accepted: [
      ...positions.map((position) => [position, inBox(position === 'centre' ? {} : { position })] as const),
      ['center', inBox({})],
    ],
    refused: ['top left', 'middle', 'lefttop', 'left-top', 'left  top', 'Top', 'constructor', '0.5,0.5'],
  },
  fp: {
    beside,
    accepted: [
      ['0,1', inBox({ focus: { x: 0, y: 1 } })],
      ['0.5,0.25,2', inBox({ focus: { x: 0.5, y: 0.25, zoom: 2 } })],
      ['0.5,0.25,1', inBox({ focus: { x: 0.5, y: 0.25 } })],
      ['0.5,0.5', inBox({})],
      ['0.5,0.5,1.5', inBox({ focus: { x: 0.5, y: 0.5, zoom: 1.5 } })],
    ],
    refused: ['0.5', '0.5,', ',', '0.5,0.5,0', '0.5,0.5,101', '1.1,0', '-0.1,0', '50,50', '.5,.5', '0,0,1,1', 'centre'],
  },
  ratio: {
    beside: 'w=9',
    accepted: [
      ['16:9', stage({ resize: { width: 9, ratio: { width: 16, height: 9 } } })],
      ['32/18', stage({ resize: { width: 9, ratio: { width: 16, height: 9 } } })],
      ['5:5', stage({ resize: { width: 9, ratio: { width: 1, height: 1 } } })],
    ],
    refused: ['16', '16:', ':9', '0:9', '16:0', '1.5:1', '-1:1', '10000:1', '16x9', '16:9:1', '1.78'],
  },
  enlarge: {
    beside: 'w=9',
    accepted: [
      ['true', stage({ resize: { width: 9, enlarge: true } })],
      ['1', stage({ resize: { width: 9, enlarge: true } })],
      ['false', stage({ resize: { width: 9 } })],
      ['0', stage({ resize: { width: 9 } })],
    ],
    refused: notFlag,
  },
  'min-w': {
    beside: 'w=9',
    accepted: [['20', stage({ resize: { width: 9, least: { width: 20 } } })]],
    refused: [...notWhole, '0', '65536', '0.5'],
  },
  'min-h': {
    beside: 'w=9',
    accepted: [['20', stage({ resize: { width: 9, least: { height: 20 } } })]],
    refused: [...notWhole, '0', '65536', '0.5'],
  },
  'max-w': {
    beside: 'w=9&min-h=8',
    accepted: [['20', stage({ resize: { width: 9, least: { height: 8 }, most: { width: 20 } } })]],
    refused: [...notWhole, '0', '65536', '0.5'],
  },
  'max-h': {
    beside: 'w=9',
    accepted: [['20', stage({ resize: { width: 9, most: { height: 20 } } })]],
    refused: [...notWhole, '0', '65536', '0.5'],
  },
  crop: {
    accepted: [
      ['100,50', stage({ crop: { width: 100, height: 50 } })],
      ['10,20,30,40,centre', stage({ crop: { x: 10, y: 20, width: 30, height: 40, anchor: 'centre' } })],
      ['10,20,30,40,center', stage({ crop: { x: 10, y: 20, width: 30, height: 40, anchor: 'centre' } })],
      ['0,0,100,0.5', stage({ crop: { x: 0, y: 0, width: 100, height: { percent: 50 } } })],
    ],
    refused: [
      '100',
      '1,2,3',
      '1,2,3,4,5',
      '1,2,centre',
      '1,2,3,4,',
      '1,2,3,4,centre,centre',
      'centre',
      '0,5',
      '0,0,0,5',
      '-1,0,5,5',
      '1,2,3,65536',
      'a,b',
      '100x50',
      '1.5,1.5',
    ],
  },
  trim: {
    accepted: [
      ['true', stage({ trim: { threshold: 10 } })],
      ['1', stage({ trim: { threshold: 1 } })],
      ['100', stage({ trim: { threshold: 100 } })],
      ['20,red', stage({ trim: { threshold: 20, colour: red } })],
      ['true,f00', stage({ trim: { threshold: 10, colour: red } })],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: ['101', '-1', '1.5', 'yes', 'red', '20,', ',red', '20,nored', '20,red,1', 'false,red', '0,red'],
  },
  orient: {
    accepted: [
      ['none', output({ orient: 'none' })],
      ['exif', nothing],
      ['1', output({ orient: 'none' })],
      ...([2, 3, 4, 5, 6, 7, 8] as const).map((orient) => [String(orient), output({ orient })] as const),
    ],
    refused: ['auto', '90', 'None', 'true', '0', '9', '06', '6.0', '1,2'],
  },
  flip: {
    accepted: [
      ['h', stage({ flip: 'h' })],
      ['v', stage({ flip: 'v' })],
      ['hv', stage({ flip: 'hv' })],
      ['horizontal', stage({ flip: 'h' })],
      ['vertical', stage({ flip: 'v' })],
      ['both', stage({ flip: 'hv' })],
      ['vh', stage({ flip: 'hv' })],
    ],
    refused: ['H', 'true', 'hh', 'h,v', 'x', 'none'],
  },
  rotate: {
    accepted: [
      ['90', stage({ rotate: { degrees: 90 } })],
      ['-90', stage({ rotate: { degrees: 270 } })],
      ['12.25', stage({ rotate: { degrees: 12.25 } })],
      ['-0.01', stage({ rotate: { degrees: 359.99 } })],
      ['15,cover', stage({ rotate: { degrees: 15, frame: 'cover' } })],
      ['180,cover', stage({ rotate: { degrees: 180 } })],
      ['0', nothing],
      ['-0', nothing],
      ['360', nothing],
      ['-360,cover', nothing],
    ],
    refused: ['360.01', '361', '-361', '90deg', 'auto', '15,grow', '15,', ',cover', '15,cover,1', '1.234', '1e2'],
  },
  exposure: {
    accepted: [
      ['1', stage({ adjust: { exposure: 1 } })],
      ['-0.5', stage({ adjust: { exposure: -0.5 } })],
      ['0', nothing],
      ['-0.00', nothing],
    ],
    refused: ['5.01', '-5.01', '+1', '1.', '.5', '1.234', '1e1', 'auto'],
  },
  brightness: {
    accepted: [
      ['0', stage({ adjust: { brightness: 0 } })],
      ['1.25', stage({ adjust: { brightness: 1.25 } })],
      ['5', stage({ adjust: { brightness: 5 } })],
      ['1', nothing],
      ['1.00', nothing],
    ],
    refused: notFactor,
  },
  saturation: {
    accepted: [
      ['0', stage({ adjust: { saturation: 0 } })],
      ['2.5', stage({ adjust: { saturation: 2.5 } })],
      ['1.0', nothing],
    ],
    refused: notFactor,
  },
  hue: {
    accepted: [
      ['90', stage({ adjust: { hue: 90 } })],
      ['-90', stage({ adjust: { hue: 270 } })],
      ['0', nothing],
      ['360', nothing],
      ['-360', nothing],
    ],
    refused: ['361', '-361', '1.5', '-0', '90deg', '1e2', 'red'],
  },
  contrast: {
    accepted: [
      ['0.5', stage({ adjust: { contrast: 0.5 } })],
      ['auto', stage({ adjust: { contrast: 'auto' } })],
      ['1', nothing],
    ],
    refused: [...notFactor, 'Auto', 'auto,1', 'true'],
  },
  gamma: {
    accepted: [
      ['0.34', stage({ adjust: { gamma: 0.34 } })],
      ['3', stage({ adjust: { gamma: 3 } })],
      ['1', nothing],
    ],
    refused: ['0', '0.33', '3.01', '-1', '2,2', '2.222'],
  },
  negate: {
    accepted: [
      ['true', stage({ adjust: { negate: true } })],
      ['1', stage({ adjust: { negate: true } })],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: notFlag,
  },
  grayscale: {
    accepted: [
      ['true', stage({ adjust: { grayscale: true } })],
      ['1', stage({ adjust: { grayscale: true } })],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: notFlag,
  },
  sepia: {
    accepted: [
      ['1', stage({ adjust: { sepia: 1 } })],
      ['100', stage({ adjust: { sepia: 100 } })],
      ['0', nothing],
    ],
    refused: [...notWhole, '101', 'true'],
  },
  tint: {
    accepted: [
      ['red', stage({ adjust: { tint: red } })],
      ['f00', stage({ adjust: { tint: red } })],
      ['#FF0000', stage({ adjust: { tint: red } })],
    ],
    refused: notColour,
  },
  blur: {
    accepted: [
      ['0.3', stage({ blur: 0.3 })],
      ['12.25', stage({ blur: 12.25 })],
      ['250', stage({ blur: 250 })],
    ],
    refused: ['0', '0.29', '250.01', '-1', '1.234', 'true', '1e1', '5px'],
  },
  sharpen: {
    accepted: [
      ['true', stage({ sharpen: 'mild' })],
      ['0.1', stage({ sharpen: 0.1 })],
      ['1', stage({ sharpen: 1 })],
      ['10', stage({ sharpen: 10 })],
      ['2.5,0.4', stage({ sharpen: { sigma: 2.5, amount: 0.4 } })],
      ['2.5,0.4,5', stage({ sharpen: { sigma: 2.5, amount: 0.4, threshold: 5 } })],
      ['2.5,0.4,0', stage({ sharpen: { sigma: 2.5, amount: 0.4 } })],
      ['2.5,0', nothing],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: [
      '0.0',
      '0.09',
      '10.01',
      '-1',
      'mild',
      'TRUE',
      '0,1',
      'true,1',
      '1,',
      '1,11',
      '1,1,101',
      '1,1,',
      '1,1,1,1',
    ],
  },
  pixelate: {
    accepted: [
      ['8', stage({ pixelate: 8 })],
      ['65535', stage({ pixelate: 65_535 })],
      ['1', nothing],
    ],
    refused: [...notWhole, '0', '65536', '0.5'],
  },
  pad: {
    accepted: [
      ['10', stage({ pad: [10, 10, 10, 10] })],
      ['10,20', stage({ pad: [10, 20, 10, 20] })],
      ['1,2,3', stage({ pad: [1, 2, 3, 2] })],
      ['1,2,3,4', stage({ pad: [1, 2, 3, 4] })],
      ['0.1,0', stage({ pad: [{ percent: 10 }, 0, { percent: 10 }, 0] })],
      ['0', nothing],
      ['0,0,0,0', nothing],
    ],
    refused: ['-1', '65536', '1,2,3,4,5', '1,', ',1', '1 2', '10px', '1.5', '10%', 'auto'],
  },
  fill: {
    beside: 'pad=3',
    accepted: [
      ['blur', stage({ pad: [3, 3, 3, 3], fill: 'blur' })],
      ['red', stage({ pad: [3, 3, 3, 3], fill: red })],
      ['f008', stage({ pad: [3, 3, 3, 3], fill: { ...red, alpha: 136 } })],
      ['transparent', stage({ pad: [3, 3, 3, 3] })],
    ],
    refused: [...notColour, 'Blur', 'solid', 'blur,red'],
  },
  border: {
    accepted: [
      ['2,red', stage({ border: { width: 2, colour: red } })],
      ['0.05,f00', stage({ border: { width: { percent: 5 }, colour: red } })],
      ['0,red', nothing],
    ],
    refused: ['2', 'red', '2,', ',red', 'red,2', '2,red,solid', '2px,red', '-1,red', '65536,red', '2,nored'],
  },
  radius: {
    accepted: [
      ['10', stage({ radius: [10, 10, 10, 10] })],
      ['1,2,3,4', stage({ radius: [1, 2, 3, 4] })],
      ['0.5', stage({ radius: [{ percent: 50 }, { percent: 50 }, { percent: 50 }, { percent: 50 }] })],
      ['max', stage({ radius: 'max' })],
      ['0', nothing],
    ],
    refused: ['-1', '65536', '1,2,3,4,5', '50%', 'Max', 'max,1', '1.5', 'true'],
  },
  mask: { accepted: [['ellipse', stage({ mask: 'ellipse' })]], refused: ['Ellipse', 'circle', 'true', '/mask.png'] },
  opacity: {
    accepted: [
      ['0', stage({ opacity: 0 })],
      ['50', stage({ opacity: 50 })],
      ['100', nothing],
    ],
    refused: [...notWhole, '101', '0.5', '50%'],
  },
  bg: {
    accepted: [
      ['red', stage({ background: red })],
      ['f008', stage({ background: { ...red, alpha: 136 } })],
      ['transparent', nothing],
      ['fff0', nothing],
    ],
    refused: [...notColour, '##fff', 'none', 'currentcolor', 'inherit'],
  },
  overlay: {
    accepted: [
      ['/logo.png', stage({ overlays: [{ path: '/logo.png' }] })],
      ['/a%20b/ü.png', stage({ overlays: [{ path: '/a b/ü.png' }] })],
    ],
    refused: ['logo.png', 'https://example.org/x', 'file:///x', ' /x', 'true'],
  },
  block: {
    accepted: [
      ['red', stage({ overlays: [{ colour: red }] })],
      ['f008', stage({ overlays: [{ colour: { ...red, alpha: 136 } }] })],
    ],
    refused: notColour,
  },
  'overlay-do': {
    beside: 'overlay=/x',
    accepted: [
      ['w=9', onX({ stages: [{ resize: { width: 9 } }] })],
      ['rotate=90%7Cwidth=9', onX({ stages: [{ rotate: { degrees: 90 } }, { resize: { width: 9 } }] })],
      ['overlay=/y', onX({ stages: [{ overlays: [{ path: '/y' }] }] })],
      [
        'block=red&overlay-do=overlay%3D/z%26overlay-w%3D5',
        onX({ stages: [{ overlays: [{ colour: red, stages: [{ overlays: [{ path: '/z', width: 5 }] }] }] }] }),
      ],
      ['rotate=360', onX({})],
    ],
    refused: [''],
  },
  'overlay-w': {
    beside: 'overlay=/x',
    accepted: [
      ['20', onX({ width: 20 })],
      ['0.5', onX({ width: { percent: 50 } })],
      ['1', onX({ width: 1 })],
      ['1.0', onX({ width: { percent: 100 } })],
    ],
    refused: notSide,
  },
  'overlay-h': { beside: 'overlay=/x', accepted: [['0.25', onX({ height: { percent: 25 } })]], refused: notSide },
  'overlay-position': {
    beside: 'overlay=/x',
    accepted: [
      ...overlayPositions.map((position) => [position, onX(position === 'centre' ? {} : { position })] as const),
      ['center', onX({})],
    ],
    refused: ['entropy', 'attention', 'top left', 'middle', 'constructor'],
  },
  'overlay-at': {
    beside: 'overlay=/x',
    accepted: [
      ['3,4', onX({ at: { x: 3, y: 4 } })],
      ['-3,-0.5', onX({ at: { x: -3, y: { percent: -50 } } })],
      ['0.25,0,centre', onX({ at: { x: { percent: 25 }, y: 0, anchor: 'centre' } })],
      ['5,5,center', onX({ at: { x: 5, y: 5, anchor: 'centre' } })],
      [',7', onX({ at: { y: 7 } })],
      ['7,', onX({ at: { x: 7 } })],
      ['-0,1', onX({ at: { x: 0, y: 1 } })],
    ],
    refused: ['', '3', ',', '3,4,5', '3,4,left', '--3,4', '3,4,centre,', '1.5,2', '65536,0', '-1.5,0', 'a,b', '+3,4'],
  },
  'overlay-margin': {
    beside: 'overlay=/x',
    accepted: [
      ['8', onX({ margin: 8 })],
      ['65535', onX({ margin: 65_535 })],
      ['0', onX({})],
    ],
    refused: [...notWhole, '65536', '0.5', '1,2'],
  },
  'overlay-tile': {
    beside: 'overlay=/x',
    accepted: [
      ['true', onX({ tile: true })],
      ['1', onX({ tile: true })],
      ['false', onX({})],
    ],
    refused: notFlag,
  },
  'overlay-opacity': {
    beside: 'overlay=/x',
    accepted: [
      ['1', onX({ opacity: 1 })],
      ['99', onX({ opacity: 99 })],
      ['100', onX({})],
    ],
    refused: [...notWhole, '0', '101', '0.5'],
  },
  'overlay-blend': {
    beside: 'overlay=/x',
    accepted: blends.map((blend) => [blend, onX(blend === 'over' ? {} : { blend })]),
    refused: ['Multiply', 'dest-out', 'xor', 'normal', 'constructor'],
  },
  text: {
    accepted: [
      ['Hello', stage({ overlays: [{ text: words }] })],
      ['a\r\nb\tc', stage({ overlays: [{ text: { ...words, content: 'a\nb c' } }] })],
      ['<b>&amp;</b>', stage({ overlays: [{ text: { ...words, content: '<b>&amp;</b>' } }] })],
      ['100% a%7Cb %257C %2525', stage({ overlays: [{ text: { ...words, content: '100% a|b %7C %25' } }] })],
    ],
    refused: [''],
  },
  'text-font': {
    beside: 'text=Hello',
    accepted: [['DejaVu Sans', saying({ font: 'DejaVu Sans' })]],
    refused: ['', 'x'.repeat(65)],
  },
  'text-style': {
    beside: 'text=Hello',
    accepted: [
      ['bold', saying({ bold: true })],
      ['italic', saying({ italic: true })],
      ['bold italic', saying({ bold: true, italic: true })],
    ],
    refused: ['Bold', 'italic bold', 'heavy', 'toString'],
  },
  'text-size': {
    beside: 'text=Hello',
    accepted: [
      ['1', saying({ size: 1 })],
      ['1000', saying({ size: 1000 })],
      ['32', saying({})],
    ],
    refused: [...notWhole, '0', '1001'],
  },
  'text-colour': {
    beside: 'text=Hello',
    accepted: [
      ['red', saying({ colour: red })],
      ['000', saying({})],
    ],
    refused: notColour,
  },
  'text-align': {
    beside: 'text=Hello',
    accepted: [
      ['left', saying({})],
      ['centre', saying({ align: 'centre' })],
      ['center', saying({ align: 'centre' })],
      ['right', saying({ align: 'right' })],
    ],
    refused: ['justify', 'middle', 'LEFT'],
  },
  'text-width': {
    beside: 'text=Hello',
    accepted: [['200', saying({ wrap: 200 })]],
    refused: [...notWhole, '0', '0.5', '65536'],
  },
  'text-line-height': {
    beside: 'text=Hello',
    accepted: [
      ['1.5', saying({ lineHeight: 1.5 })],
      ['1.2', saying({})],
    ],
    refused: ['0.4', '5.01', '1.', '120%'],
  },
  'text-padding': {
    beside: 'text=Hello',
    accepted: [
      ['8', saying({ padding: [8, 8, 8, 8] })],
      ['1,2,3,4', saying({ padding: [1, 2, 3, 4] })],
      ['0', saying({})],
    ],
    refused: ['0.5', '-1', '1,2,3,4,5', ''],
  },
  'text-background': {
    beside: 'text=Hello',
    accepted: [
      ['red', saying({ background: red })],
      ['transparent', saying({})],
    ],
    refused: notColour,
  },
  format: {
    accepted: [
      ...(['auto', 'jpeg', 'png', 'webp', 'avif', 'gif', 'json'] as const).map(
        (format) => [format, output({ format })] as const,
      ),
      ['jpg', output({ format: 'jpeg' })],
    ],
    refused: ['JPEG', 'heic', 'svg', 'webp,avif', 'jpe', 'raw', 'text/html', 'toString'],
  },
  q: {
    accepted: [
      ['1', output({ quality: 1 })],
      ['100', output({ quality: 100 })],
      ['80', nothing],
    ],
    refused: [...notWhole, '0', '101', '080', 'high'],
  },
  lossless: {
    accepted: [
      ['true', output({ lossless: true })],
      ['1', output({ lossless: true })],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: notFlag,
  },
  progressive: {
    accepted: [
      ['true', output({ progressive: true })],
      ['1', output({ progressive: true })],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: notFlag,
  },
  chroma: {
    accepted: [
      ['4:4:4', output({ chroma: '4:4:4' })],
      ['4:2:0', output({ chroma: '4:2:0' })],
      ['444', output({ chroma: '4:4:4' })],
      ['420', output({ chroma: '4:2:0' })],
    ],
    refused: ['4:2:2', '422', '4,4,4', 'true'],
  },
  colours: {
    accepted: [
      ['2', output({ colours: 2 })],
      ['256', output({ colours: 256 })],
    ],
    refused: [...notWhole, '0', '1', '257'],
  },
  dpi: {
    accepted: [
      ['1', output({ dpi: 1 })],
      ['10000', output({ dpi: 10_000 })],
    ],
    refused: [...notWhole, '0', '10001', '72.5'],
  },
  keep: {
    accepted: [
      ['icc', output({ keep: 'icc' })],
      ['all', output({ keep: 'all' })],
    ],
    refused: ['exif', 'none', 'true', 'ICC', 'icc,all'],
  },
  frame: {
    accepted: [
      ['1', output({ frame: 1 })],
      ['10000', output({ frame: 10_000 })],
    ],
    refused: [...notWhole, '0', '10001'],
  },
  preset: {
    accepted: [['thumb', stage({ resize: { width: 9 } })]],
    refused: ['Thumb', 'thumb ', 'toString', '__proto__', 'a/b', '\n'],
    reason: 'is not known; there are thumb.',
  },
  v: {
    accepted: [
      ['7', { version: '7' }],
      ['a.B_9-', { version: 'a.B_9-' }],
      ['a'.repeat(64), { version: 'a'.repeat(64) }],
    ],
    refused: notToken,
  },
  fallback: {
    accepted: [
      ['/none.png', { fallback: '/none.png' }],
      ['/a%20b/ü.png', { fallback: '/a b/ü.png' }],
    ],
    refused: ['none.png', 'https://example.org/x', 'file:///x', ' /x', 'true'],
  },
  original: {
    beside: 'w=9',
    accepted: [
      ['true', { stages: [], original: true }],
      ['1', { stages: [], original: true }],
      ['false', nothing],
      ['0', nothing],
    ],
    refused: notFlag,
  },
  download: {
    accepted: [
      ['true', { download: true }],
      ['1', { download: true }],
      ['false', {}],
      ['0', {}],
      ['a cat.jpg', { download: 'a cat.jpg' }],
      ['ü, & +.jpg', { download: 'ü, & +.jpg' }],
    ],
    refused: ['.', '..', '.htaccess', '../x', 'a/b', 'a\\b', 'a"b', 'a\r\nb', 'a\0', 'a\u202eb', 'x'.repeat(101)],
  },
  expires: {
    accepted: [
      ['0', { expires: 0 }],
      ['1767225600', { expires: 1_767_225_600 }],
    ],
    refused: [
      ...notWhole.filter((text) => text !== '99999999999'),
      '99999999999',
      'never',
      '2026-01-01',
      '10000000000',
    ],
  },
  // Whoever verifies it reads it: to all others a URL is the same with and without.
  s: { accepted: [['x'.repeat(43), nothing]], refused: [] },
};

const names = Object.keys(nativeParameters) as Name[];
const parse = (query: string) => presetless.parse({ path: '/cat.jpg', query });
const query = (name: string, text: string, company = rows[name as Name]?.beside) =>
  [...(company === undefined ? [] : [company]), `${name}=${encodeURIComponent(text)}`].join('&');

describe('every parameter', () => {
  it('has its rows here', () => {
    expect(Object.keys(rows)).toEqual(names);
    for (const [name, { accepted, refused }] of Object.entries(rows)) {
      expect(accepted.length, name).toBeGreaterThan(0);
      if (name !== 's') expect(refused.length, name).toBeGreaterThan(0);
    }
  });

  it('has a line in the docs, a group, and groups follow each other', () => {
    const order = Object.values({ ...nativeParameters }).map(({ doc, group }) => {
      expect(doc).toMatch(/^[A-Z].*\.$/);
      return groups.indexOf(group);
    });
    expect(order).toEqual([...order].sort((first, second) => first - second));
  });

  it('has spellings that are nothing else', () => {
    const all = Object.entries({ ...nativeParameters }).flatMap(([name, { aliases }]) => [name, ...aliases]);
    expect(new Set(all).size).toBe(all.length);
    expect([...spellings.keys()]).toEqual(all);
    for (const spelling of all) expect(encodeURIComponent(spelling)).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('is shared or of a stage', () => {
    const output = ['format', 'q', 'lossless', 'progressive', 'chroma', 'colours', 'dpi', 'keep', 'frame'];
    const request = ['preset', 'v', 'fallback', 'original', 'download', 'expires', 's'];
    expect(new Set(sharedNames)).toEqual(new Set(['dpr', 'orient', ...output, ...request]));
  });
});

describe.each(names)('%s', (name) => {
  const { accepted, refused, reason } = rows[name];
  const { aliases, allowed } = nativeParameters[name];
  const without = parse(rows[name].beside ?? '');
  const whole = { stages: [], output: {}, ...(without?.transformation ?? {}) };

  it.each(accepted)('is %s', (text, { stages = whole.stages, output: out = whole.output, ...others }) => {
    for (const spelling of [name, ...aliases]) {
      const { hints: _, ...request } = parse(query(spelling, text, rows[name].beside)) ?? {};
      expect(request).toEqual({
        path: '/cat.jpg',
        version: undefined,
        query: undefined,
        transformation: { stages, output: out },
        ...others,
      });
    }
  });

  it.each(['', ...refused].filter(() => name !== 's'))('is not %j, which is refused in one line', (text) => {
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    const quoted = JSON.stringify(shown).replace('\u202e', '%E2%80%AE');
    for (const spelling of [name, ...aliases]) {
      const error = failure(() => parse(query(spelling, text, rows[name].beside)));
      expect(error).toMatchObject({ code: 'INVALID_PARAMETER', status: 400, expose: true });
      expect(error?.message).toBe(`${name}: ${quoted} ${reason ?? `is not allowed; expected ${allowed}.`}`);
      expect(error?.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }
  });

  it('may be given once, in whatever spelling', () => {
    const [text = ''] = accepted[0] ?? [];
    const message = `${name}: given more than once.`;
    const first = query(name, text);
    for (const spelling of [name, `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`, ...aliases]) {
      for (const second of [text, '']) {
        const twice = `${first}&${spelling}=${encodeURIComponent(second)}`;
        expect(
          failure(() => parse(twice)),
          twice,
        ).toMatchObject({ code: 'INVALID_PARAMETER', message });
      }
    }
  });

  it('may be given again in another stage where it is of a stage, or else not at all', () => {
    const [text = ''] = accepted[0] ?? [];
    if (sharedNames.has(name)) {
      const message = `${name}: given more than once.`;
      const again = `${query(name, text)}|blur=9|${name}=${encodeURIComponent(text)}`;
      expect(failure(() => parse(again))).toMatchObject({ code: 'INVALID_PARAMETER', message });
    } else {
      const [own] = parse(query(name, text))?.transformation.stages ?? [];
      const again = `${query(name, text)}|${query(name, text)}`;
      expect(parse(again)?.transformation.stages).toEqual([own, own]);
    }
  });
});
