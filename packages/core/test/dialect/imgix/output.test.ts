import { describe, expect, it } from 'vitest';
import type { Output } from '../../../src/transform/transformation.ts';
import { failure } from '../failure.ts';
import { output, parsed } from './parsed.ts';

const plain: Output = { quality: 75, progressive: 'jpeg' };
const inJpeg: Output = { quality: 75, progressive: true, format: 'jpeg' };
const inOthers: Output = { quality: 75 };

describe('output', () => {
  it.each<readonly [string, Output]>([
    ['', plain],
    ['auto=format', { ...plain, format: 'auto' }],
    ['auto=compress', { ...plain, quality: 45 }],
    ['auto=compress&auto=format', { ...plain, quality: 45, format: 'auto' }],
    ['auto=format%2Ccompress&q=60', { ...plain, quality: 60, format: 'auto' }],
    ['fm=jpg', inJpeg],
    ['fm=pjpg&jpg-progressive=false', inJpeg],
    ['fm=jpg&jpeg-progressive=false', { quality: 75, format: 'jpeg' }],
    ['fm=png', { ...inOthers, format: 'png' }],
    ['fm=png32', { ...inOthers, format: 'png' }],
    ['fm=png8', { ...inOthers, format: 'png', colours: 256 }],
    ['fm=png8&colorquant=16', { ...inOthers, format: 'png', colours: 16 }],
    ['fm=webp&lossless=1', { ...inOthers, format: 'webp', lossless: true }],
    ['fm=avif', { ...inOthers, format: 'avif' }],
    ['fm=gif', { ...inOthers, format: 'gif' }],
    ['fm=json', { format: 'json' }],
    ['fm=json&auto=format', { format: 'json' }],
    ['fm=png8&auto=format', { ...plain, format: 'auto', otherwise: 'png', colours: 256 }],
    ['jpg-progressive=false', { quality: 75 }],
    ['q=0', { ...plain, quality: 1 }],
    ['q=80', { progressive: 'jpeg' }],
    ['q=400', { ...plain, quality: 100 }],
    ['chromasub=444', { ...plain, chroma: '4:4:4' }],
    ['chromasub=420', { ...plain, chroma: '4:2:0' }],
    ['cs=origin', { ...plain, keep: 'icc' }],
    ['cs=srgb', plain],
    ['cs=strip', plain],
    ['dpi=300', { ...plain, dpi: 300 }],
    ['dpi=0', plain],
    ['frame=3', { ...plain, frame: 3 }],
    ['page=1', plain],
    ['page=2', { ...plain, frame: 2 }],
    ['orient=0', { ...plain, orient: 'none' }],
    ['orient=1', { ...plain, orient: 'none' }],
    ['orient=5', { ...plain, orient: 5 }],
    ['or=90', { ...plain, orient: 6 }],
    ['or=180', { ...plain, orient: 3 }],
    ['or=270', { ...plain, orient: 8 }],
  ])('%s', (query, expected) => {
    expect(output(query)).toEqual(expected);
  });
});

describe('request', () => {
  it('is saved under a name, or under that in the path', () => {
    expect(parsed('dl=My%20Cat.jpg')).toMatchObject({ download: 'My Cat.jpg' });
    expect(parsed('dl=')).toMatchObject({ download: true });
    expect(parsed('w=1')).not.toHaveProperty('download');
    expect(failure(() => parsed('dl=a%2Fb'))).toMatchObject({ status: 400 });
  });

  it('ends when it says, signed or not', () => {
    expect(parsed('expires=1700000000')).toMatchObject({ expires: 1_700_000_000 });
    expect(failure(() => parsed('expires=soon'))).toMatchObject({ status: 400 });
  });

  it('heeds the client hints that it names', () => {
    const hints = { width: 640, dpr: 2, saveData: true } as const;
    const of = (query: string) => parsed(query, {}, hints);
    expect(of('w=300').transformation).toEqual(parsed('w=300').transformation);
    expect(of('w=300')).toMatchObject({ hints: [] });
    expect(of('w=300&ch=DPR')).toMatchObject({ hints: ['dpr'] });
    expect(of('w=300&ch=DPR').transformation).toEqual(parsed('w=600').transformation);
    expect(of('w=300&ch=Width,Save-Data').transformation).toEqual(parsed('w=640&q=45').transformation);
    expect(parsed('w=300&ch=Width,DPR&dpr=3').transformation).toEqual(parsed('w=900').transformation);
  });

  it('takes defaults for what it does not say, and adds up auto', () => {
    const defaults = { auto: 'compress', w: 100 };
    expect(parsed('auto=format', { defaults }).transformation).toEqual(
      parsed('auto=format,compress&w=100').transformation,
    );
    expect(parsed('width=50', { defaults }).transformation).toEqual(parsed('auto=compress&w=50').transformation);
  });

  it('is none at the mount itself', () => {
    expect(parsed('w=1').path).toBe('/cat.jpg');
  });
});
