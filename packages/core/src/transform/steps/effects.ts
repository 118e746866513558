import { ranks, type Step } from './step.ts';

/** Blurs the picture. */
export const blur: Step = ({ blur: sigma }) =>
  sigma === undefined ? undefined : { rank: ranks.blur, isOfFrame: true, colours: 'multiplied', apply: (picture) => picture.blur({ sigma }) };

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
