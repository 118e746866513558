import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UrlParameters } from '../../src/dialect/dialect.ts';
import { native } from '../../src/dialect/native.ts';
import { createSigner } from '../../src/dialect/signature.ts';
import { failure } from './failure.ts';

const [key, otherKey] = ['a key of 16 bytes', 'another key of more'] as const;
const dialect = native({ signing: { keys: key } });

function targetOf(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark === -1 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

const verify = (url: string, by = dialect) => failure(() => by.verify?.(targetOf(url)));
const refusal = { code: 'SIGNATURE_INVALID', status: 403 };
const parameters = { w: 400, position: 'left top', overlay: '/a b/ü|x.png', q: 60, v: '7' } as const;

describe('format', () => {
  it('signs path and parameters in one spelling and order', () => {
    const { sign } = createSigner({ keys: key });
    const message = '/a%20b.jpg?w=400|h=300&q=60&expires=5';
    const url = dialect.format('/a b.jpg', [{ quality: 60, width: '400' }, { h: 300 }], { expires: 5 });
    expect(url).toBe(`${message.replace('|', '%7C')}&s=${sign(message)}`);
  });

  it('signs a path alone', () => {
    const url = dialect.format('/cat.jpg', {});
    expect(url).toBe(`/cat.jpg?s=${createSigner({ keys: key }).sign('/cat.jpg')}`);
    expect(verify(url)).toBeUndefined();
  });

  it('signs with the first of several keys', () => {
    const both = native({ signing: { keys: [otherKey, key] } });
    expect(verify(both.format('/cat.jpg', parameters))).toMatchObject(refusal);
    expect(verify(dialect.format('/cat.jpg', parameters), both)).toBeUndefined();
  });

  it.each([0, 1, 1_767_225_600, 9_999_999_999])('takes the expiry %d', (expires) => {
    const url = dialect.format('/cat.jpg', parameters, { expires });
    expect(dialect.parse(targetOf(url))).toMatchObject({ expires, version: '7' });
    expect(verify(url)).toBeUndefined();
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21, 10_000_000_000, Date.UTC(2026, 0)])(
    'refuses the expiry %d',
    (expires) => {
      const error = failure(() => dialect.format('/cat.jpg', {}, { expires }));
      expect(error).toMatchObject({
        code: 'INVALID_PARAMETER',
        message: expect.stringMatching(/^expires: ".*" is not allowed/),
      });
    },
  );

  it('refuses an expiry where nothing is signed', () => {
    const message = 'expires: only signed URLs can expire.';
    expect(failure(() => native().format('/cat.jpg', {}, { expires: 5 }))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message,
    });
    expect(native().format('/cat.jpg', {}, { expires: undefined })).toBe('/cat.jpg');
  });

  it.each<UrlParameters>([{ s: 'x' }, { expires: 5 }])('refuses %j among the parameters', (given) => {
    expect(failure(() => dialect.format('/cat.jpg', given))?.message).toMatch(
      /is made where URLs are signed, not given\.$/,
    );
  });

  it('refuses what is too long with its signature', () => {
    const overlay = `/${'é/'.repeat(287)}xx`;
    expect(native().format('/cat.jpg', { overlay })).toHaveLength('/cat.jpg?'.length + 2020);
    expect(failure(() => dialect.format('/cat.jpg', { overlay }))).toMatchObject({ code: 'MALFORMED_REQUEST' });
  });
});

describe('verify', () => {
  const url = dialect.format('/a b/cat.jpg', parameters, { expires: 1_767_225_600 });
  const [path = '', query = ''] = url.split('?');
  const pairs = query.split('&');
  const signature = pairs.at(-1) ?? '';

  it('is there where URLs are signed only', () => {
    expect(dialect.verify).toBeTypeOf('function');
    expect(native()).not.toHaveProperty('verify');
  });

  it('is where URLs end: parse refuses to let them end without', () => {
    const message = 'expires: only signed URLs can expire.';
    expect(() => native().parse({ path: '/cat.jpg', query: 'w=9&expires=5' })).toThrow(message);
    expect(native().parse({ path: '/cat.jpg', query: 'w=9&s=x' })?.transformation.stages).toHaveLength(1);
  });

  it('takes what format wrote, and parse reads it', () => {
    expect(verify(url)).toBeUndefined();
    expect(dialect.parse(targetOf(url))).toEqual({
      ...native().parse({ path, query: pairs.filter((pair) => !/^(expires|s)=/.test(pair)).join('&') }),
      expires: 1_767_225_600,
    });
  });

  it('takes the parameters in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(pairs, { minLength: pairs.length }), (shuffled) => {
        expect(verify(`${path}?${shuffled.join('&')}`)).toBeUndefined();
      }),
    );
  });

  it.each<readonly [string, string]>([
    ['parameters of nobody', `${url}&utm_source=x&utm=a|b`],
    ['one before', `${path}?fbclid=1&${query}`],
    ['empty pairs', `${path}?&&${query}&`],
    ['other spellings', url.replace('w=400', 'width=400').replace('q=60', 'quality=60').replace('v=7', 'version=7')],
    ['encoded names', url.replace('w=400', '%77=%34%30%30')],
    ['a plus for a blank', url.replace('left%20top', 'left+top')],
    ['an encoded slash in a value', url.replace('overlay=/', 'overlay=%2F')],
    ['another encoding of the path', url.replace('/a%20b/cat.jpg', '/%61%20b/c%61t.jpg')],
  ])('minds no %s', (_, changed) => {
    expect(changed).not.toBe(url);
    expect(verify(changed)).toBeUndefined();
  });

  it.each<readonly [string, string]>([
    ['another width', url.replace('w=400', 'w=401')],
    ['the same width written otherwise', url.replace('w=400', 'w=0400')],
    ['a width more', url.replace('w=400', 'w=400&h=300')],
    ['another quality', url.replace('q=60', 'q=61')],
    ['another path', url.replace('/cat.jpg', '/dog.jpg')],
    ['another overlay', url.replace('overlay=/a', 'overlay=/b')],
    ['another version', url.replace('v=7', 'v=8')],
    ['a later expiry', url.replace('expires=1767225600', 'expires=1767225601')],
    ['no expiry', url.replace('&expires=1767225600', '')],
    ['no version', url.replace('&v=7', '')],
    ['another stage', url.replace('&position', '|position')],
    ['an empty stage', url.replace('w=400', '|w=400')],
    ['a download', `${url}&download=true`],
    ['a preset', `${url}&preset=x`],
    ['no signature', url.replace(`&${signature}`, '')],
    ['an empty signature', url.replace(signature, 's=')],
    [
      'the signature of something else',
      dialect.format('/cat.jpg', {}).replace('/cat.jpg?', `${path}?${pairs.slice(0, -1).join('&')}&`),
    ],
    [
      'a signature of another key',
      native({ signing: { keys: otherKey } }).format('/a b/cat.jpg', parameters, { expires: 1_767_225_600 }),
    ],
    ['a signature in capitals', url.replace(signature, `S=${signature.slice(2)}`)],
    ['a signature with padding', `${url}=`],
    ['a signature with a blank', `${url}+`],
    ['a signature with a null', `${url}%00`],
  ])('refuses %s', (_, changed) => {
    expect(changed).not.toBe(url);
    expect(verify(changed)).toMatchObject(refusal);
  });

  it('refuses any other character in any place', () => {
    for (let at = 0; at < url.length; at++) {
      const changed = `${url.slice(0, at)}${url[at] === '5' ? '6' : '5'}${url.slice(at + 1)}`;
      if (targetOf(changed).path === '/') continue;
      expect(verify(changed), changed).toBeDefined();
    }
  });

  it.each([`${signature}&${signature}`, `${signature}|${signature}`, `${signature}&s=x`])(
    'refuses two signatures: %s',
    (two) => {
      expect(verify(url.replace(signature, two))).toMatchObject({
        code: 'INVALID_PARAMETER',
        message: 's: given more than once.',
      });
    },
  );

  it('cannot be led to another meaning by what a value holds', () => {
    const plain = dialect.format('/cat.jpg', { overlay: '/x&w=5', w: 4 });
    expect(verify(plain)).toBeUndefined();
    expect(verify(plain.replace('%26w%3D5', '').replace('w=4', 'w=5'))).toMatchObject(refusal);
    expect(verify(plain.replace('%26w%3D5', '&h=5'))).toMatchObject(refusal);
    const path = dialect.format('/cat.jpg?w=4', {});
    expect(verify(path.replace('%3Fw=4?', '?w=4&'))).toMatchObject(refusal);
  });

  it('is nothing to the mount itself', () => {
    expect(failure(() => dialect.verify?.({ path: '/', query: '' }))).toBeUndefined();
    expect(failure(() => dialect.verify?.({ path: '/', query: 'w=4&s=x' }))).toBeUndefined();
    expect(dialect.parse({ path: '/', query: 's=x' })).toBeUndefined();
  });

  it.each([
    ['/../cat.jpg', '', 'NOT_FOUND'],
    ['/%zz.jpg', '', 'MALFORMED_REQUEST'],
    ['/cat.jpg', 'w=%zz', 'MALFORMED_REQUEST'],
    ['/cat.jpg', 'w=\ud800', 'MALFORMED_REQUEST'],
    ['/cat.jpg', 'w=1|'.repeat(9), 'INVALID_PARAMETER'],
  ])('refuses %s?%s as parse does', (path, query, code) => {
    expect(failure(() => dialect.verify?.({ path, query }))).toMatchObject({ code });
    expect(failure(() => dialect.parse({ path, query }))).toMatchObject({ code });
  });

  it('serves whoever leaves the signature out where none is required, but no wrong one', () => {
    const lenient = native({ signing: { keys: key, required: false } });
    expect(verify('/cat.jpg?w=400', lenient)).toBeUndefined();
    expect(verify(lenient.format('/cat.jpg', { w: 400 }), lenient)).toBeUndefined();
    expect(verify('/cat.jpg?w=400&s=x', lenient)).toMatchObject(refusal);
    expect(verify('/cat.jpg?w=400&s', lenient)).toMatchObject(refusal);
  });

  it('signs a preset by its name', () => {
    const options = { signing: { keys: key }, presets: { a: { w: 4 }, b: { w: 5 } } };
    const signed = native(options).format('/cat.jpg', { preset: 'a' });
    expect(verify(signed, native({ ...options, presets: { a: { w: 9 } } }))).toBeUndefined();
    expect(verify(signed.replace('preset=a', 'preset=b'), native(options))).toMatchObject(refusal);
  });
});

describe('write', () => {
  it('leaves the signature out', () => {
    const url = dialect.format('/cat.jpg', { ...parameters, h: 300 }, { expires: 5 });
    const request = dialect.parse(targetOf(url));
    expect(request && dialect.write(request)).toBe(url.replace(/&s=.*/, ''));
  });
});
