/** The name of a field (RFC 9110 §5.1). */
export const fieldName: RegExp = /^[\w!#$%&'*+.^`|~-]+$/;

/** The value of a field as Node sends it (RFC 9110 §5.5): an origin of one's own may say anything. */
export const fieldValue: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/;
