// What stands behind the question mark, as text and as what the controls show of it.
import { parameterNamed } from './parameters.js';

/** The text that was encoded, or the same text where it is no encoding. */
export const decode = (text) => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

const encode = (text) =>
  encodeURIComponent(text).replace(
    /%(20|2C|2F|3A)/g,
    (code, hex) => ({ 20: '+', '2C': ',', '2F': '/', '3A': ':' })[hex] ?? code,
  );

/** Reads a query: a map of parameters for each stage, and one for what holds for the whole of it. */
export function parseQuery(query) {
  const output = new Map();
  const stages = query.split(/\||%7C/i).map((part) => {
    const stage = new Map();
    for (const pair of part.split('&').filter((each) => each !== '')) {
      const [name, ...value] = pair.split('=');
      const parameter = parameterNamed(decode(name));
      const target = parameter?.isOutput ? output : stage;
      target.set(parameter?.name ?? decode(name), decode(value.join('=')));
    }
    return stage;
  });
  return { stages, output };
}

/** Writes a query: stages in which nothing is said are left out, and what holds for the whole comes last. */
export function formatQuery({ stages, output }) {
  const write = (stage) => [...stage].map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const written = stages.map(write).filter((stage) => stage !== '');
  const last = [written.pop(), write(output)].filter(Boolean).join('&');
  return [...written, last].filter((stage) => stage !== '').join('|');
}

/** The address of a picture. */
export function pictureUrl(picture, query) {
  return `/images/${encodeURIComponent(picture)}${query === '' ? '' : `?${query}`}`;
}

/** The picture as a parameter and a purge name it: an origin path. */
export const originPath = (picture) => `/${encodeURIComponent(picture)}`;
