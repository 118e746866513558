import { allOverlays, isText } from '../overlay.ts';
import type { Stage } from '../stage.ts';
import type { Font, Fonts, FontWish } from './fonts.ts';
import { shapedBy } from './shaped-by.ts';

/** A wish for a font, and which that comes to. */
export interface FontUse extends FontWish {
  /** Of the file. */
  readonly hash: string;
  /** What letters are shaped by. */
  readonly by: string;
}

/**
 * The fonts of all words in some stages, those in layers of layers included.
 *
 * @throws TintypeError `INVALID_PARAMETER` where one is asked for that there is not.
 */
export function fontUses(stages: readonly Stage[], fonts: Fonts): readonly FontUse[] {
  const uses = new Map<string, FontUse>();
  for (const { text } of allOverlays(stages).filter(isText)) {
    const wish = wishOf(text);
    uses.set(JSON.stringify(wish), { ...wish, hash: fonts.find(wish).hash, by: shapedBy() });
  }
  return [...uses.values()];
}

/** The fonts that are used, each once. */
export function fontsOf(uses: readonly FontUse[] | undefined, fonts: Fonts): readonly Font[] {
  return [...new Set((uses ?? []).map((use) => fonts.find(use)))];
}

/** Creates what finds the font that is used for a wish. */
export function createFinder(uses: readonly FontUse[] | undefined, given: readonly Font[]): Fonts {
  return {
    find(wish) {
      const key = JSON.stringify(wishOf(wish));
      const hash = uses?.find((use) => JSON.stringify(wishOf(use)) === key)?.hash;
      const font = given.find((each) => each.hash === hash);
      if (font === undefined) throw new Error(`Expected the font of ${key}`);
      return font;
    },
  };
}

function wishOf({ font, bold, italic }: FontWish): FontWish {
  return {
    ...(font === undefined ? {} : { font }),
    ...(bold === undefined ? {} : { bold }),
    ...(italic === undefined ? {} : { italic }),
  };
}
