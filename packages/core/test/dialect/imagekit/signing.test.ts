import { describe, expect, it } from 'vitest';
import { imagekit } from '../../../src/dialect/imagekit/imagekit.ts';
import { failure } from '../failure.ts';

const dialect = imagekit({ signing: { keys: 'dummy-key' } });
const split = (target: string) => {
  const at = target.indexOf('?');
  return at === -1 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
};
const verify = (target: string) => failure(() => dialect.verify?.(split(target)));
const refused = { code: 'SIGNATURE_INVALID' };

/** What the vendor's own client makes for `https://ik.imagekit.io/demo/` (imagekit-nodejs 7, signing.test.ts). */
const vectors = [
  '/sdk-testing-files/future-search.png?ik-s=32dbbbfc5f945c0403c71b54c38e76896ef2d6b0',
  '/sdk-testing-files/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80.png?ik-s=3fff2f31da1f45e007adcdbe95f88c8c330e743c',
  '/sdk-testing-files/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80.png?tr=l-text,ie-4KS54KS%2F4KSo4KWN4KSm4KWA,co-red,fs-32,ff-sdk-testing-files@@Poppins-Regular_Q15GrYWmL.ttf,l-end&ik-s=ac9f24a03080102555e492185533c1ae6bd93fa7',
  '/tr:l-text,ie-4KS54KS%2F4KSo4KWN4KSm4KWA,co-red,fs-32,ff-sdk-testing-files@@Poppins-Regular_Q15GrYWmL.ttf,l-end/sdk-testing-files/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80.png?ik-s=69f2ecbb7364bbbad24616e1f7f1bac5a560fc71',
  '/sdk-testing-files/future-search.png?version=1.0&cache=false&ik-s=f2e5a1b8b6a0b03fd63789dfc6413a94acef9fd8',
  '/sdk-testing-files/future-search.png?version=2.0&tr=w-300,h-200&ik-s=601d97a7834b7554f4dabf0d3fc3a219ceeb6b31',
  '/tr:w-300,h-200/sdk-testing-files/future-search.png?version=2.0&ik-s=dd1ee8f83d019bc59fd57a5fc4674a11eb8a3496',
];

describe('the vendor’s vectors', () => {
  it.each(vectors)('%s is signed', (target) => {
    expect(verify(target)).toBeUndefined();
  });

  it.each(vectors)('%s with anything changed is not', (target) => {
    const [signed = '', signature = ''] = target.split(/(?<=ik-s=)/);
    for (let at = 0; at < signature.length; at++) {
      const other = signature[at] === '0' ? '1' : '0';
      expect(verify(signed + signature.slice(0, at) + other + signature.slice(at + 1)), `at ${at}`).toMatchObject(
        refused,
      );
    }
    for (const wrong of [
      target.replace('sdk', 'SDK'),
      target.replace('.png', '.jpg'),
      `${signed}${signature.toUpperCase()}`,
      `${signed}${signature}0`,
      `${signed}${signature.slice(1)}`,
      `${signed}%20${signature}`,
      signed,
      signed.replace(/[?&]ik-s=$/, ''),
      `${target}&x=1`,
      `${target}&ik-t=9999999998`,
      `${target}&ik-s=${signature}`,
      target.replace('/sdk', '//sdk'),
    ]) {
      expect(wrong).not.toBe(target);
      expect(verify(wrong), wrong).toMatchObject(refused);
    }
  });
});

describe('format', () => {
  it('signs as the vendor’s client does', () => {
    const url = (parameters: Parameters<typeof dialect.format>[1]) =>
      dialect.format('/sdk-testing-files/future-search.png', parameters);
    expect(url({})).toBe(vectors[0]);
    expect(url({ version: '2.0', width: 300, height: 200 })).toBe(vectors[5]);
  });

  it('writes when a URL expires, and signs that', () => {
    const url = dialect.format('/a b.jpg', { w: 4 }, { expires: 2_000_000_000 });
    expect(url).toMatch(/^\/a%20b\.jpg\?tr=w-4&ik-t=2000000000&ik-s=[\da-f]{40}$/);
    expect(verify(url)).toBeUndefined();
    expect(dialect.parse(split(url))).toMatchObject({ expires: 2_000_000_000 });
    for (const wrong of [
      url.replace('t=2', 't=3'),
      url.replace(/ik-t=\d+&/, ''),
      url.replace('2000000000', '9999999999'),
    ]) {
      expect(verify(wrong), wrong).toMatchObject(refused);
    }
  });

  it('finds signature and time wherever they stand', () => {
    const url = dialect.format('/a.jpg', { v: 1, w: 4 }, { expires: 2_000_000_000 });
    const [, version, steps, time, signature] = /\?(v=1)&(tr=w-4)&(ik-t=\d+)&(ik-s=\w+)$/.exec(url) ?? [];
    expect(verify(`/a.jpg?${signature}&${version}&${time}&${steps}`)).toBeUndefined();
    expect(verify(`/a.jpg?${signature}&${steps}&${time}&${version}`)).toMatchObject(refused);
  });

  it('lets nothing expire that nobody signs', () => {
    const open = imagekit();
    expect(failure(() => open.format('/a.jpg', {}, { expires: 5 }))).toMatchObject({ code: 'INVALID_PARAMETER' });
    expect(open).not.toHaveProperty('verify');
  });

  it.each<readonly [Parameters<typeof dialect.format>[1], string]>([
    [{}, '/cats/1.jpg'],
    [{ w: 4, h: undefined }, '/cats/1.jpg?tr=w-4'],
    [{ width: 400, height: 300, crop: 'at_max' }, '/cats/1.jpg?tr=w-400,h-300,c-at_max'],
    [[{ width: 400 }, {}, { rotation: 90 }], '/cats/1.jpg?tr=w-400:rt-90'],
    [{ grayscale: true, contrastStretch: false, sharpen: 10 }, '/cats/1.jpg?tr=e-grayscale,e-sharpen-10'],
    [{ defaultImage: '/a/b c.jpg' }, '/cats/1.jpg?tr=di-a@@b%20c.jpg'],
    [{ defaultImage: '/a,b.jpg' }, '/cats/1.jpg?tr=di-a%252Cb.jpg'],
    [{ defaultImage: '/a,b.jpg', w: 4 }, '/cats/1.jpg?tr=di-a%2Cb.jpg,w-4'],
    [
      { raw: 'l-image,i-a.png,l-end', v: '1/2', 'ik-attachment': true },
      '/cats/1.jpg?v=1%2F2&ik-attachment=true&tr=l-image,i-a.png,l-end',
    ],
    [{ f: 'auto', original: false }, '/cats/1.jpg?tr=f-auto,orig-false'],
  ])('writes %j as %s', (parameters, url) => {
    expect(imagekit().format('/cats/1.jpg', parameters)).toBe(url);
  });

  it.each(['/a,b.jpg', '/a%41.jpg', '/a%2541.jpg', '/100%.jpg', '/a+b @c.jpg'])(
    'writes what is read as the fallback %s, alone and beside others',
    (path) => {
      for (const parameters of [{ di: path }, { di: path, w: 4 }, [{ di: path }, { w: 4 }]]) {
        const url = imagekit().format('/a.jpg', parameters);
        expect(imagekit().parse(split(url)), url).toMatchObject({ path: '/a.jpg', fallback: path });
      }
    },
  );

  it.each([{ w: 'x' }, { nothing: 1 }, { raw: 'l-end' }, { w: '4:h-4,w-9,w-9' }])('refuses %j', (parameters) => {
    expect(failure(() => imagekit().format('/a.jpg', parameters))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it('refuses a path that is read as another', () => {
    expect(failure(() => imagekit().format('/ik-seo/a/b.jpg', {}))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('keys', () => {
  it('are several while one replaces another', () => {
    const both = imagekit({ signing: { keys: ['new', 'dummy-key'] } });
    expect(failure(() => both.verify?.(split(vectors[0] ?? '')))).toBeUndefined();
    expect(failure(() => both.verify?.(split(both.format('/a.jpg', {}))))).toBeUndefined();
    expect(verify(both.format('/a.jpg', {}))).toMatchObject(refused);
  });

  it('may be asked for only where a signature is there', () => {
    const lenient = imagekit({ signing: { keys: 'dummy-key', required: false } });
    expect(failure(() => lenient.verify?.(split('/a.jpg?tr=w-4')))).toBeUndefined();
    expect(failure(() => lenient.verify?.(split('/a.jpg?tr=w-4&ik-s=abc')))).toMatchObject(refused);
  });

  it('take no time that is none', () => {
    for (const time of ['', 'x', '-1', '1e9', '99999999999', '1&ik-t=2']) {
      expect(
        failure(() => dialect.parse(split(`/a.jpg?ik-t=${time}`))),
        time,
      ).toMatchObject(refused);
    }
  });
});
