import { describe, expect, it } from 'vitest';
import { parseAllow } from '../../../src/origin/web-proxy/allow.ts';
import { checkRedirect } from '../../../src/origin/web-proxy/redirect-rules.ts';

const allows = parseAllow(['pictures.example', 'http://127.0.0.1:8080']);
const follow = (to: string, from: string): unknown => checkRedirect(new URL(to), from, allows);

describe('a redirect of a web proxy', () => {
  it.each([
    ['https://pictures.example/b', 'https://pictures.example'],
    ['https://pictures.example/b', 'http://pictures.example'],
    ['https://pictures.example/b', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/b', 'http://pictures.example'],
  ])('to %s is followed from %s', (to, from) => expect(follow(to, from)).toBeUndefined());

  it.each([
    ['http://pictures.example/b', 'https://pictures.example', 'from https to http'],
    ['http://127.0.0.1:8080/b', 'https://pictures.example', 'from https to http'],
    ['https://evil.example/b', 'https://pictures.example', 'https://evil.example, which is not allowed'],
    ['https://pictures.example:8443/b', 'https://pictures.example', 'not allowed'],
    ['https://user@pictures.example/b', 'https://pictures.example', 'with credentials'],
    ['https://:word@pictures.example/b', 'https://pictures.example', 'with credentials'],
    ['file:///etc/passwd', 'https://pictures.example', 'leads to file:'],
    ['data:image/png;base64,AA', 'https://pictures.example', 'leads to data:'],
    ['gopher://127.0.0.1:8080/', 'http://127.0.0.1:8080', 'leads to gopher:'],
    ['ftp://pictures.example/b', 'http://pictures.example', 'leads to ftp:'],
  ])('to %s is not, from %s', (to, from, reason) => {
    expect(() => follow(to, from)).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        cause: expect.objectContaining({ message: expect.stringContaining(reason) }),
      }),
    );
  });
});
