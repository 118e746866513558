import { remembered } from './remembered.ts';

/** The content codings that a text can be answered in. */
export type ContentCoding = 'br' | 'gzip' | 'identity';

/** Browsers send some 30 characters. */
const longest = 500;

/** From the smallest answer to the largest: among equal weights the first wins. */
const offered = ['br', 'gzip', 'identity'] as const satisfies readonly ContentCoding[];

/**
 * Selects the content coding of an answer (RFC 9110 §12.5.3). Identity where the field is absent: any coding would do
 * then, and this is the one that whoever sends no field can read. Identity too where the client refuses all there is.
 */
export const selectCoding: (acceptEncoding: string | undefined) => ContentCoding = remembered(
  longest,
  'identity',
  (acceptEncoding) => select(parseWeights(acceptEncoding.toLowerCase())),
);

function select(weights: ReadonlyMap<string, number>): ContentCoding {
  let selected: ContentCoding = 'identity';
  let highest = 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight <= highest) continue;
    selected = coding;
    highest = weight;
  }
  return selected;
}

/** Of duplicates the smallest weight, so that what a client refuses once is not sent to it. */
function parseWeights(field: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const member of field.split(',')) {
    const [token = '', ...parameters] = member.split(';').map((part) => part.trim());
    // RFC 9110 §8.4.1.3.
    const coding = token === 'x-gzip' ? 'gzip' : token;
    weights.set(coding, Math.min(parseWeight(parameters), weights.get(coding) ?? 1));
  }
  return weights;
}

/** RFC 9110 §12.4.2. What is not a weight does not opt in. */
function parseWeight(parameters: readonly string[]): number {
  if (parameters.length === 0) return 1;
  const [, weight] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameters.join(';')) ?? [];
  return Number(weight ?? 0);
}
