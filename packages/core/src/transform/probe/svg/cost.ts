import { broken, unsupported } from '../refusals.ts';
import type { SvgDocument, SvgElement } from './document.ts';
import { mostCost, tooComplex } from './limits.ts';

/**
 * What an element costs beside a plain one, which is 1: some tenth of a millisecond at 1000 × 1000 pixels. Each of these
 * works on every pixel it covers.
 */
const weights: Readonly<Record<string, number>> = {
  feBlend: 200,
  feColorMatrix: 200,
  feComponentTransfer: 200,
  feComposite: 200,
  feConvolveMatrix: 30_000,
  feDiffuseLighting: 5000,
  feDisplacementMap: 2000,
  feDropShadow: 2000,
  feFlood: 100,
  feGaussianBlur: 1000,
  feMergeNode: 100,
  feMorphology: 30_000,
  feOffset: 200,
  feSpecularLighting: 5000,
  feTile: 500,
  feTurbulence: 6000,
  mask: 500,
  pattern: 1000,
};
/** A letter is an outline, and all of a text are placed together. */
const letterCost = 8;
/** A dash pattern draws a line as many lines. */
const dashCost = 400;
/** Characters of path data that cost as much as a plain element; of more, each may cross each. */
const pathCharacters = 500;

/** Blanks stand at one place of the pattern only: at two beside each other the time would go by the square of them. */
const reference = /url\(\s*(?:['"]\s*)?#([^'")\s]+)/gi;

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
  const path = ((attributes.get('d') ?? attributes.get('points') ?? '').length / pathCharacters) ** 2;
  return 1 + (weights[name] ?? 0) + characters * letterCost + path + (dashes ? dashCost : 0);
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
