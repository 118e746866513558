import { broken, unsupported } from '../refusals.ts';
import type { SvgDocument, SvgElement } from './document.ts';
import { mostCost, tooComplex } from './limits.ts';

/** What an element costs beside a plain one, which is 1: each of these works on every pixel it covers. */
const weights: Readonly<Record<string, number>> = {
  feBlend: 100,
  feColorMatrix: 100,
  feComponentTransfer: 100,
  feComposite: 100,
  feDisplacementMap: 400,
  feDropShadow: 400,
  feFlood: 100,
  feGaussianBlur: 400,
  feMerge: 100,
  feOffset: 100,
  feTile: 200,
  feConvolveMatrix: 4000,
  feDiffuseLighting: 4000,
  feMorphology: 4000,
  feSpecularLighting: 4000,
  feTurbulence: 4000,
  mask: 100,
  pattern: 100,
};
/** Letters that cost as much as a plain element. */
const lettersPerElement = 4;
/** A dash pattern draws a line as many lines. */
const dashWeight = 400;

const reference = /url\(\s*['"]?\s*#([^'")\s]+)/gi;

/**
 * Refuses an SVG that would cost too much to draw: the elements with all that they refer to, as often as they do, each
 * by its weight. The renderer cannot be interrupted. This is no proof: what is drawn should come from people who are
 * trusted.
 *
 * @throws TintypeError `ORIGINAL_TOO_LARGE`, `BROKEN_IMAGE` where it refers to itself, `UNSUPPORTED_IMAGE` where it takes
 * in other pictures.
 */
export function checkCost(document: SvgDocument): void {
  const { root, byId, styleSheets, elements } = document;
  const known = new Map<SvgElement, number>();
  const open = new Set<SvgElement>();

  /** Of an element and all inside it, with what they refer to. */
  const costOf = (element: SvgElement): number => {
    const before = known.get(element);
    if (before !== undefined) return before;
    if (open.has(element)) throw broken('SVG: it refers to itself');
    open.add(element);
    const targets = [...element.children, ...referred(element).map((id) => byId.get(id))];
    const cost = targets.reduce((sum, target) => sum + (target === undefined ? 0 : costOf(target)), ownCost(element));
    open.delete(element);
    known.set(element, cost);
    // The sum would soon be beyond numbers.
    if (cost > mostCost) throw tooComplex(`a cost of ${cost}`);
    return cost;
  };

  const styled = styleSheets.flatMap((sheet) => idsIn(sheet)).map((id) => byId.get(id));
  const bySheets = styled.reduce((sum, target) => sum + (target === undefined ? 0 : costOf(target)), 0);
  // Nobody works out here which elements a rule is for.
  const total = costOf(root) + bySheets * elements.length;
  if (total > mostCost) throw tooComplex(`a cost of ${total}`);
}

function ownCost({ name, attributes, characters }: SvgElement): number {
  const dashes = [attributes.get('stroke-dasharray'), attributes.get('style')].some((text) => isDashed(text));
  return 1 + (weights[name] ?? 0) + characters / lettersPerElement + (dashes ? dashWeight : 0);
}

function isDashed(text: string | undefined): boolean {
  return text !== undefined && /^[\s\d.,]*[1-9]|stroke-dasharray/.test(text);
}

/** The ids that an element refers to. */
function referred({ attributes }: SvgElement): readonly string[] {
  const ids: string[] = [];
  for (const [name, value] of attributes) {
    if (/data:/i.test(value)) throw unsupported('SVG: a picture inside');
    if (name === 'href' || name === 'xlink:href') ids.push(value.trim().replace(/^#/, ''));
    else ids.push(...idsIn(value));
  }
  return ids;
}

function idsIn(text: string): readonly string[] {
  return [...text.matchAll(reference)].map(([, id = '']) => id);
}
