// What one would write in one's own page or program to have the picture.
import { formatQuery, originPath, pictureUrl } from './query.js';

const escapeHtml = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** An <img> with its size, so that nothing moves when it comes; for dense screens too where a length is in pixels. */
export function htmlSnippet({ picture, stages, output, query }, { width, height }) {
  const at = (dpr) => {
    const others = new Map([...output].filter(([name]) => name !== 'dpr'));
    return escapeHtml(
      pictureUrl(picture, formatQuery({ stages, output: dpr === 1 ? others : others.set('dpr', dpr) })),
    );
  };
  const density = Number(output.get('dpr') ?? 1);
  const isInPixels = stages.some((stage) => ['w', 'h'].some((name) => /^\d+$/.test(stage.get(name) ?? '')));
  const sources = isInPixels
    ? [`src="${at(1)}"`, `srcset="${at(1)} 1x,\n          ${at(2)} 2x"`]
    : [`src="${escapeHtml(pictureUrl(picture, query))}"`];
  const size = `width="${Math.round(width / density)}" height="${Math.round(height / density)}" alt=""`;
  return `<img ${[...sources, size].join('\n  ')} />`;
}

/** The call that makes the URL on the server. */
export function scriptSnippet({ picture, stages, output }) {
  const given = stages.filter((stage) => stage.size > 0);
  const last = new Map([...(given.pop() ?? []), ...output]);
  const written = [...given, last].map(objectOf);
  const parameters = written.length === 1 ? written[0] : `[\n  ${written.join(',\n  ')},\n]`;
  return `images.url('${originPath(picture)}', ${parameters})`;
}

function objectOf(parameters) {
  const pairs = [...parameters].map(([name, value]) => `${keyOf(name)}: ${literalOf(value)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

const keyOf = (name) => (/^\w+$/.test(name) ? name : `'${name}'`);

const literalOf = (text) =>
  /^(true|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/.test(text) ? text : `'${text.replace(/['\\]/g, '\\$&')}'`;
