/** Why something that the vendor has is refused here. */
export interface Refusal {
  /** Keys, or keys with the values that are refused. */
  readonly names: readonly string[];
  readonly reason: string;
}

const objects =
  'person bicycle car motorcycle airplane bus train truck boat trafficLight fireHydrant stopSign parkingMeter bench bird ' +
  'cat dog horse sheep cow elephant bear zebra giraffe backpack umbrella handbag tie suitcase frisbee skis snowboard ' +
  'sportsBall kite baseballBat baseballGlove skateboard surfboard tennisRacket bottle wineGlass cup fork knife spoon bowl ' +
  'banana apple sandwich orange broccoli carrot hotDog pizza donut cake chair couch pottedPlant bed diningTable toilet tv ' +
  'laptop mouse remote keyboard cellPhone microwave oven toaster sink refrigerator book clock vase scissors teddyBear ' +
  'hairDrier toothbrush';

/** All of it, as the docs tell it. */
export const refusals: readonly Refusal[] = [
  {
    names: [
      'e-bgremove',
      'e-removedotbg',
      'e-changebg',
      'e-edit',
      'e-retouch',
      'e-upscale',
      'e-genvar',
      'e-dropshadow',
    ],
    reason: 'needs a generative model, which there is none of here',
  },
  { names: ['bg-genfill'], reason: 'needs a generative model, which there is none of here' },
  { names: ['fo-face', 'z'], reason: 'needs something that finds faces; fo-auto finds what draws attention' },
  { names: ['fo-custom'], reason: 'there is no area of focus stored here; x, y, xc and yc say one' },
  { names: ['e-shadow', 'e-gradient', 'e-colorize', 'e-distort', 'cr'], reason: 'is an effect that is not made here' },
  {
    names: ['bg-dominant', 'bg-gradient_dominant', 'bg-blurred_'],
    reason: 'is a background that is not made here; there are bg-blurred and colours',
  },
  { names: ['cm-pad_extract_no_shrink', 'c-pad_extract_no_shrink'], reason: 'is a mode that is not made here' },
  { names: ['f-svg'], reason: 'drawings are not made of pictures' },
  { names: ['pg-name-'], reason: 'layers of PSD files are not read here; pg takes the number of a frame' },
  { names: ['lm-cutter', 'lm-cutout', 'lm-displace'], reason: 'is a mode that is not made here; there is lm-multiply' },
  {
    names: ['lap-top', 'lap-left', 'lap-right', 'lap-bottom', 'lap-center'],
    reason: 'distances are from the left top, or with N from the right and bottom',
  },
  { names: ['if'], reason: 'conditions are not decided here' },
  {
    names: ['so', 'eo', 'du', 'sr', 'vc', 'ac', 'lso', 'leo', 'ldu', 'fol', 'fsh'],
    reason: 'videos are not made here',
  },
  { names: ['l-video', 'l-subtitles'], reason: 'videos are not made here' },
  {
    names: (
      'oi oih oiw oiar oic oicm oit oifo oib oibg oix oiy ot ote otw ots otf otc oth otbg oti otia otp ott oa or ox oy ofo ' +
      'ob obg oh ow ort'
    ).split(' '),
    reason: 'has been replaced by layers: l-image, l-text',
  },
];

/** Keys of which the vendor takes expressions, such as `iw_div_2`. */
const measured = new Set('w h ar x y xc yc b lx ly lxc lyc pa fs lh'.split(' '));
const expression = /(?:^|_)[icb](?:w|h|ar)(?:_|$)|_(?:add|sub|mul|div|mod|pow)_/;
const findable: ReadonlySet<string> = new Set(objects.split(' '));

/** Why a key with a value is refused that the vendor takes; undefined where it is not. */
export function refusalOf(key: string, value: string): string | undefined {
  if (measured.has(key) && expression.test(value))
    return 'of expressions, parts of the same side alone are worked out here, such as iw_div_2';
  if (key === 'fo' && value.split('_').some((name) => findable.has(name))) {
    return 'needs something that finds objects; fo-auto finds what draws attention';
  }
  const whole = `${key}-${value}`;
  const found = refusals.find(({ names }) =>
    names.some((name) => name === key || (name.startsWith(`${key}-`) && whole.startsWith(name))),
  );
  return found?.reason;
}
