import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ForwardedFields,
  forwardedFields,
  isPersonal,
  joinVary,
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
  const language = 'accept-language';
  const same: readonly (readonly [string, ForwardedFields, ForwardedFields])[] = [
    ['blanks around commas', { [language]: 'a, b' }, { [language]: ' a ,\tb ' }],
    ['no blanks around commas', { [language]: 'a, b' }, { [language]: 'a,b' }],
    ['fields that are not named', { [language]: 'a' }, { [language]: 'a', bar: 'b' }],
    ['absence', {}, { bar: 'b' }],
  ];

  it.each(same)('are the same whatever the %s', (_, one, other) => {
    expect(selectingValues([language], one)).toEqual(selectingValues([language], other));
  });

  it.each(['accept', 'accept-language', 'accept-anything'])('know that %s is a list', (name) => {
    expect(selectingValues([name], { [name]: 'a , b' })).toEqual(['a,b']);
  });

  it.each(['cookie', 'x-accept', 'acceptable', 'foo'])('take a comma in %s for a letter', (name) => {
    expect(selectingValues([name], { [name]: 'a=1 , b' })).toEqual(['a=1 , b']);
  });

  const different: readonly (readonly [string, string, string | undefined])[] = [
    ['another value', 'a', 'b'],
    ['a quote that is never closed', 'de', 'de"'],
    ['empty members', 'a, b', 'a,,b,'],
    ['blanks around commas inside quotes', '"a, b"', '"a,b"'],
    ['a blank that is none of HTTP', 'de', 'de\u00a0'],
    ['a blank within a member', 'd e', 'de'],
    ['another case', 'a', 'A'],
    ['another order of members', 'a, b', 'b, a'],
    ['one member more', 'a', 'a, b'],
    ['absence beside a value', 'a', undefined],
    ['absence beside an empty field', '', undefined],
    ['absence beside the word', 'null', undefined],
  ];

  it.each(different)('tell apart %s', (_, one, other) => {
    const others = other === undefined ? {} : { [language]: other };
    expect(selectingValues([language], { [language]: one })).not.toEqual(selectingValues([language], others));
  });

  it('are null where a field is absent', () => {
    expect(selectingValues(['bar', 'foo'], { foo: 'x , y' })).toEqual([null, 'x , y']);
    expect(selectingValues([], { foo: 'x' })).toEqual([]);
  });

  it('are the same of several lines as of the one that Node makes of them', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z0-9 ]{0,5}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lines, fc.constantFrom(language, 'foo'), (values, name) => {
        const joined = forwardedFields({ [name]: values.join(', ') }, [name]);
        const several = forwardedFields({ [name]: values }, [name]);
        expect(selectingValues([name], several)).toEqual(selectingValues([name], joined));
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

describe('joinVary', () => {
  it.each([
    [['Accept'], 'Accept'],
    [['Accept', 'Origin'], 'Accept, Origin'],
    [['Accept, origin', 'Origin'], 'Accept, origin'],
    [['Accept-Encoding, accept-encoding', undefined], 'Accept-Encoding'],
    [['*', 'Origin'], '*'],
    [['', undefined], undefined],
    [[], undefined],
  ])('makes %j one field: %s', (fields, joined) => {
    expect(joinVary(...fields)).toBe(joined);
  });
});
