import { ofTheBytes, settingCookies } from './field-kinds.ts';
import { type HttpHeaders, header } from './message.ts';

const described = new Set(ofTheBytes);
const cookies = new Set(settingCookies);

/** Fields without those that set cookies, which are kept nowhere (RFC 9111 §7.3). */
export function withoutCookies(headers: HttpHeaders): HttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !cookies.has(name)));
}

/** The fields of a stored answer as a 304 renews them (RFC 9111 §3.2, §4.3.4): those it has replace or join the old. */
export function updatedFields(stored: HttpHeaders, renewal: HttpHeaders): HttpHeaders {
  // The age of the old answer says nothing of the new one.
  const { age: _age, date: _date, ...kept } = stored;
  const renewed = Object.entries(withoutCookies(renewal)).filter(([name]) => !described.has(name));
  return { ...kept, ...Object.fromEntries(renewed) };
}

/** Whether the bytes are coded (RFC 9110 §8.4). */
export function isCoded(headers: HttpHeaders): boolean {
  return codingOf(headers) !== undefined;
}

/** How the bytes are coded; undefined where they are not. */
export function codingOf(headers: HttpHeaders): string | undefined {
  const coding = header(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  return coding === '' || coding === 'identity' ? undefined : coding;
}
