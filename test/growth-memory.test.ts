import type { HttpHeaders, Origin, Tintype, TintypeOptions } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { collectedBytes } from './support/collected.ts';
import { openEngine } from './support/engines.ts';

const megabyte = 1e6;
const maxAge = { 'cache-control': 'max-age=100000' };

/** Answers each path with a short text of its own, or with what there is at it. */
const texts = (headers: HttpHeaders = {}, rest: Partial<Origin> = {}): Origin => ({
  name: 'texts',
  read: async (path) => {
    if (path.startsWith('/absent')) return undefined;
    const isText = path.startsWith('/text');
    const body = Buffer.from(isText ? path : `${'\u00ff\u00d8\u00ff'}${path}`, 'latin1');
    return { status: 200, headers: { ...maxAge, 'content-type': 'text/plain', ...headers }, body };
  },
  ...rest,
});

interface Flood {
  readonly options?: Partial<TintypeOptions>;
  readonly mount?: (index: number) => string;
  readonly target: (index: number) => string;
  readonly headers?: (index: number) => HttpHeaders;
  readonly status: number;
}

/** As a parser hands them on: a text of its own, not one put together from others. */
const flat = (text: string): string => Buffer.from(text).toString();

async function pour(images: Tintype, { target, mount, headers, status }: Flood, from: number, to: number) {
  for (let index = from; index < to; index++) {
    const base = flat(mount?.(index) ?? '');
    const answer = await images.handle({
      method: 'GET',
      target: flat(`${base}${target(index)}`),
      mount: base,
      headers: headers?.(index) ?? {},
    });
    if (answer?.status !== status) throw new Error(`${target(index)}: ${answer?.status}`);
  }
}

const passthrough = true;
/** What is long fills a bound sooner. */
const long = 'l'.repeat(200);
const longer = `${long}/${long}`;
const floods: Readonly<Record<string, Flood>> = {
  'queries that mean nothing': {
    options: { passthrough },
    target: (index) => `/text.txt?campaign=${index}${longer}`,
    status: 200,
  },
  'many stages': {
    options: { passthrough },
    target: (index) =>
      `/text.txt?w=${1 + (index % 4000)}&h=${1 + Math.floor(index / 4000)}${'|w=20&blur=2&rotate=9'.repeat(7)}`,
    status: 200,
  },
  'paths at which nothing is': { target: (index) => `/absent/${index}${longer}.jpg`, status: 404 },
  originals: { options: { passthrough }, target: (index) => `/text/${index}${longer}.txt`, status: 200 },
  'fields by which the answers of the origin vary': {
    options: { passthrough, origin: texts({ vary: 'accept-language' }, { forwards: ['accept-language'] }) },
    target: () => '/text.txt',
    headers: (index) => ({ 'accept-language': flat(`l${index}${longer}`) }),
    status: 200,
  },
  'Accept fields': {
    options: { passthrough },
    target: () => '/text.txt?format=auto',
    headers: (index) => ({
      accept: flat(`image/x${index}${long.repeat(4)}`),
      'accept-encoding': flat(`br, x${index}${long.repeat(2)}`),
    }),
    status: 200,
  },
  'client hints': {
    options: { passthrough, clientHints: true },
    target: (index) => `/text.txt?campaign=${Math.floor(index / 4096)}`,
    headers: (index) => ({ 'sec-ch-width': String(1 + (index % 4096)) }),
    status: 200,
  },
  mounts: {
    options: { passthrough },
    mount: (index) => `/tenant-${index}-${'t'.repeat(1000)}`,
    target: () => '/text.txt',
    status: 200,
  },
  'damaged pictures': { target: (index) => `/damaged/${index}${longer}.jpg`, status: 422 },
};

describe('what clients can make up without end', () => {
  it.each(Object.entries(floods))(
    'takes no more memory once its bound is reached: %s',
    async (_what, flood) => {
      const images = openEngine({ origin: texts(), memory: megabyte, ...flood.options });
      // Enough to reach each bound: that on plans has room for some 17,000 of the smallest.
      await pour(images, flood, 0, 19_000);
      const before = await collectedBytes();
      await pour(images, flood, 19_000, 24_000);
      const after = await collectedBytes();
      // 400 bytes for each that came on top: nothing of ours is as small.
      expect(after - before).toBeLessThan(2 * megabyte);
    },
    120_000,
  );
});
