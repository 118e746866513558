import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCacheControl } from '../../src/http/cache-control.ts';
import {
  absentControl,
  emittedControl,
  isRepeated,
  type Lifetime,
  negativeControl,
} from '../../src/http/emitted-control.ts';
import type { Freshness } from '../../src/http/freshness.ts';
import type { MountOptions } from '../../src/http/mount.ts';
import type { Storage, Told } from '../../src/http/told.ts';
import { freshnessWith, now, of } from './samples.ts';

const lifetimeWith = (
  changes: Partial<Lifetime> = {},
  freshness: Partial<Freshness> = {},
  told: Partial<Told> = {},
): Lifetime => ({
  freshness: freshnessWith(freshness, told),
  browserTtl: undefined,
  isOutdated: false,
  ...changes,
});

const privately: MountOptions = { visibility: 'private' };

describe('emittedControl', () => {
  it.each<readonly [string, Lifetime, age: number, string]>([
    ['the lifetime', lifetimeWith(), 0, 'public, s-maxage=600, max-age=600, must-revalidate'],
    [
      'no lifetime',
      lifetimeWith({}, { lifetime: 0, browserLifetime: 0 }),
      0,
      'public, s-maxage=0, max-age=0, must-revalidate',
    ],
    [
      'whole seconds',
      lifetimeWith({}, { lifetime: 9.9, browserLifetime: 8.8 }),
      0,
      'public, s-maxage=9, max-age=8, must-revalidate',
    ],
    [
      'an s-maxage apart',
      lifetimeWith({}, { lifetime: 5, browserLifetime: 60 }),
      0,
      'public, s-maxage=5, max-age=60, must-revalidate',
    ],
    ['0 for browsers', lifetimeWith({ browserTtl: 0 }), 0, 'public, s-maxage=600, max-age=0, must-revalidate'],
    ['a minute for browsers', lifetimeWith({ browserTtl: 60 }), 0, 'public, s-maxage=600, max-age=60, must-revalidate'],
    [
      'a minute on top of Age',
      lifetimeWith({ browserTtl: 60 }),
      50,
      'public, s-maxage=600, max-age=110, must-revalidate',
    ],
    [
      'no more than the lifetime',
      lifetimeWith({ browserTtl: 900 }),
      0,
      'public, s-maxage=600, max-age=600, must-revalidate',
    ],
    [
      'the whole lifetime, which Age is taken from',
      lifetimeWith(),
      599,
      'public, s-maxage=600, max-age=600, must-revalidate',
    ],
    ['no-store', lifetimeWith({}, {}, { storage: 'no-store' }), 0, 'no-store'],
    [
      'no-store, also outdated',
      lifetimeWith({ isOutdated: true }, {}, { storage: 'no-store', validate: true }),
      0,
      'no-store',
    ],
    ['private', lifetimeWith({}, {}, { storage: 'private' }), 0, 'private, max-age=600, must-revalidate'],
    ['private with no-cache', lifetimeWith({}, {}, { storage: 'private', validate: true }), 0, 'private, no-cache'],
    ['no-cache', lifetimeWith({}, { lifetime: 0, browserLifetime: 0 }, { validate: true }), 0, 'public, no-cache'],
    ['no-cache, also outdated', lifetimeWith({ isOutdated: true }, {}, { validate: true }), 0, 'public, no-cache'],
    ['nothing once outdated', lifetimeWith({ isOutdated: true }), 0, 'public, max-age=0, must-revalidate'],
    [
      'nothing once outdated, whatever may be stale',
      lifetimeWith({ isOutdated: true }, {}, { staleWhileRevalidate: 5, immutable: true }),
      0,
      'public, max-age=0, must-revalidate',
    ],
    [
      'nothing once outdated, privately',
      lifetimeWith({ isOutdated: true }, {}, { storage: 'private' }),
      0,
      'private, max-age=0, must-revalidate',
    ],
  ])('repeats %s', (_, lifetime, age, expected) => {
    expect(emittedControl(lifetime, age, {})).toBe(expected);
    expect(emittedControl(lifetime, age, { visibility: 'public' })).toBe(expected);
  });

  it.each<readonly [string, Lifetime, string]>([
    ['the lifetime', lifetimeWith(), 'private, max-age=600, must-revalidate'],
    ['0 for browsers', lifetimeWith({ browserTtl: 0 }), 'private, max-age=0, must-revalidate'],
    ['no-cache', lifetimeWith({}, {}, { validate: true }), 'private, no-cache'],
    ['no-store', lifetimeWith({}, {}, { storage: 'no-store' }), 'no-store'],
    ['nothing once outdated', lifetimeWith({ isOutdated: true }), 'private, max-age=0, must-revalidate'],
    [
      'what may be stale',
      lifetimeWith({}, {}, { staleWhileRevalidate: 5 }),
      'private, max-age=600, stale-while-revalidate=5',
    ],
    [
      'an s-maxage apart',
      lifetimeWith({}, { lifetime: 5, browserLifetime: 60 }),
      'private, max-age=60, must-revalidate',
    ],
  ])('lets on a private mount no shared cache keep %s', (_, lifetime, expected) => {
    expect(emittedControl(lifetime, 0, privately)).toBe(expected);
  });

  it.each<readonly [string, Partial<Told>, Partial<Lifetime>, string]>([
    ['stale-while-revalidate', { staleWhileRevalidate: 5 }, {}, 'public, max-age=600, stale-while-revalidate=5'],
    ['stale-if-error', { staleIfError: 6 }, {}, 'public, max-age=600, stale-if-error=6'],
    [
      'both',
      { staleWhileRevalidate: 5, staleIfError: 6 },
      {},
      'public, max-age=600, stale-while-revalidate=5, stale-if-error=6',
    ],
    ['that nothing may be stale', { staleWhileRevalidate: 0 }, {}, 'public, max-age=600, stale-while-revalidate=0'],
    [
      'both beside the s-maxage that says more',
      { staleWhileRevalidate: 5, staleIfError: 6 },
      { browserTtl: 60 },
      'public, s-maxage=600, max-age=60, stale-while-revalidate=5, stale-if-error=6',
    ],
    [
      'must-revalidate over both',
      { staleWhileRevalidate: 5, staleIfError: 6, mustRevalidate: true },
      {},
      'public, s-maxage=600, max-age=600, must-revalidate',
    ],
  ])('says %s (RFC 5861, RFC 9111 §5.2.2.10)', (_, told, changes, expected) => {
    expect(emittedControl(lifetimeWith(changes, {}, told), 0, {})).toBe(expected);
  });

  it.each<readonly [boolean, boolean | undefined, string]>([
    [true, true, ', immutable'],
    [true, false, ''],
    [true, undefined, ''],
    [false, true, ''],
  ])('is immutable where the origin says so (%s) of a version (%s) (RFC 8246)', (immutable, isVersioned, expected) => {
    expect(emittedControl(lifetimeWith({ isVersioned }, {}, { immutable }), 0, {})).toBe(
      `public, s-maxage=600, max-age=600, must-revalidate${expected}`,
    );
  });

  it.each<readonly [string, Lifetime, string]>([
    ['a lifetime', lifetimeWith({}, {}, { noTransform: true }), 'public, s-maxage=600, max-age=600, must-revalidate'],
    ['no-cache', lifetimeWith({}, {}, { noTransform: true, validate: true }), 'public, no-cache'],
    ['no-store', lifetimeWith({}, {}, { noTransform: true, storage: 'no-store' }), 'no-store'],
    ['nothing', lifetimeWith({ isOutdated: true }, {}, { noTransform: true }), 'public, max-age=0, must-revalidate'],
  ])('keeps no-transform beside %s (RFC 9111 §5.2.2.6)', (_, lifetime, expected) => {
    expect(emittedControl(lifetime, 0, {})).toBe(`${expected}, no-transform`);
  });

  it('says everything in this order', () => {
    const told = { immutable: true, noTransform: true, staleWhileRevalidate: 5, staleIfError: 6 };
    expect(emittedControl(lifetimeWith({ isVersioned: true }, {}, told), 0, {})).toBe(
      'public, max-age=600, stale-while-revalidate=5, stale-if-error=6, immutable, no-transform',
    );
  });

  it('never says a negative number, of what was past its lifetime when it came', () => {
    expect(emittedControl(lifetimeWith({}, { lifetime: -40, browserLifetime: -30 }), 0, {})).toBe(
      'public, s-maxage=0, max-age=0, must-revalidate',
    );
  });
});

describe('emittedControl, whatever is told', () => {
  const seconds = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: -100, max: 2 ** 31, noNaN: true }));
  const stale = fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined });
  const storages = fc.constantFrom<Storage>('public', 'private', 'no-store');
  const tolds = fc.record({
    storage: storages,
    validate: fc.boolean(),
    mustRevalidate: fc.boolean(),
    immutable: fc.boolean(),
    noTransform: fc.boolean(),
    staleWhileRevalidate: stale,
    staleIfError: stale,
    isVerbatim: fc.boolean(),
  });
  const lifetimes = fc.record({ lifetime: seconds, browserLifetime: seconds, told: tolds }).chain((freshness) =>
    fc.record({
      freshness: fc.constant(freshnessWith(freshness)),
      browserTtl: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
      isOutdated: fc.boolean(),
      isVersioned: fc.option(fc.boolean(), { nil: undefined }),
    }),
  );
  const mounts = fc.constantFrom<MountOptions>({}, { visibility: 'public' }, { visibility: 'private' });
  const ages = fc.integer({ min: 0, max: 1000 });

  it('is a list of plain directives, each once', () => {
    fc.assert(
      fc.property(lifetimes, ages, mounts, (lifetime, age, mount) => {
        const members = emittedControl(lifetime, age, mount).split(', ');
        for (const member of members) expect(member).toMatch(/^[a-z-]+(=\d+)?$/);
        const names = members.map((member) => member.split('=')[0]);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('never lets anybody use more, or for longer, than is told', () => {
    fc.assert(
      fc.property(lifetimes, ages, mounts, (lifetime, age, mount) => {
        const { freshness, browserTtl, isOutdated, isVersioned } = lifetime;
        const { told } = freshness;
        const control = parseCacheControl(emittedControl(lifetime, age, mount));
        const isUnusable = control.noStore || control.noCache;
        const forBrowsers = isUnusable ? 0 : (control.maxAge ?? Number.POSITIVE_INFINITY);
        const forShared = isUnusable || control.private ? 0 : (control.sMaxage ?? forBrowsers);

        expect(control.noStore).toBe(told.storage === 'no-store');
        if (mount.visibility === 'private' || told.storage !== 'public') expect(control.public).toBe(false);
        if (mount.visibility === 'private' || told.storage === 'private') {
          expect(control.private || control.noStore).toBe(true);
        }
        if (told.validate) expect(isUnusable).toBe(true);
        if (isOutdated) expect([forBrowsers, forShared]).toEqual([0, 0]);
        expect(forShared).toBeLessThanOrEqual(Math.max(0, freshness.lifetime));
        expect(forBrowsers).toBeLessThanOrEqual(Math.max(0, freshness.browserLifetime));
        expect(forBrowsers).toBeLessThanOrEqual(age + (browserTtl ?? Number.POSITIVE_INFINITY));
        if (told.mustRevalidate) expect(control.mustRevalidate || isUnusable).toBe(true);
        for (const name of ['staleWhileRevalidate', 'staleIfError'] as const) {
          if (control[name] !== undefined) expect(control[name]).toBe(told[name]);
          // Nothing may be stale but where it is said that it may.
          const mayBeStale = !control.mustRevalidate && !isUnusable;
          if (mayBeStale) expect(told.staleWhileRevalidate ?? told.staleIfError).toBeDefined();
        }
        if (control.immutable) expect([told.immutable, isVersioned]).toEqual([true, true]);
        expect(control.noTransform).toBe(told.noTransform);
      }),
    );
  });

  it('is never wider than what the origin said', () => {
    const directive = fc.oneof(
      fc.tuple(
        fc.constantFrom('max-age', 's-maxage', 'stale-while-revalidate', 'stale-if-error'),
        fc.integer({ min: 0, max: 1000 }),
      ),
      fc.tuple(
        fc.constantFrom(
          ...['public', 'private', 'no-store', 'no-cache', 'must-revalidate', 'proxy-revalidate', 'no-transform'],
        ),
      ),
    );
    fc.assert(
      fc.property(fc.array(directive), mounts, (directives, mount) => {
        const field = directives.map((each) => each.join('=')).join(', ');
        const said = parseCacheControl(field);
        const freshness = of({ 'cache-control': field }, { lifetime: 0 });
        const control = parseCacheControl(
          emittedControl({ freshness, browserTtl: undefined, isOutdated: false }, 0, mount),
        );
        if (said.noStore) expect(control.noStore).toBe(true);
        if (said.private) expect(control.private || control.noStore).toBe(true);
        if (said.noCache) expect(control.noCache || control.noStore).toBe(true);
        if (said.noTransform) expect(control.noTransform).toBe(true);
        if (control.maxAge !== undefined) {
          expect(control.maxAge).toBe(said.maxAge ?? said.sMaxage ?? 0);
        }
        // RFC 9111 §5.2.2.10: what may be stale where it comes from may be stale where it goes.
        const mayBeStale = !said.mustRevalidate && said.sMaxage === undefined;
        const isUnusable = control.noStore || control.noCache;
        if (!mayBeStale) expect(isUnusable || control.mustRevalidate).toBe(true);
        if (control.staleWhileRevalidate !== undefined) {
          expect(control.staleWhileRevalidate).toBe(said.staleWhileRevalidate);
        }
        if (control.staleIfError !== undefined) expect(control.staleIfError).toBe(said.staleIfError);
        if (control.sMaxage !== undefined) expect(control.sMaxage).toBe(said.sMaxage ?? said.maxAge ?? 0);
      }),
    );
  });
});

describe('isRepeated', () => {
  it.each<readonly [string, Lifetime, MountOptions, boolean]>([
    ["the origin's own word", lifetimeWith({}, {}, { isVerbatim: true }), {}, true],
    ['it on a mount that says so', lifetimeWith({}, {}, { isVerbatim: true }), { visibility: 'public' }, true],
    ['what is not its word', lifetimeWith(), {}, false],
    [
      'it where browsers have a lifetime of their own',
      lifetimeWith({ browserTtl: 0 }, {}, { isVerbatim: true }),
      {},
      false,
    ],
    ['it once it is purged', lifetimeWith({ isOutdated: true }, {}, { isVerbatim: true }), {}, false],
    ['it on a private mount', lifetimeWith({}, {}, { isVerbatim: true }), privately, false],
  ])('of %s', (_, lifetime, mount, expected) => {
    expect(isRepeated(lifetime, mount)).toBe(expected);
  });
});

describe('negativeControl', () => {
  it.each<readonly [MountOptions, string]>([
    [{}, 'public, max-age=9'],
    [{ visibility: 'public' }, 'public, max-age=9'],
    [{ visibility: 'private' }, 'private, max-age=9'],
  ])('lets an absence live for whole seconds on the mount %o', (mount, expected) => {
    expect(negativeControl(9.9, mount)).toBe(expected);
  });
});

describe('absentControl', () => {
  it.each<readonly [string, Partial<Freshness>, Partial<Told>, MountOptions, string]>([
    ['the lifetime', {}, {}, {}, 'public, max-age=600'],
    ['what is left of it', { initialAge: 50.5 }, {}, {}, 'public, max-age=549'],
    ['what is left of it by now', { since: now - 50_500 }, {}, {}, 'public, max-age=549'],
    ['nothing where none is left', { initialAge: 700 }, {}, {}, 'public, max-age=0'],
    ['it to browsers alone on a private mount', {}, {}, { visibility: 'private' }, 'private, max-age=600'],
    ['nothing to anybody where the origin says no-store', {}, { storage: 'no-store' }, {}, 'no-store'],
    ['nothing to anybody where the origin says private', {}, { storage: 'private' }, {}, 'no-store'],
    ["never the picture's immutable", {}, { immutable: true, staleIfError: 6 }, {}, 'public, max-age=600'],
  ])('gives %s', (_, freshness, told, mount, expected) => {
    expect(absentControl(lifetimeWith({ isVersioned: true }, freshness, told), now, mount)).toBe(expected);
  });

  it.each<readonly [string, Partial<Freshness>, browserTtl: number | undefined, isOutdated: boolean, string]>([
    ['browsers their own lifetime', { browserLifetime: 60 }, undefined, false, 'public, s-maxage=600, max-age=60'],
    ['browsers no more than ttl.browser', {}, 0, false, 'public, s-maxage=600, max-age=0'],
    ['browsers no more than what is left', { initialAge: 580 }, 60, false, 'public, max-age=20'],
    ['nobody anything once it is purged', {}, undefined, true, 'no-store'],
  ])('gives %s', (_, freshness, browserTtl, isOutdated, expected) => {
    expect(absentControl(lifetimeWith({ browserTtl, isOutdated }, freshness), now, {})).toBe(expected);
  });

  it('gives browsers alone their own lifetime on a private mount', () => {
    expect(absentControl(lifetimeWith({ browserTtl: 60 }), now, privately)).toBe('private, max-age=60');
  });
});
