import { describe, expect, it } from 'vitest';
import { firstOf } from '../../src/origin/first-of.ts';
import type { Origin, OriginRequest, OriginResponse } from '../../src/origin/origin.ts';
import { ask, codeOf } from './temp-folder.ts';

type Answer = OriginResponse | Uint8Array | Error | undefined;

interface Recorder extends Origin {
  readonly questions: OriginRequest[];
}

/** An origin that answers the same to everything and keeps the questions. */
function saying(answer: Answer, fields: Partial<Origin> = {}): Recorder {
  const questions: OriginRequest[] = [];
  return {
    ...fields,
    questions,
    read: async (_, request) => {
      questions.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const bytes = Buffer.from('meow');
const none = { status: 404, headers: {} } as const;
const gone = { status: 410, headers: { age: '1' } } as const;
const found = { status: 200, headers: { etag: '"a"' }, body: bytes } as const;
const unchanged = { status: 304, headers: {} } as const;

const read = (origins: readonly Origin[], fields: Partial<OriginRequest> = {}) =>
  firstOf(...origins).read('/cat.jpg', ask(fields)) as Promise<OriginResponse>;

describe('firstOf', () => {
  it.each<[string, Answer[], OriginResponse]>([
    ['the first has it', [{ ...found, recheck: 1 }, found], { ...found, recheck: 1, source: '0' }],
    ['the first has nothing', [{ ...none, recheck: 1 }, found], { ...found, source: '1' }],
    ['the first lost it', [gone, none, found], { ...found, source: '2' }],
    ['one answers with bytes', [undefined, bytes], { status: 200, headers: {}, body: bytes, source: '1' }],
    ['none has it', [none, none], none],
    ['the last lost it', [none, gone], gone],
    ['only the first lost it', [gone, none], none],
    [
      'none has it, all to be asked again',
      [
        { ...none, recheck: 3 },
        { ...none, recheck: 1 },
      ],
      { ...none, recheck: 3 },
    ],
    ['none has it, one lasts', [{ ...none, recheck: 3 }, none], none],
  ])('answers where %s', async (_, answers, expected) => {
    expect(await read(answers.map((answer) => saying(answer)))).toStrictEqual(expected);
  });

  it('asks no further than the one that has it', async () => {
    const origins = [saying(none), saying(found), saying(found)];
    await read(origins);
    expect(origins.map(({ questions }) => questions.length)).toStrictEqual([1, 1, 0]);
  });

  it('never skips an error', async () => {
    const second = saying(found);
    await expect(read([saying(new Error('down')), second])).rejects.toThrow('down');
    expect(second.questions).toHaveLength(0);
  });

  it('gives the validators back to the origin they came from, and to no other', async () => {
    const validators = { ifNoneMatch: '"a"', ifModifiedSince: 'then' };
    const origins = [saying(none), saying(none), saying(none)];
    await read(origins, { ...validators, source: '1', noCache: true, maxBytes: 7 });
    const plain = { noCache: true, maxBytes: 7 };
    expect(origins.map(({ questions }) => questions[0])).toStrictEqual([
      plain,
      { ...plain, ...validators, source: undefined },
      plain,
    ]);
  });

  it('gives validators of nobody to nobody', async () => {
    const origin = saying(none);
    await read([origin], { ifNoneMatch: '"a"' });
    expect(origin.questions[0]).not.toHaveProperty('ifNoneMatch');
  });

  it('finds the way to an origin within an origin', async () => {
    const inner = saying(unchanged);
    const origins = [saying(none), firstOf(inner, saying(none))];
    expect((await read([saying(none), firstOf(saying(found))])).source).toBe('1.0');
    expect(await read(origins, { ifNoneMatch: '"a"', source: '1.0' })).toStrictEqual({ ...unchanged, source: '1.0' });
    expect(inner.questions[0]).toMatchObject({ ifNoneMatch: '"a"', source: undefined });
  });

  it('shows each origin of a client what it asks for, and no more', async () => {
    const origins = [
      saying(none),
      saying(none, { forwards: ['cookie', 'x-a'] }),
      saying(none, { forwards: ['accept'], takesQuery: true }),
    ];
    const combined = firstOf(...origins);
    expect(combined).toMatchObject({ forwards: ['cookie', 'x-a', 'accept'], takesQuery: true });
    const fields = { cookie: '1', accept: '*/*' };
    await combined.read('/cat.jpg', ask({ fields, query: 'id=5', passthrough: true }));
    const plain = { noCache: false, maxBytes: 1_000_000, passthrough: true };
    expect(origins.map(({ questions }) => questions[0])).toStrictEqual([
      plain,
      { ...plain, fields: { cookie: '1' } },
      { ...plain, fields: { accept: '*/*' }, query: 'id=5' },
    ]);
  });

  it('wants to see nothing of a client where none of its origins does', () => {
    const combined = firstOf(saying(none), saying(none, { takesQuery: false }));
    expect(Object.keys(combined)).not.toContain('forwards');
    expect(Object.keys(combined)).not.toContain('takesQuery');
    expect(Object.keys(combined)).not.toContain('paths');
  });

  it('passes on the answer of the first that has any, of whatever status but 404 and 410', async () => {
    for (const status of [201, 204, 301, 403, 500, 503]) {
      const third = saying(found);
      const answer = { status, headers: { 'x-a': '1' }, body: bytes };
      const read = firstOf(saying(gone), saying(answer), third).read('/cat.jpg', ask({ passthrough: true }));
      expect(await read).toStrictEqual({ ...answer, source: '1' });
      expect(third.questions).toHaveLength(0);
    }
  });

  it('passes on the page of the last that has nothing', async () => {
    const page = { ...none, body: Buffer.from('not here'), source: 'x' };
    const answer = firstOf(saying({ ...page, body: bytes }), saying(page)).read('/cat.jpg', ask({ passthrough: true }));
    expect(await answer).toStrictEqual({ ...none, body: page.body });
  });

  it('has paths that are URLs where all of its origins have, and none where some have', () => {
    const url = saying(none, { paths: 'url' });
    expect(firstOf(url, url).paths).toBe('url');
    for (const origins of [
      [url, saying(none)],
      [saying(none, { paths: 'plain' }), url],
    ]) {
      expect(() => firstOf(...origins)).toThrow(TypeError);
      expect(() => firstOf(...origins)).toThrow('Expected origins of one kind for firstOf');
    }
  });

  it('fails on a 304 from an origin that was not asked for one', async () => {
    const origins = [saying(unchanged), saying(found)];
    expect(await codeOf(read(origins, { ifNoneMatch: '"a"', source: '1' }))).toBe('ORIGIN_FAILED');
    expect(await codeOf(read(origins))).toBe('ORIGIN_FAILED');
  });

  it('is named after its origins, where all have a name', () => {
    expect(firstOf(saying(none, { name: 'a' }), saying(none, { name: 'b' })).name).toBe('firstOf("a","b")');
    expect(firstOf(saying(none, { name: 'a","b' })).name).not.toBe('firstOf("a","b")');
    expect(firstOf(saying(none, { name: 'a' }), saying(none))).not.toHaveProperty('name');
  });

  it('keeps originals where any of them does', () => {
    expect(firstOf(saying(none), saying(none, { keepOriginals: true })).keepOriginals).toBe(true);
    expect(firstOf(saying(none), saying(none, { keepOriginals: false })).keepOriginals).toBe(false);
  });

  it('closes all, though one fails to', async () => {
    const closed: string[] = [];
    const closing = (name: string, error?: Error): Origin =>
      saying(none, {
        close: async () => {
          closed.push(name);
          if (error !== undefined) throw error;
        },
      });
    const origin = firstOf(closing('a', new Error('stuck')), saying(none), closing('b'));
    await expect(origin.close?.()).rejects.toThrow('stuck');
    expect(closed).toStrictEqual(['a', 'b']);
  });

  it.each([[[]], [[undefined]], [[{}]], [[saying(none), null]], [['folder']]])(
    'refuses to be built from %j',
    (origins) => {
      expect(() => firstOf(...(origins as Origin[]))).toThrow(TypeError);
    },
  );
});
