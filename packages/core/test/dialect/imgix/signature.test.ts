import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imgix } from '../../../src/dialect/imgix/imgix.ts';
import { failure } from '../failure.ts';

/** Of imgix-blueprint and js-core, with their token. */
const token = 'FOO123bar';

/** The vendor's vectors: path and query without a signature, and the signature. */
const vectors = [
  ['/users/1.png', '6797c24146142d5b40bde3141fd3600c'],
  ['/users/1.png?w=400&h=300', 'c7b86f666a832434dd38577e38cf86d1'],
  ['/users/1.png?h=300&w=400', '1a4e48641614d1109c6a7af51be23d18'],
  ['/http%3A%2F%2Favatars.com%2Fjohn-smith.png', '493a52f008c91416351f8b33d4883135'],
  ['/http%3A%2F%2Favatars.com%2Fjohn-smith.png?w=400&h=300', '61ea1cc7add87653bb0695fe25f2b534'],
  ['/http%3A%2F%2Favatars.com%2Fjohn-smith.png?h=300&w=400', 'a201fe1a3caef4944dcb40f6ce99e746'],
] as const;

const split = (url: string) => {
  const [path = '', query = ''] = url.split('?');
  return { path, query };
};

const signed = (url: string, signature: string) => split(`${url}${url.includes('?') ? '&' : '?'}s=${signature}`);

const dialect = imgix({ signing: { token } });
const refusal = (url: { path: string; query: string }, mount?: string) =>
  failure(() => dialect.verify?.(url, mount))?.code;

/** What the vendor's page says: token, path, query. */
const ofPage = (text: string) => createHash('md5').update(`${token}${text}`).digest('hex');

describe('signatures', () => {
  it.each(vectors)('takes the one that the vendor makes of %s', (url, signature) => {
    expect(refusal(signed(url, signature))).toBeUndefined();
    const last = signature.endsWith('0') ? '1' : '0';
    expect(refusal(signed(url, `${signature.slice(0, -1)}${last}`))).toBe('SIGNATURE_INVALID');
  });

  it.each([
    ['none', split('/users/1.png')],
    ['an empty one', split('/users/1.png?s=')],
    ['one in upper case', signed('/users/1.png', ofPage('/users/1.png').toUpperCase())],
    ['one that is not last', split(`/users/1.png?s=${ofPage('/users/1.png?w=1')}&w=1`)],
    ['one under another path', signed('/users/2.png', ofPage('/users/1.png'))],
    ['one under another order', signed('/users/1.png?h=1&w=1', ofPage('/users/1.png?w=1&h=1'))],
    ['one under another encoding', signed('/users/%31.png', ofPage('/users/1.png'))],
    ['one followed by more', split(`/users/1.png?s=${ofPage('/users/1.png')}&utm_source=x`)],
    ['half a one', signed('/users/1.png', ofPage('/users/1.png').slice(16))],
  ])('refuses %s', (_, target) => {
    expect(refusal(target)).toBe('SIGNATURE_INVALID');
  });

  it('covers what is appended that means nothing here', () => {
    expect(refusal(signed('/a.jpg?ixlib=x&utm=1', ofPage('/a.jpg?ixlib=x&utm=1')))).toBeUndefined();
    expect(refusal(signed('/a.jpg?utm=2', ofPage('/a.jpg?utm=1')))).toBe('SIGNATURE_INVALID');
  });

  it('covers the path below which the endpoint is mounted', () => {
    const target = signed('/a.jpg?w=1', ofPage('/img/a.jpg?w=1'));
    expect(refusal(target, '/img')).toBeUndefined();
    expect(refusal(target, '')).toBe('SIGNATURE_INVALID');
    expect(refusal(target)).toBe('SIGNATURE_INVALID');
    const behindProxy = imgix({ signing: { token }, mount: '/img' });
    expect(failure(() => behindProxy.verify?.(target, '/elsewhere'))).toBeUndefined();
  });

  it('takes several tokens and signs by the first', () => {
    const both = imgix({ signing: { token: ['newer', token] } });
    for (const text of ['newer', token]) {
      const signature = createHash('md5').update(`${text}/a.jpg`).digest('hex');
      expect(failure(() => both.verify?.(signed('/a.jpg', signature)))).toBeUndefined();
    }
    expect(both.format('/a.jpg', {})).toBe(`/a.jpg?s=${createHash('md5').update('newer/a.jpg').digest('hex')}`);
  });

  it('lets those do without that need none, but never a wrong one, nor a URL as a path', () => {
    const lenient = imgix({ signing: { token, required: false } });
    const code = (target: { path: string; query: string }) => failure(() => lenient.verify?.(target))?.code;
    expect(code(split('/a.jpg?w=1'))).toBeUndefined();
    expect(code(split('/a.jpg?w=1&s=0123'))).toBe('SIGNATURE_INVALID');
    expect(code(split('/a.jpg?s=0123&w=1'))).toBe('SIGNATURE_INVALID');
    expect(code(split('/https%3A%2F%2Fa.example%2Fb.jpg'))).toBe('SIGNATURE_INVALID');
    expect(failure(() => imgix().parse(split('/https%3A%2F%2Fa.example%2Fb.jpg')))?.code).toBe('SIGNATURE_INVALID');
    expect(imgix().verify).toBeUndefined();
  });

  it('asks for none at the mount itself', () => {
    expect(refusal({ path: '/', query: '' })).toBeUndefined();
  });
});

describe('format', () => {
  it('writes what verify takes and parse reads', () => {
    const mounted = imgix({ signing: { token }, mount: '/img' });
    const url = mounted.format('/deep/café 1.jpg', { w: 100, txt64: 'Hello, World!', bg: '#fff' }, { expires: 99 });
    expect(url).toBe(
      `/deep/caf%C3%A9%201.jpg?w=100&txt64=SGVsbG8sIFdvcmxkIQ&bg=%23fff&expires=99&s=${ofPage('/img/deep/caf%C3%A9%201.jpg?w=100&txt64=SGVsbG8sIFdvcmxkIQ&bg=%23fff&expires=99')}`,
    );
    expect(failure(() => mounted.verify?.(split(url), '/img'))).toBeUndefined();
    expect(mounted.parse(split(url))).toMatchObject({ path: '/deep/café 1.jpg', expires: 99 });
  });

  it('leaves out what is undefined, and signs nothing where URLs need no signature', () => {
    expect(imgix().format('/a.jpg', { w: 100, h: undefined })).toBe('/a.jpg?w=100');
    expect(imgix().format('/a.jpg', {})).toBe('/a.jpg');
    expect(imgix().format('/a.jpg', [{ w: 100 }])).toBe('/a.jpg?w=100');
  });

  it.each([
    [{ w: 'wide' }, /^w: /],
    [{ wide: 100 }, /^wide: no such parameter/],
    [{ s: 'x' }, /^s: is made/],
    [{ 'bg-remove': true }, /^bg-remove: is not built/],
    [[{ w: 1 }, { w: 2 }], /one stage/],
  ])('refuses %j', (parameters, message) => {
    expect(failure(() => imgix().format('/a.jpg', parameters))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: expect.stringMatching(message),
    });
  });
});
