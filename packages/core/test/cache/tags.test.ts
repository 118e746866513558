import { describe, expect, it } from 'vitest';
import { tagsOf } from '../../src/cache/tags.ts';

const original = (headers: Record<string, string | readonly string[]>) => ({ path: '/a.png', bytes: 1, headers });

describe('the tags of an original', () => {
  it.each([
    [{}, []],
    [{ 'cache-tag': 'a' }, ['a']],
    [{ 'cache-tag': ' a , b b ,, c' }, ['a', 'b b', 'c']],
    [{ 'cache-tag': ['a', 'b, c'] }, ['a', 'b', 'c']],
    [{ 'surrogate-key': 'a  b\tc' }, ['a', 'b', 'c']],
    [{ 'surrogate-key': ['a b', 'c'] }, ['a', 'b', 'c']],
    [{ 'cache-tag': 'a, b', 'surrogate-key': 'b c' }, ['a', 'b', 'c']],
    [{ 'cache-tag': 'A, a' }, ['A', 'a']],
  ])('in the fields %j are %j', (headers, tags) => {
    expect(tagsOf(original(headers), undefined)).toEqual(tags);
  });

  it('are those of the rule beside those of the origin', () => {
    const rule = ({ path }: { readonly path: string }) => [`at ${path}`, 'a'];
    expect(tagsOf(original({ 'cache-tag': 'a, b' }), rule)).toEqual(['a', 'b', 'at /a.png']);
  });

  it.each([[undefined], ['a'], [[1]], [['']], [{}]])('are not %j', (given) => {
    expect(() => tagsOf(original({}), (() => given) as never)).toThrow(
      /^Expected an array of non-empty strings from tags/,
    );
  });
});
