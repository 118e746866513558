import { type HttpHeaders, header } from './message.ts';
import { isCoded } from './stored-fields.ts';

/** What is passed on of the answers that hold no image of ours. */
export interface Passthrough {
  /** Whether anything is. */
  readonly isOn: boolean;
  /** Whether answers of any status are, an origin's own error pages included. */
  readonly anyStatus: boolean;
  /** Whether a found original with these fields is. */
  passes(headers: HttpHeaders): boolean;
}

const nothing: Passthrough = { isOn: false, anyStatus: false, passes: () => false };
const everything: Passthrough = { isOn: true, anyStatus: true, passes: () => true };

/** A media type or a range of them: `text/css`, `font/*`. Parameters are not looked at. */
export const mediaRange: RegExp = /^[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+)$/;

/** Reads the option: all, nothing, or media types such as `text/css` and `font/*`. */
export function toPassthrough(option: boolean | readonly string[] = false): Passthrough {
  if (typeof option === 'boolean') return option ? everything : nothing;
  const ranges = option.map((range) => range.toLowerCase());
  return {
    isOn: ranges.length > 0,
    anyStatus: false,
    passes(headers) {
      const type = mediaType(headers);
      return ranges.some((range) => (range.endsWith('/*') ? type.startsWith(range.slice(0, -1)) : type === range));
    },
  };
}

/** The same for found originals alone: no word of the origin goes out beside them. */
export function foundAlone(rule: Passthrough): Passthrough {
  return { ...rule, anyStatus: false };
}

/** The same without what a browser may show as a picture: coded bytes, which nobody here looks into, and other formats. */
export function withoutPictures(rule: Passthrough): Passthrough {
  return {
    ...foundAlone(rule),
    passes: (headers) => !isCoded(headers) && !mediaType(headers).startsWith('image/') && rule.passes(headers),
  };
}

function mediaType(headers: HttpHeaders): string {
  return (header(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
