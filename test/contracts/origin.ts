import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TintypeError } from '../../packages/core/src/errors.ts';
import {
  type Origin,
  type OriginRequest,
  type OriginResponse,
  toOriginResponse,
} from '../../packages/core/src/origin/origin.ts';

/** An origin under test and the hand that changes what it has. */
export interface OriginFixture extends AsyncDisposable {
  readonly origin: Origin;
  /** Puts a picture at a canonical path; its folders come by themselves. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes whatever is behind the origin fail. */
  fail(): Promise<void>;
}

const cat = Buffer.from('a cat');
const dog = Buffer.from('a dog');

/** What holds for every origin, whatever is behind it. */
export function describeOrigin(name: string, setup: () => Promise<OriginFixture>): void {
  describe(`the origin ${name}`, () => {
    let fixture: OriginFixture;
    beforeEach(async () => {
      fixture = await setup();
    });
    afterEach(async () => {
      await fixture.origin.close?.();
      await fixture[Symbol.asyncDispose]();
    });

    const read = async (path: string, fields: Partial<OriginRequest> = {}): Promise<OriginResponse> =>
      toOriginResponse(await fixture.origin.read(path, { noCache: false, maxBytes: 1_000_000, ...fields }));

    /** The question that renews an answer. */
    const renewing = ({ headers, source }: OriginResponse): Partial<OriginRequest> => ({
      ifNoneMatch: headers.etag as string | undefined,
      ifModifiedSince: headers['last-modified'] as string | undefined,
      source,
    });

    it('answers 200 with the bytes', async () => {
      await fixture.put('/cats/1.jpg', cat);
      const answer = await read('/cats/1.jpg');
      expect(answer.status).toBe(200);
      expect(Buffer.from(answer.body ?? [])).toStrictEqual(cat);
    });

    it('answers with lower-case fields of one line each', async () => {
      await fixture.put('/cat.jpg', cat);
      for (const [field, value] of Object.entries((await read('/cat.jpg')).headers)) {
        expect(field).toBe(field.toLowerCase());
        expect(value).toBeTypeOf('string');
      }
    });

    it('answers 404 without a body where there is nothing', async () => {
      await fixture.put('/cats/1.jpg', cat);
      for (const path of ['/dog.jpg', '/cats/2.jpg', '/cats']) {
        const answer = await read(path);
        expect(answer.status).toBe(404);
        expect(answer.body).toBeUndefined();
      }
    });

    it('gives every name its own picture', async () => {
      const names = [
        'a b',
        '100%',
        '%61',
        'a+b',
        'a%2Bb',
        'a#b',
        'a?b',
        '[x]',
        '\u00e9',
        'e\u0301',
        '🐈',
        'A',
        'a',
        "it's",
        'a&b=c',
      ];
      for (const each of names) await fixture.put(`/${each}.jpg`, Buffer.from(each));
      for (const each of names) {
        expect(Buffer.from((await read(`/${each}.jpg`)).body ?? []).toString()).toBe(each);
      }
    });

    it('gives nothing for a path that is not canonical', async () => {
      await fixture.put('/cats/1.jpg', cat);
      for (const path of [
        '/cats/../cats/1.jpg',
        '/./cats/1.jpg',
        '//cats/1.jpg',
        '/cats//1.jpg',
        'cats/1.jpg',
        '/cats/1.jpg/',
      ]) {
        expect((await read(path)).status).toBe(404);
      }
    });

    it('renews an unchanged picture with a 304 or the same bytes', async () => {
      await fixture.put('/cat.jpg', cat);
      const answer = await read('/cat.jpg', renewing(await read('/cat.jpg')));
      expect([200, 304]).toContain(answer.status);
      expect(answer.body === undefined ? undefined : Buffer.from(answer.body)).toStrictEqual(
        answer.status === 304 ? undefined : cat,
      );
    });

    it('answers 304 to nobody who did not ask for it', async () => {
      await fixture.put('/cat.jpg', cat);
      await read('/cat.jpg');
      expect((await read('/cat.jpg')).status).toBe(200);
      expect((await read('/cat.jpg', { noCache: true })).status).toBe(200);
    });

    it.each([false, true])('answers a changed picture with the new bytes (noCache %s)', async (noCache) => {
      await fixture.put('/pet.jpg', cat);
      const before = await read('/pet.jpg');
      await fixture.put('/pet.jpg', dog);
      const after = await read('/pet.jpg', { ...renewing(before), noCache });
      expect(after.status).toBe(200);
      expect(Buffer.from(after.body ?? [])).toStrictEqual(dog);
    });

    it('answers 404 for a picture that has gone, and 200 once it is back', async () => {
      await fixture.put('/cat.jpg', cat);
      const before = renewing(await read('/cat.jpg'));
      await fixture.remove('/cat.jpg');
      expect((await read('/cat.jpg', before)).status).toBe(404);
      expect((await read('/cat.jpg', { ...before, noCache: true })).status).toBe(404);
      await fixture.put('/cat.jpg', dog);
      expect((await read('/cat.jpg', { noCache: true })).status).toBe(200);
    });

    it('refuses a body over the limit and takes one of just the limit', async () => {
      await fixture.put('/cat.jpg', cat);
      const refusal = read('/cat.jpg', { maxBytes: cat.length - 1 });
      await expect(refusal).rejects.toMatchObject({ code: 'ORIGINAL_TOO_LARGE' });
      expect((await read('/cat.jpg', { maxBytes: cat.length })).status).toBe(200);
    });

    it('is read by many at once', async () => {
      for (let index = 0; index < 20; index++) await fixture.put(`/${index}.jpg`, Buffer.from(`picture ${index}`));
      const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => read(`/${index % 20}.jpg`)));
      expect(answers.map(({ body }) => Buffer.from(body ?? []).toString())).toStrictEqual(
        answers.map((_, index) => `picture ${index % 20}`),
      );
    });

    it('fails with an error that tells a client nothing and an operator why', async () => {
      await fixture.put('/private/cat.jpg', cat);
      await fixture.fail();
      const error: unknown = await read('/private/cat.jpg').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TintypeError);
      expect(error).toMatchObject({ code: 'ORIGIN_FAILED', cause: expect.any(Error) });
      expect((error as Error).message).not.toMatch(/private|cat|127\.0\.0\.1|\//);
    });

    it('may be closed more than once', async () => {
      await fixture.put('/cat.jpg', cat);
      await read('/cat.jpg');
      await fixture.origin.close?.();
      await fixture.origin.close?.();
    });
  });
}
