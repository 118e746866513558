import { ranks, type Step } from './step.ts';

/** Blurs the picture. */
export const blur: Step = ({ blur: sigma }) => {
  if (sigma === undefined) return undefined;
  // libvips' own 0.2 makes the bell narrower than asked for, and one below 0.56 nothing; a wide one would cost too much.
  const minAmplitude = Math.min(0.2, 0.01 + 0.02 * sigma);
  // In whole numbers a bell of few steps changes colours and alpha by up to 8 of 255. Exact ones take several times as long.
  const precision = sigma <= 2.5 ? 'float' : 'integer';
  return {
    rank: ranks.blur,
    isOfFrame: true,
    colours: 'multiplied',
    apply: (picture) => picture.blur({ sigma, minAmplitude, precision }),
  };
};

/** Sharpens the picture. */
export const sharpen: Step = ({ sharpen: sigma }) =>
  sigma === undefined
    ? undefined
    : {
        rank: ranks.sharpen,
        isOfFrame: true,
        colours: 'multiplied',
        apply: (picture) => (sigma === 'mild' ? picture.sharpen() : picture.sharpen({ sigma })),
      };
