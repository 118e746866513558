/** The response directives that the cache acts on (RFC 9111 §5.2.2, RFC 5861). Times in seconds. */
export interface CacheControl {
  readonly maxAge: number | undefined;
  readonly sMaxage: number | undefined;
  readonly noStore: boolean;
  /** Also where it names fields: the stricter reading, as RFC 9111 §5.2.2.4 allows. */
  readonly noCache: boolean;
  /** Also where it names fields. */
  readonly private: boolean;
  readonly public: boolean;
  /** `proxy-revalidate` too, because this is a shared cache. */
  readonly mustRevalidate: boolean;
  readonly mustUnderstand: boolean;
  /** RFC 8246: adds no freshness. */
  readonly immutable: boolean;
  readonly noTransform: boolean;
  readonly staleWhileRevalidate: number | undefined;
  readonly staleIfError: number | undefined;
}

/** RFC 9111 §1.2.2: a cache may treat a larger number as this one. */
export const largestDelta: number = 2 ** 31;

const longestField = 4096;

/** Parses a Cache-Control field, several lines joined with commas. Unknown directives are passed over. */
export function parseCacheControl(field: string | undefined): CacheControl {
  const directives = new Map<string, (string | undefined)[]>();
  for (const member of splitOutsideQuotes(sensible(field)).flatMap(splitSlips)) {
    const equals = member.indexOf('=');
    const name = (equals === -1 ? member : member.slice(0, equals)).trim().toLowerCase();
    const value = equals === -1 ? undefined : unquote(member.slice(equals + 1).trim());
    const values = directives.get(name);
    if (values !== undefined) values.push(value);
    else if (name !== '') directives.set(name, [value]);
  }
  return toCacheControl(
    (name) => directives.has(name),
    (name) => {
      const values = directives.get(name);
      return values === undefined ? undefined : Math.min(...values.map(parseDelta));
    },
  );
}

/**
 * The directives that the cache acts on, from whatever syntax says them.
 *
 * @param isSaid whether a directive is there.
 * @param seconds what a directive with a time says, up to {@link largestDelta}.
 */
export function toCacheControl(
  isSaid: (name: string) => boolean,
  seconds: (name: string) => number | undefined,
): CacheControl {
  return {
    maxAge: seconds('max-age'),
    sMaxage: seconds('s-maxage'),
    noStore: isSaid('no-store'),
    noCache: isSaid('no-cache'),
    private: isSaid('private'),
    public: isSaid('public'),
    mustRevalidate: isSaid('must-revalidate') || isSaid('proxy-revalidate'),
    mustUnderstand: isSaid('must-understand'),
    immutable: isSaid('immutable'),
    noTransform: isSaid('no-transform'),
    staleWhileRevalidate: seconds('stale-while-revalidate'),
    staleIfError: seconds('stale-if-error'),
  };
}

/**
 * Whether nothing may be served past its lifetime, whoever allows it: s-maxage means proxy-revalidate as well (RFC 9111
 * §5.2.2.10), unless the operator has it otherwise.
 */
export function isPinned({ mustRevalidate, sMaxage }: CacheControl, staleBesideSMaxage = false): boolean {
  return mustRevalidate || (sMaxage !== undefined && !staleBesideSMaxage);
}

/** `no-store; max-age=0` is a slip, and means what it looks like: else a year would fill in for what nobody may keep. */
function splitSlips(member: string): readonly string[] {
  return member.includes(';') && !member.includes('"') ? member.split(';') : [member];
}

/** A field that nobody writes in earnest is not worth the time; the safest of its meanings is. */
function sensible(field = ''): string {
  return field.length > longestField ? 'no-store' : field;
}

/** RFC 9111 §4.2.1: an invalid number is encouraged to mean "stale". Of duplicates the smallest, so the stricter, wins. */
function parseDelta(value: string | undefined): number {
  return value !== undefined && /^\d+$/.test(value) ? Math.min(Number(value), largestDelta) : 0;
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
}

/**
 * Splits a list field on its commas, but not on those inside quotes (RFC 9110 §5.6.1). In a quoted string a backslash
 * escapes (§5.6.4), in an entity tag it stands for itself (§8.8.3).
 */
export function splitOutsideQuotes(field: string, backslash: 'escapes' | 'literal' = 'escapes'): readonly string[] {
  const members: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < field.length; at++) {
    const character = field[at];
    if (quoted && character === '\\' && backslash === 'escapes') at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      members.push(field.slice(start, at).trim());
      start = at + 1;
    }
  }
  // A quote that is never closed quotes nothing: what stands behind it must not be hidden by it.
  if (quoted) return splitOutsideQuotes(field.replaceAll('"', ''), backslash);
  members.push(field.slice(start).trim());
  return members.filter((member) => member !== '');
}
