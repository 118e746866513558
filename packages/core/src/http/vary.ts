import { splitOutsideQuotes } from './cache-control.ts';
import { fieldName } from './field-syntax.ts';
import { type HttpHeaders, header } from './message.ts';

/** Those of a client's fields that reach an origin: lower-case names, one line each. */
export type ForwardedFields = Readonly<Record<string, string>>;

/**
 * The fields that an answer says it depends on (RFC 9110 §12.5.5), as it writes them; `*` alone where it depends on more
 * than fields, and where what it says cannot be read.
 */
export function varyMembers(headers: HttpHeaders): readonly string[] {
  const members = splitOutsideQuotes(header(headers, 'vary') ?? '');
  return members.every((member) => member !== '*' && fieldName.test(member)) ? members : ['*'];
}

/** The same as names to key by: in lower case, sorted, each once. */
export function variedFields(headers: HttpHeaders): readonly string[] {
  return [...new Set(varyMembers(headers).map((name) => name.toLowerCase()))].sort();
}

/** Those of a client's fields that an origin wants to see. */
export function forwardedFields(headers: HttpHeaders, names: readonly string[]): ForwardedFields {
  const fields: Record<string, string> = {};
  for (const name of names) {
    const value = header(headers, name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** Fields that are no lists, so that a comma in them is a letter as others are. */
const notLists = new Set(['authorization', 'cookie', 'from', 'host', 'origin', 'referer', 'user-agent']);

/**
 * What a request says in the fields that an answer varies by. Of lists the blanks around commas are gone, outside of which
 * nothing is known to mean the same (RFC 9111 §4.1): whoever can make two requests look alike can answer one for the other.
 * Null where a field is absent, which matches only its absence.
 */
export function selectingValues(names: readonly string[], fields: ForwardedFields): readonly (string | null)[] {
  return names.map((name) => {
    const value = fields[name]?.trim();
    if (value === undefined) return null;
    return notLists.has(name) || value.includes('"') ? value : value.replace(/[ \t]*,[ \t]*/g, ',');
  });
}

/** Whether a request carries a client's credentials (RFC 9111 §3.5, and what a cookie usually is). */
export function isPersonal(fields: ForwardedFields): boolean {
  return fields.authorization !== undefined || fields.cookie !== undefined;
}
