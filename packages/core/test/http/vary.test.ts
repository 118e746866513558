import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ForwardedFields,
  forwardedFields,
  isPersonal,
  selectingValues,
  variedFields,
  varyMembers,
} from '../../src/http/vary.ts';

describe('variedFields (RFC 9110 §12.5.5)', () => {
  it.each<readonly [string | readonly string[] | undefined, readonly string[]]>([
    [undefined, []],
    ['', []],
    [', ,', []],
    ['Foo', ['foo']],
    ['Foo, Bar', ['bar', 'foo']],
    ['foo,FOO , Foo', ['foo']],
    [' \tFoo\t,,Bar ', ['bar', 'foo']],
    [
      ['Foo', 'Bar, Baz'],
      ['bar', 'baz', 'foo'],
    ],
    ['*', ['*']],
    ['Foo, *', ['*']],
    [['Foo', '*'], ['*']],
    [['*', 'Foo'], ['*']],
    [' * ', ['*']],
    ['x*', ['x*']],
    ['constructor, __proto__', ['__proto__', 'constructor']],
  ])('of %j are %j', (vary, expected) => {
    expect(variedFields({ vary })).toEqual(expected);
  });

  it('are nothing without Vary', () => {
    expect(variedFields({})).toEqual([]);
  });

  it.each(['foo bar', 'Foo; q=1', '"foo"', 'Foo, b@r', 'für', '{}'])('of %j, which cannot be read, are all', (vary) => {
    expect(variedFields({ vary })).toEqual(['*']);
  });
});

describe('varyMembers', () => {
  it.each<readonly [string | readonly string[], readonly string[]]>([
    ['Foo, BAR,,foo', ['Foo', 'BAR', 'foo']],
    [
      ['Foo', 'Bar'],
      ['Foo', 'Bar'],
    ],
    ['Foo, *', ['*']],
    ['Foo, b@r', ['*']],
    ['', []],
  ])('of %j are %j, as they are written', (vary, expected) => {
    expect(varyMembers({ vary })).toEqual(expected);
  });
});

describe('forwardedFields', () => {
  it('are those that an origin wants to see and a client sends, lines joined', () => {
    const headers = { accept: 'a', cookie: 'c=1', foo: ['1', '2'], bar: undefined, empty: '' };
    expect(forwardedFields(headers, ['accept', 'foo', 'bar', 'baz', 'empty'])).toEqual({
      accept: 'a',
      foo: '1, 2',
      empty: '',
    });
    expect(forwardedFields(headers, [])).toEqual({});
  });
});

describe('selectingValues (RFC 9111 §4.1)', () => {
  const same: readonly (readonly [string, ForwardedFields, ForwardedFields])[] = [
    ['blanks around commas', { foo: 'a, b' }, { foo: ' a ,\tb ' }],
    ['no blanks around commas', { foo: 'a, b' }, { foo: 'a,b' }],
    ['fields that are not named', { foo: 'a' }, { foo: 'a', bar: 'b' }],
    ['absence', {}, { bar: 'b' }],
  ];

  it('takes a comma in what is no list for a letter', () => {
    const [one, other] = [{ cookie: 'a=1,b' }, { cookie: 'a=1 , b' }];
    expect(selectingValues(['cookie'], one)).not.toEqual(selectingValues(['cookie'], other));
  });

  it.each(same)('are the same whatever the %s', (_, one, other) => {
    expect(selectingValues(['foo'], one)).toEqual(selectingValues(['foo'], other));
  });

  const different: readonly (readonly [string, ForwardedFields, ForwardedFields])[] = [
    ['another value', { foo: 'a' }, { foo: 'b' }],
    ['a quote that is never closed', { foo: 'de' }, { foo: 'de"' }],
    ['empty members', { foo: 'a, b' }, { foo: 'a,,b,' }],
    ['blanks around commas inside quotes', { foo: '"a, b"' }, { foo: '"a,b"' }],
    ['another case', { foo: 'a' }, { foo: 'A' }],
    ['another order of members', { foo: 'a, b' }, { foo: 'b, a' }],
    ['one member more', { foo: 'a' }, { foo: 'a, b' }],
    ['a comma inside quotes', { foo: '"a,b"' }, { foo: '"a, b"' }],
    ['absence beside a value', { foo: 'a' }, {}],
    ['absence beside an empty field', { foo: '' }, {}],
    ['absence beside the word', { foo: 'null' }, {}],
  ];

  it.each(different)('tell apart %s', (_, one, other) => {
    expect(selectingValues(['foo'], one)).not.toEqual(selectingValues(['foo'], other));
  });

  it('are null where a field is absent', () => {
    expect(selectingValues(['bar', 'foo'], { foo: ' x , y' })).toEqual([null, 'x,y']);
    expect(selectingValues([], { foo: 'x' })).toEqual([]);
  });

  it('are the same of several lines as of the one that Node makes of them', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z0-9 ]{0,5}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lines, (foo) => {
        const joined = forwardedFields({ foo: foo.join(',') }, ['foo']);
        expect(selectingValues(['foo'], forwardedFields({ foo }, ['foo']))).toEqual(selectingValues(['foo'], joined));
      }),
    );
  });
});

describe('isPersonal (RFC 9111 §3.5)', () => {
  it.each<readonly [ForwardedFields, boolean]>([
    [{}, false],
    [{ accept: '*/*', 'x-user': '7' }, false],
    [{ authorization: 'Basic eA==' }, true],
    [{ cookie: 'session=1' }, true],
    [{ cookie: '' }, true],
  ])('is a request with %o: %s', (fields, expected) => {
    expect(isPersonal(fields)).toBe(expected);
  });
});
