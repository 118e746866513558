import { SaxesParser, type SaxesTagNS } from 'saxes';
import { TintypeError } from '../../../errors.ts';
import { broken, unsupported } from '../refusals.ts';
import { deepest, mostAttributes, mostBytes, mostElements, tooComplex } from './limits.ts';

/** One element of an SVG. */
export interface SvgElement {
  /** Local name; empty where the element belongs to another namespace, and so is never drawn. */
  readonly name: string;
  /** By local name, those without a namespace; and `xlink:href`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: SvgElement | undefined;
  readonly children: readonly SvgElement[];
  /** UTF-16 units of text that stand directly inside. */
  readonly characters: number;
}

/** An SVG that was read, before anything is known of what it costs. */
export interface SvgDocument {
  readonly root: SvgElement;
  readonly elements: readonly SvgElement[];
  /** The first element of each id, which is the one that the renderer takes. */
  readonly byId: ReadonlyMap<string, SvgElement>;
  /** The text of all `style` elements. */
  readonly styleSheets: readonly string[];
  /** Elements inside each other. */
  readonly depth: number;
}

interface Node extends SvgElement {
  readonly children: Node[];
  characters: number;
}

const svgNamespace = 'http://www.w3.org/2000/svg';
const xlinkNamespace = 'http://www.w3.org/1999/xlink';
const inclusionNamespace = 'http://www.w3.org/2001/XInclude';
const encodings: readonly string[] = ['utf-8', 'us-ascii'];

/**
 * Reads the XML of an SVG.
 *
 * @throws TintypeError `BROKEN_IMAGE` where it is not well-formed, or its root is no `svg`.
 * @throws TintypeError `UNSUPPORTED_IMAGE` for other encodings than UTF-8, a document type with declarations of its own,
 *   XInclude and linked style sheets.
 * @throws TintypeError `ORIGINAL_TOO_LARGE` over a limit of bytes, elements, attributes or depth.
 */
export function parseDocument(bytes: Uint8Array): SvgDocument {
  if (bytes.length > mostBytes) {
    throw tooComplex(`${bytes.length} bytes`);
  }
  const tree = createTree();
  try {
    parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), tree);
  } catch (error) {
    throw error instanceof TintypeError ? error : broken(`SVG: ${error instanceof Error ? error.message : error}`);
  }
  const root = tree.elements[0];
  if (root?.name !== 'svg') {
    throw broken('SVG: the root is not an svg element');
  }
  const byId = new Map(tree.elements.toReversed().map((element) => [element.attributes.get('id'), element] as const));
  byId.delete(undefined);
  return { ...tree, root, byId: byId as ReadonlyMap<string, SvgElement> };
}

interface Tree extends Pick<SvgDocument, 'elements' | 'styleSheets' | 'depth'> {
  open(tag: SaxesTagNS): void;
  text(text: string): void;
  close(): void;
}

function createTree(): Tree {
  const elements: Node[] = [];
  const styleSheets: string[] = [];
  let depth = 0;
  let level = 0;
  let current: Node | undefined;
  return {
    elements,
    styleSheets,
    get depth() {
      return depth;
    },
    open(tag) {
      const element = toElement(tag, current);
      current?.children.push(element);
      current = element;
      level += 1;
      depth = Math.max(depth, level);
      if (elements.push(element) > mostElements || level > deepest) {
        throw tooComplex(`${elements.length} elements, ${level} deep`);
      }
    },
    text(text) {
      if (current?.name === 'style') {
        styleSheets.push(text);
      } else if (current !== undefined) {
        current.characters += text.length;
      }
    },
    close() {
      current = current?.parent as Node | undefined;
      level -= 1;
    },
  };
}

function parse(text: string, tree: Tree): void {
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0' || !encodings.includes((encoding ?? 'utf-8').toLowerCase())) {
      throw unsupported(`SVG: XML ${version} in ${encoding}`);
    }
  });
  parser.on('doctype', (declaration) => {
    if (declaration.includes('[')) {
      throw unsupported('SVG: a document type with declarations of its own');
    }
  });
  parser.on('processinginstruction', ({ target }) => {
    if (target === 'xml-stylesheet') {
      throw unsupported('SVG: a linked style sheet');
    }
  });
  let attributes = 0;
  let namespaces = 0;
  parser.on('opentagstart', () => {
    attributes = 0;
  });
  parser.on('attribute', ({ prefix }) => {
    attributes += 1;
    if (prefix === 'xmlns') namespaces += 1;
    if (Math.max(attributes, namespaces) > mostAttributes) {
      throw tooComplex(`${attributes} attributes of one element, ${namespaces} namespaces`);
    }
  });
  parser.on('opentag', tree.open);
  parser.on('text', tree.text);
  parser.on('cdata', tree.text);
  parser.on('closetag', tree.close);
  parser.write(text).close();
}

function toElement(tag: SaxesTagNS, parent: Node | undefined): Node {
  if (tag.uri === inclusionNamespace) {
    throw unsupported('SVG: XInclude');
  }
  const attributes = new Map<string, string>();
  for (const { uri, local, value } of Object.values(tag.attributes)) {
    if (uri === '') {
      attributes.set(local, value);
    } else if (uri === xlinkNamespace && local === 'href') {
      attributes.set('xlink:href', value);
    }
  }
  // The renderer takes elements without any namespace for its own.
  const name = tag.uri === svgNamespace || tag.uri === '' ? tag.local : '';
  return { name, attributes, parent, children: [], characters: 0 };
}
