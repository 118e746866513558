import { type BareItem, parseItem, Token } from 'structured-headers';
import { type HttpHeaders, header } from './message.ts';

/** The client hints that a picture can be made to fit (RFC 8942). */
export type ClientHint = 'width' | 'dpr' | 'save-data';

/** All client hints. */
export const clientHints: readonly ClientHint[] = ['width', 'dpr', 'save-data'];

/** The request field of each client hint, as Accept-CH and Vary name it. */
export const hintFields: Readonly<Record<ClientHint, string>> = {
  width: 'Sec-CH-Width',
  dpr: 'Sec-CH-DPR',
  'save-data': 'Save-Data',
};

/** What the hints of a client come to, in few enough steps to be keyed. A hint that was not sent is not there. */
export interface HintValues {
  /** Physical pixels: the next hundred, from 100 to 8100, or 8192. */
  readonly width?: number;
  /** Physical pixels for one of CSS: 1, 1.5, 2, 3 or 4. */
  readonly dpr?: number;
  readonly saveData?: true;
}

const widthStep = 100;
const largestWidth = 8192;
const densities = [1, 1.5, 2, 3] as const;
const largestDensity = 4;

/**
 * Reads the enabled hints (Responsive Image Client Hints, Save Data API; items of RFC 9651 §3.3, parameters passed over)
 * and rounds them up. A hint that is malformed, not above zero or sent twice is as good as not sent.
 */
export function readHints(headers: HttpHeaders, enabled: readonly ClientHint[]): HintValues {
  let values: HintValues = {};
  for (const hint of enabled) {
    const field = header(headers, hintFields[hint].toLowerCase());
    if (field !== undefined) values = { ...values, ...readers[hint](parse(field)) };
  }
  return values;
}

const readers: Readonly<Record<ClientHint, (said: BareItem | undefined) => HintValues>> = {
  width: (said) => (isPositive(said) && Number.isInteger(said) ? { width: toWidthStep(said) } : {}),
  dpr: (said) => (isPositive(said) ? { dpr: densities.find((density) => said <= density) ?? largestDensity } : {}),
  'save-data': (said) => (said instanceof Token && said.toString().toLowerCase() === 'on' ? { saveData: true } : {}),
};

function parse(field: string): BareItem | undefined {
  try {
    return parseItem(field)[0];
  } catch {
    return undefined;
  }
}

const isPositive = (said: BareItem | undefined): said is number => typeof said === 'number' && said > 0;

/** The hints with the next smaller density, for where a picture would be too large; undefined where there is none. */
export function withLessDensity(hints: HintValues): HintValues | undefined {
  const { dpr, ...others } = hints;
  if (dpr === undefined) return undefined;
  const smaller = densities.findLast((density) => density < dpr);
  return smaller === undefined ? others : { ...others, dpr: smaller };
}

const toWidthStep = (width: number): number => Math.min(Math.ceil(width / widthStep) * widthStep, largestWidth);
