import { describe, expect, it } from 'vitest';
import { imgix } from '../../../src/dialect/imgix/imgix.ts';
import { refusedParameters } from '../../../src/dialect/imgix/refused-parameters.ts';
import { rows } from '../../../src/dialect/imgix/table.ts';
import { failure } from '../failure.ts';
import { parsed } from './parsed.ts';

describe('what is not built', () => {
  it.each(Object.entries(refusedParameters))('%s is refused by name, by each alias and in base64', (name, row) => {
    for (const spelling of [name, ...row.aliases]) {
      for (const query of [`${spelling}=7x`, `w=9&${spelling}64=N3g`]) {
        expect(
          failure(() => parsed(query)),
          query,
        ).toMatchObject({
          code: 'INVALID_PARAMETER',
          message: `${name}: is not built: ${row.reason}.`,
        });
      }
    }
  });

  it.each(Object.entries(refusedParameters).filter(([, { idle }]) => idle.length > 0))(
    '%s is let pass where it asks for nothing',
    (name, { idle }) => {
      for (const value of idle)
        expect(parsed(`w=9&${name}=${value}`).transformation).toEqual(parsed('w=9').transformation);
    },
  );

  const values = [...rows].flatMap(([name, { unbuilt }]) =>
    Object.entries(unbuilt).map((each) => [name, ...each] as const),
  );

  it.each(values)('%s=%s is refused', (name, value, reason) => {
    expect(failure(() => parsed(`${name}=${value}`))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: `${name}: "${value}" is not built: ${reason}.`,
    });
  });

  it('is found among words too', () => {
    expect(failure(() => parsed('auto=format,redeye'))?.message).toBe(
      'auto: "redeye" is not built: eyes are not looked for.',
    );
  });
});

describe('values that are not allowed', () => {
  const wrong: Readonly<Record<string, string>> = {
    txt: '',
    mark: '',
    blend: '',
    'mark-base': '',
    'txt-font': '',
    dl: 'a/b',
    s: '!',
  };

  it.each([...rows.keys()])('%s refuses what it cannot mean, though it has no effect', (name) => {
    const query = `${name}=${encodeURIComponent(wrong[name] ?? '!nothing like it!')}`;
    expect(failure(() => parsed(query))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: expect.stringMatching(new RegExp(`^${name}: .* expected `)),
    });
  });
});

it.each(['right,5,9,9', '5,bottom,9,9', 'right,0.5,0.2,0.2', 'center,5,9,0.5', '0.5,middle,9,9'])(
  'rect=%s is refused with the reason',
  (value) => {
    expect(failure(() => parsed(`rect=${value}`))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: expect.stringMatching(/^rect: .*Beside a number above 0 an end is not built, and a middle only where /),
    });
  },
);

describe('options', () => {
  it.each([
    [{ nobodyKnows: 1 }, /Unknown option imgix.nobodyKnows/],
    [{ mount: 'img' }, /Expected a path such as/],
    [{ mount: '/img/' }, /Expected a path such as/],
    [{ hosts: ['https://a.example/'] }, /Expected a list of hosts/],
    [{ hosts: ['a.example'] }, /Expected imgix.mount beside imgix.hosts, "" where there is none/],
    [{ defaults: { w: 'wide' } }, /Expected parameters for imgix.defaults, but w: /],
    [{ defaults: { wide: 1 } }, /imgix.defaults, but wide: no such parameter/],
    [{ signing: 'secret token' }, /Expected an object for imgix.signing but received a value of type string/],
    [{ signing: {} }, /Expected a token/],
    [{ signing: { token: [] } }, /received an empty list/],
    [{ signing: { token: ['secret token', 5] } }, /received 'number'/],
    [{ signing: { token: 'secret token', required: 'yes' } }, /Expected a boolean for imgix.signing.required/],
  ])('%j', (options, message) => {
    const create = () => imgix(options as never);
    expect(create).toThrow(message);
    expect(create).not.toThrow(/secret/);
  });

  it('take hosts with a mount beside them, be it none, and no hosts without', () => {
    for (const options of [
      { hosts: ['a.example'], mount: '' },
      { hosts: ['a.example'], mount: '/img' },
      { hosts: [] },
    ]) {
      expect(() => imgix(options)).not.toThrow();
    }
  });
});
