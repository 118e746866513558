import { describe, expect, it, vi } from 'vitest';
import { checkOptions } from '../../src/options.ts';
import {
  type CredentialOptions,
  createAuthorize,
  credentialExpectations,
  type PurgeCaller,
} from '../../src/purge/credentials.ts';

const basicField = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** What becomes of a request with this Authorization field: let in, or the code and challenge. */
async function ask(options: CredentialOptions, authorization?: string): Promise<unknown> {
  const authorize = createAuthorize(options);
  if (authorize === undefined) return 'no routes';
  const caller: PurgeCaller = {
    method: 'POST',
    target: '/purge',
    headers: { ...(authorization !== undefined && { authorization }), 'x-from': 'here' },
  };
  return authorize(caller).then(
    () => 'let in',
    (error) => [error.code, error.headers['www-authenticate']],
  );
}

const refused = (challenge: string) => ['UNAUTHORIZED', challenge];
const bearer = 'Bearer realm="purge"';
const basic = 'Basic realm="purge", charset="UTF-8"';

describe('a token', () => {
  it.each([
    ['Bearer new-token', 'let in'],
    ['bearer   old-token', 'let in'],
    ['Bearer new-toke', refused(bearer)],
    ['Bearer new-token2', refused(bearer)],
    ['Bearer NEW-TOKEN', refused(bearer)],
    ['Bearer new-token, old-token', refused(bearer)],
    ['Bearer ', refused(bearer)],
    ['new-token', refused(bearer)],
    [basicField('new-token', ''), refused(bearer)],
    ['', refused(bearer)],
    [undefined, refused(bearer)],
  ])('is compared whole: %j', async (field, expected) => {
    expect(await ask({ token: ['new-token', 'old-token'] }, field)).toEqual(expected);
  });
});

describe('a name and password', () => {
  const options = {
    basic: [
      { username: 'cms', password: 'a:b c' },
      { username: 'é', password: 'ü' },
    ],
  };

  it.each([
    [basicField('cms', 'a:b c'), 'let in'],
    [basicField('cms', 'a:b c').replace('Basic', 'BASIC '), 'let in'],
    [basicField('é', 'ü'), 'let in'],
    [basicField('cms', 'a:b'), refused(basic)],
    [basicField('cms:a', 'b c').replace('=', ''), 'let in'],
    [basicField('', 'a:b c'), refused(basic)],
    [basicField('cms', ''), refused(basic)],
    ['Basic cms:a:b', refused(basic)],
    ['Basic ', refused(basic)],
    [`Bearer ${Buffer.from('cms:a:b c').toString('base64')}`, refused(basic)],
    [undefined, refused(basic)],
  ])('are compared whole: %j', async (field, expected) => {
    expect(await ask(options, field)).toEqual(expected);
  });

  it('and a token are challenges both', async () => {
    const both = { token: 't', basic: { username: 'u', password: 'p' } };
    expect(await ask(both, 'Bearer t')).toBe('let in');
    expect(await ask(both, basicField('u', 'p'))).toBe('let in');
    expect(await ask(both, 'Bearer u:p')).toEqual(refused(`${bearer}, ${basic}`));
    expect(await ask(both, basicField('t', ''))).toEqual(refused(`${bearer}, ${basic}`));
  });
});

describe('a function', () => {
  it('is asked where no credential fits, and told who comes', async () => {
    const authorize = vi.fn(async ({ headers }: PurgeCaller) => headers['x-from'] === 'here');
    expect(await ask({ authorize, token: 't' }, 'Bearer t')).toBe('let in');
    expect(authorize).not.toHaveBeenCalled();
    expect(await ask({ authorize, token: 't' }, 'Bearer u')).toBe('let in');
    expect(authorize).toHaveBeenCalledExactlyOnceWith({
      method: 'POST',
      target: '/purge',
      headers: { authorization: 'Bearer u', 'x-from': 'here' },
    });
  });

  it.each([[false], [undefined], [1], ['yes'], [{}], [Promise.resolve('true')]])(
    'lets nobody in by %o',
    async (answer) => {
      expect(await ask({ authorize: () => answer as boolean })).toEqual(refused(bearer));
    },
  );

  it.each([
    () => {
      throw new Error('the database is away');
    },
    () => Promise.reject(new Error('the database is away')),
  ])('that fails lets nobody in', async (authorize) => {
    expect(await ask({ authorize })).toEqual(['AUTHORIZATION_FAILED', undefined]);
  });
});

describe('credentials', () => {
  it.each([[{}], [{ token: [] }], [{ token: undefined, basic: [] }]])('are none in %j', async (options) => {
    expect(await ask(options)).toBe('no routes');
  });

  it.each([
    [{ token: '' }],
    [{ token: 'a b' }],
    [{ token: ['a', ''] }],
    [{ token: 'é' }],
    [{ token: null }],
    [{ basic: 'cms:word' }],
    [{ basic: { username: 'cms' } }],
    [{ basic: { username: 'cms', password: '' } }],
    [{ basic: { username: '', password: 'x' } }],
    [{ basic: { username: 'a:b', password: 'x' } }],
    [{ basic: { username: 'a', password: 'x\n' } }],
    [{ basic: { username: 'a', password: 'x', role: 'y' } }],
    [{ basic: [null] }],
    [{ authorize: true }],
  ])('are not %j', (options) => {
    expect(() => checkOptions('purgeRoutes', options, credentialExpectations)).toThrow(/for purgeRoutes\./);
  });
});
