import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imagekit } from '../../../src/dialect/imagekit/imagekit.ts';
import { layerParameters, textParameters } from '../../../src/dialect/imagekit/layer-parameters.ts';
import { outputParameters, pictureParameters } from '../../../src/dialect/imagekit/parameters.ts';
import { canonicalTransformation } from '../../../src/transform/canonical.ts';
import { failure } from '../failure.ts';

const dialect = imagekit({ named: { box: 'w-8,h-6:rt-90' } });
const keys = [pictureParameters, outputParameters, layerParameters, textParameters].flatMap((rows) =>
  Object.keys(rows),
);
const text = fc.string({ unit: fc.constantFrom(...'0189.N-_@%2Caw:,+=/?&|#é\u0000 \ud800') });
const value = fc.oneof(
  fc.integer({ min: -2, max: 70_000 }).map(String),
  fc.constantFrom(
    'true',
    'false',
    'auto',
    'max',
    'FF0000',
    'FF000050',
    'red',
    '4-3',
    '0.5',
    'top_left',
    'h_v',
    'a.png',
  ),
  text,
);
const item = fc.oneof(
  fc.tuple(fc.constantFrom(...keys), value).map(([key, said]) => `${key}-${said}`),
  fc.constantFrom(
    'l-image',
    'l-text',
    'l-end',
    'i-ik_canvas',
    'i-a.png',
    'n-box',
    'e-sharpen',
    'orig-true',
    'cm-extract',
  ),
  text,
);
const steps = fc
  .array(fc.array(item, { maxLength: 6 }), { maxLength: 4 })
  .map((all) => all.map((each) => each.join(',')).join(':'));

it('reads any text, or refuses it below 500', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), text, (said, isQuery, rest) => {
      const target = isQuery
        ? { path: '/a/b.jpg', query: `tr=${said}&${rest}` }
        : { path: `/a/tr:${said}/b.jpg`, query: rest };
      const error = failure(() => {
        dialect.parse(target);
      });
      if (error !== undefined) {
        expect(error.status).toBeLessThan(500);
        expect(error.message).toMatch(/^[^\n\r]{1,600}$/);
      }
    }),
    { numRuns: 3000 },
  );
});

const good = fc.uniqueArray(
  fc.constantFrom(
    'w-300',
    'h-200',
    'fo-top',
    'q-60',
    'f-webp',
    'bl-4',
    'rt-N30',
    'fl-h',
    'r-4',
    'b-2_red',
    'o-50',
    'e-contrast',
    'bg-blue',
    't-true',
  ),
  { minLength: 1, maxLength: 8 },
);

it('means the same in any order, encoding and place, and in one form', () => {
  fc.assert(
    fc.property(fc.array(good, { minLength: 1, maxLength: 3 }), fc.gen(), (chain, gen) => {
      const straight = chain.map((items) => items.join(',')).join(':');
      const shuffled = chain
        .map((items) => gen(fc.shuffledSubarray, items, { minLength: items.length }).join(','))
        .join(':');
      const [first, ...others] = [
        { path: '/b.jpg', query: `tr=${straight}` },
        { path: '/b.jpg', query: `tr=${shuffled}` },
        { path: '/b.jpg', query: `x=1&tr=${encodeURIComponent(shuffled)}` },
        { path: `/tr:${shuffled}/b.jpg`, query: '' },
        { path: `/${encodeURIComponent(`tr:${shuffled}`)}/b.jpg`, query: 'x=1' },
      ].map((target) => dialect.parse(target)?.transformation);
      for (const other of others) expect(other).toEqual(first);
      expect(first && canonicalTransformation(first)).toEqual(first);
    }),
  );
});
