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

/** One Vary field for several (RFC 9110 §12.5.5): each name once, an asterisk alone; undefined for none. */
export function joinVary(...fields: readonly (string | undefined)[]): string | undefined {
  const names = new Map<string, string>();
  for (const name of fields.flatMap((field) => field?.split(', ') ?? [])) {
    const lower = name.toLowerCase();
    if (name !== '' && !names.has(lower)) names.set(lower, name);
  }
  return names.size === 0 ? undefined : names.has('*') ? '*' : [...names.values()].join(', ');
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

/** One of the fields that are lists of plain words (RFC 9110 §12.5). */
const acceptField = /^accept(?:-|$)/;
/** Visible ASCII and blanks, nothing quoted: here blanks around commas mean nothing, and trimming takes only them. */
const plainList = /^[\t !#-~]*$/;

/**
 * What a request says in the fields that an answer varies by, as it says it: whoever can make two requests look alike can
 * have one answered for the other. Only in the Accept fields blanks around commas are known to mean nothing (RFC 9111
 * §4.1). Null where a field is absent, which matches only its absence.
 */
export function selectingValues(names: readonly string[], fields: ForwardedFields): readonly (string | null)[] {
  return names.map((name) => {
    const value = fields[name];
    if (value === undefined) return null;
    return acceptField.test(name) && plainList.test(value) ? trimMembers(value) : value;
  });
}

function trimMembers(list: string): string {
  return list
    .split(',')
    .map((member) => member.trim())
    .join(',');
}

/** Whether a request carries a client's credentials (RFC 9111 §3.5, and what a cookie usually is). */
export function isPersonal(fields: ForwardedFields): boolean {
  return fields.authorization !== undefined || fields.cookie !== undefined;
}
