import type { RawFields } from './upstream.ts';

/** How the name of a field of the origin's begins while a derivative carries it. */
export const carriedPrefix = 'x-origin-';

/** RFC 9110 §7.6.1 and RFC 9111 §3.1: not kept by a cache, so not carried past one either. */
const notKept = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'],
]);

/** What the endpoint says of its own answers, always: when they were made, how old they are, whom they are for. */
const itsOwn = new Set(['age', 'date', 'set-cookie', 'set-cookie2']);

/** Said of the bytes of the text, and untrue of the picture. */
const ofTheBytes = new Set(['content-length', 'content-encoding', 'content-range', 'content-md5']);

/** What is said of a picture instead. */
export interface PictureType {
  readonly type: string;
  /** Bytes. */
  readonly length: number;
}

/**
 * The fields of an answer in which a text has become a picture: what is not about the text stays, and each field that a
 * cache would keep is carried besides. A field that Connection names is carried by a name that Connection names.
 */
export function carry(fields: RawFields, { type, length }: PictureType): RawFields {
  const isKept = (name: string): boolean => name !== 'content-type' && !ofTheBytes.has(name);
  return [
    ...fields.filter(([name]) => isKept(name.toLowerCase())),
    ['content-type', type],
    ['content-length', String(length)],
    ...carried(fields, (name) => name !== 'content-length'),
  ];
}

/**
 * The fields of a 304. Those about the bytes stay and are not carried: under another name nobody could know them for what
 * a 304 does not renew (RFC 9111 §3.2).
 */
export function carryRenewal(fields: RawFields): RawFields {
  return [
    ...fields.filter(([name]) => name.toLowerCase() !== 'content-type'),
    ...carried(fields, (name) => !ofTheBytes.has(name)),
  ];
}

function carried(fields: RawFields, isCarried: (name: string) => boolean): RawFields {
  const present = new Set(fields.map(([name]) => name.toLowerCase()));
  const named = members(fieldValue(fields, 'connection')).filter((name) => present.has(name));
  const copies = fields.flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    const isCopied = isCarried(lower) && !notKept.has(lower) && !itsOwn.has(lower);
    return isCopied ? [[carriedPrefix + lower, value] as const] : [];
  });
  return [...named.map((name) => ['connection', carriedPrefix + name] as const), ...copies];
}

/** The fields of an answer with those it carries in their own places, over what stands there. */
export function putBack(fields: RawFields): RawFields {
  const isCarried = (name: string): boolean => name.toLowerCase().startsWith(carriedPrefix);
  const carried = fields
    .filter(([name]) => isCarried(name))
    .map(([name, value]) => [name.slice(carriedPrefix.length), value] as const);
  const replaced = new Set(carried.map(([name]) => name.toLowerCase()));
  const own = fields.filter(([name]) => !isCarried(name) && !replaced.has(name.toLowerCase()));
  return [...own, ...carried];
}

/** The value of a field, its lines joined with commas; undefined where it is absent. */
export function fieldValue(fields: RawFields, name: string): string | undefined {
  const lines = fields.flatMap(([each, value]) => (isNamed(each, name) ? [value] : []));
  return lines.length === 0 ? undefined : lines.join(', ');
}

/** The fields without one, or with another value for it. */
export function withField(fields: RawFields, name: string, value?: string): RawFields {
  const others = fields.filter(([each]) => !isNamed(each, name));
  return value === undefined ? others : [...others, [name, value]];
}

function isNamed(field: string, name: string): boolean {
  return field.toLowerCase() === name;
}

function members(list = ''): readonly string[] {
  return list.split(',').map((member) => member.trim().toLowerCase());
}
