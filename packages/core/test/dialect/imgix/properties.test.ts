import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imgix } from '../../../src/dialect/imgix/imgix.ts';
import { spellings } from '../../../src/dialect/imgix/table.ts';
import { TintypeError } from '../../../src/errors.ts';
import { parsed } from './parsed.ts';

const token = 'a secure URL token';

/** Parameters with values that are allowed, each under several spellings. */
const spoken: readonly (readonly [names: readonly string[], values: readonly string[]])[] = [
  [
    ['w', 'width'],
    ['2', '100', '0.5', '1'],
  ],
  [
    ['h', 'height'],
    ['2', '300', '0.25'],
  ],
  [
    ['fit', 'f'],
    ['clip', 'crop', 'max', 'min', 'scale', 'fill', 'fillmax'],
  ],
  [['crop'], ['top', 'left,bottom', 'faces', 'focalpoint', 'entropy']],
  [['fp-x'], ['0', '0.3']],
  [['ar'], ['16:9', '1.91:1']],
  [['dpr'], ['1', '2.5']],
  [['rect'], ['1,2,3,4', 'right,bottom,9,9']],
  [['rot'], ['0', '15', '90']],
  [
    ['orient', 'or'],
    ['0', '6', '90'],
  ],
  [['flip'], ['h', 'hv']],
  [['bg'], ['f00', '#80ff0000', 'red']],
  [['mask'], ['corners', 'ellipse']],
  [['border'], ['5,f00']],
  [['pad'], ['0', '7']],
  [['blur'], ['0', '100']],
  [
    ['mark', 'm'],
    ['/logo.png', '/logo.png?w=20&rot=5'],
  ],
  [
    ['mark-w', 'markw', 'mw'],
    ['20', '0.5'],
  ],
  [
    ['txt', 't'],
    ['Hello, World!', 'é & ∑'],
  ],
  [
    ['blend', 'b'],
    ['f00', '/b.png'],
  ],
  [['fm'], ['jpg', 'png8', 'webp']],
  [['q'], ['0', '75', '80']],
];

/** Some of them, each in one of its spellings, in base64 or not. */
const said = fc.subarray([...spoken]).chain((some) =>
  fc.tuple(
    ...some.map(([names, values]) =>
      fc.record({
        names: fc.constant(names),
        value: fc.constantFrom(...values),
        pick: fc.nat(),
        isEncoded: fc.boolean(),
      }),
    ),
  ),
);

type Choice = {
  readonly names: readonly string[];
  readonly value: string;
  readonly pick: number;
  readonly isEncoded: boolean;
};

const spelt = ({ names, value, pick, isEncoded }: Choice): string => {
  const name = names[pick % names.length];
  return isEncoded
    ? `${name}64=${Buffer.from(value).toString('base64url')}`
    : `${name}=${encodeURIComponent(value).replaceAll('%20', '+')}`;
};

it('means the same in every order, spelling and encoding', () => {
  fc.assert(
    fc.property(said, fc.infiniteStream(fc.integer()), (choices, keys) => {
      const plain = choices.map(({ names, value }) => `${names[0]}=${encodeURIComponent(value)}`).join('&');
      const ordered = choices.map((choice) => ({ choice, key: keys.next().value })).sort((a, b) => a.key - b.key);
      const other = [...ordered.map(({ choice }) => spelt(choice)), 'ixlib=x', 'utm_source=y'].join('&');
      expect(parsed(other).transformation).toEqual(parsed(plain).transformation);
    }),
  );
});

it('writes what it reads, and verifies what it signs', () => {
  const dialect = imgix({ signing: { token }, mount: '/img' });
  fc.assert(
    fc.property(said, (choices) => {
      const parameters = Object.fromEntries(choices.map(({ names, value }) => [names[0] ?? '', value]));
      const [path = '', query = ''] = dialect.format('/a b/é.jpg', parameters).split('?');
      dialect.verify?.({ path, query }, '/img');
      const plain = choices.map(({ names, value }) => `${names[0]}=${encodeURIComponent(value)}`).join('&');
      expect(dialect.parse({ path, query })?.transformation).toEqual(parsed(plain).transformation);
      expect(dialect.parse({ path, query })?.path).toBe('/a b/é.jpg');
    }),
  );
});

it('answers whatever is asked with a meaning or a refusal', () => {
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.integer().map(String),
    fc.constantFrom('', '%', '%00', '1,2,3,4', '/a.png?mark=/a.png'),
  );
  const pair = fc.tuple(fc.constantFrom(...spellings.keys()), value).map(([name, text]) => `${name}=${text}`);
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
      try {
        parsed(pairs.join('&'));
      } catch (error) {
        expect(error).toBeInstanceOf(TintypeError);
        expect([400, 404]).toContain((error as TintypeError).status);
        expect((error as TintypeError).message).not.toMatch(/\n/);
      }
    }),
    { numRuns: 500 },
  );
});
