import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner, type SigningOptions } from '../../src/dialect/signature.ts';

const [key, next, stranger] = ['a key of 16 byte', 'another key of more bytes', 'the key of somebody else'] as const;
const message = '/cat.jpg?w=400&expires=1767225600';
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('sign', () => {
  it('gives the HMAC-SHA256 of a message in base64url', () => {
    const hmac = createHmac('sha256', key).update(message).digest('base64url');
    expect(createSigner({ keys: key }).sign(message)).toBe(hmac);
  });

  it('gives 43 characters of base64url, whatever the message', () => {
    const { sign } = createSigner({ keys: key });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(sign(text)).toMatch(/^[\w-]{43}$/);
      }),
    );
  });

  it('takes keys and messages as UTF-8', () => {
    const secret = 'ключ из букв';
    const expected = createHmac('sha256', Buffer.from(secret, 'utf8')).update(Buffer.from('/ж', 'utf8'));
    expect(createSigner({ keys: secret }).sign('/ж')).toBe(expected.digest('base64url'));
  });

  it('signs with the first key', () => {
    expect(createSigner({ keys: [key, next] }).sign(message)).toBe(createSigner({ keys: key }).sign(message));
    expect(createSigner({ keys: [next, key] }).sign(message)).not.toBe(createSigner({ keys: key }).sign(message));
  });
});

describe('verify', () => {
  const signer = createSigner({ keys: key });
  const signature = signer.sign(message);

  it('takes what was signed', () => {
    expect(signer.verify(message, signature)).toBe(true);
  });

  it.each([0, 1, 2])('takes what key %i of several has signed', (at) => {
    const keys = [key, next, stranger];
    const by = createSigner({ keys: keys[at] ?? '' }).sign(message);
    expect(createSigner({ keys }).verify(message, by)).toBe(true);
  });

  it('takes nothing that a key signed which is not among them', () => {
    expect(createSigner({ keys: [key, next] }).verify(message, createSigner({ keys: stranger }).sign(message))).toBe(
      false,
    );
  });

  it('takes no other character in any place', () => {
    for (let at = 0; at < signature.length; at++) {
      for (const other of alphabet.replace(signature[at] ?? '', '')) {
        const changed = `${signature.slice(0, at)}${other}${signature.slice(at + 1)}`;
        expect(signer.verify(message, changed), changed).toBe(false);
      }
    }
  });

  it('takes one spelling only of the last character, whose lowest two bits say nothing', () => {
    const last = alphabet.indexOf(signature.slice(-1));
    const twins = [1, 2, 3].map((low) => `${signature.slice(0, -1)}${alphabet[last + low]}`);
    expect(last % 4).toBe(0);
    for (const twin of twins) {
      expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
      expect(signer.verify(message, twin)).toBe(false);
    }
  });

  it.each<readonly [string, string]>([
    ['nothing', ''],
    ['a character less', signature.slice(0, -1)],
    ['a character more', `${signature}A`],
    ['padding', `${signature}=`],
    ['a blank before it', ` ${signature}`],
    ['a line end behind it', `${signature}\n`],
    ['plain base64', Buffer.from(signature, 'base64url').toString('base64')],
    ['hexadecimal digits', Buffer.from(signature, 'base64url').toString('hex')],
    ['43 characters outside the alphabet', '*'.repeat(43)],
    ['43 characters of more than a byte', 'é'.repeat(43)],
    ['43 zeros', 'A'.repeat(43)],
  ])('takes no %s', (_, text) => {
    expect(signer.verify(message, text)).toBe(false);
  });

  it('takes the signature of a message for no other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(signer.verify(other, signer.sign(one))).toBe(one === other);
      }),
    );
  });
});

describe('check', () => {
  const refusal = expect.objectContaining({ code: 'SIGNATURE_INVALID', status: 403 });
  const codeOf = (options: Partial<SigningOptions>, signature: string | undefined): unknown => {
    try {
      createSigner({ keys: key, ...options }).check(message, signature);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const [right, wrong] = [createSigner({ keys: key }).sign(message), createSigner({ keys: next }).sign(message)];

  it.each<readonly [string, Partial<SigningOptions>, string | undefined, unknown]>([
    ['the right signature', {}, right, undefined],
    ['a wrong one', {}, wrong, refusal],
    ['none', {}, undefined, refusal],
    ['an empty one', {}, '', refusal],
    ['the right signature, where none is required', { required: false }, right, undefined],
    ['a wrong one, where none is required', { required: false }, wrong, refusal],
    ['an empty one, where none is required', { required: false }, '', refusal],
    ['none, where none is required', { required: false }, undefined, undefined],
    ['none, where it is required in so many words', { required: true }, undefined, refusal],
  ])('answers %s', (_, options, signature, expected) => {
    expect(codeOf(options, signature)).toEqual(expected);
  });
});

describe('createSigner', () => {
  const short = 'only fifteen by';
  const expected = 'Expected a string of at least 16 bytes, or a list of them, for signing.keys but received';

  it.each<readonly [unknown, string]>([
    [{ keys: short }, `${expected} a string of 15 bytes`],
    [{ keys: '' }, `${expected} a string of 0 bytes`],
    [{ keys: [] }, `${expected} an empty list`],
    [{ keys: [key, short] }, `${expected} a string of 15 bytes`],
    [{ keys: [undefined, key] }, `${expected} undefined`],
    [{ keys: [[key]] }, `${expected} a list`],
    [{ keys: Buffer.from(key) }, `${expected} a value of type object`],
    [{ keys: 7 }, `${expected} a value of type number`],
    [{ keys: null }, `${expected} null`],
    [{}, `${expected} undefined`],
    [key, 'Expected an object for signing but received a string of 16 bytes'],
    [[key], 'Expected an object for signing but received a list'],
    [null, 'Expected an object for signing but received null'],
    [{ keys: key, required: 'no' }, "Expected a boolean for signing.required but received 'no'"],
    [{ key }, 'Unknown option signing.key. Known options: keys, required'],
  ])('refuses %o', (options, words) => {
    expect(() => createSigner(options as SigningOptions)).toThrow(new TypeError(words));
  });

  it.each([key, [short], [key, short], { keys: short }, { keys: [key, short] }, { keys: { key } }, { keys: [[key]] }])(
    'says nothing of the key when it refuses %j',
    (options) => {
      try {
        createSigner(options as SigningOptions);
      } catch (error) {
        const told = inspect(error, { depth: 9 });
        expect(told).not.toContain(key);
        expect(told).not.toContain(short);
        return;
      }
      expect.unreachable('it was taken');
    },
  );

  it('counts bytes, not characters', () => {
    expect(() => createSigner({ keys: 'восемь!!' })).toThrow(/14 bytes/);
    expect(() => createSigner({ keys: 'девятью!' })).toThrow(/15 bytes/);
    expect(() => createSigner({ keys: 'восемьдя' })).not.toThrow();
  });

  it('shows no key to whoever looks at it', () => {
    expect(inspect(createSigner({ keys: key }), { depth: 9, showHidden: true })).not.toContain(key);
  });
});
