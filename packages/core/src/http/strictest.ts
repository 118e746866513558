import { ageOf, type Freshness } from './freshness.ts';
import type { Storage, Told } from './told.ts';

type OneOrMore<T> = readonly [T, ...T[]];

/** The freshness of what is made from several originals: as fresh as the one with the least left, as open as the closest. */
export function strictestOf(all: OneOrMore<Freshness>, now: number): Freshness {
  const [own] = all;
  if (all.length === 1) return own;
  const age = ageOf(own, now);
  const left = (lifetime: (freshness: Freshness) => number): number =>
    Math.min(...all.map((freshness) => lifetime(freshness) - ageOf(freshness, now)));
  return {
    lifetime: age + left((freshness) => freshness.lifetime),
    sharedLifetime: age + left((freshness) => freshness.sharedLifetime),
    browserLifetime: age + left((freshness) => freshness.browserLifetime),
    initialAge: age,
    since: now,
    storage: closest(all.map(({ storage }) => storage)),
    validate: all.some(({ validate }) => validate),
    staleWhileRevalidate: Math.min(...all.map(({ staleWhileRevalidate }) => staleWhileRevalidate)),
    staleIfError: Math.min(...all.map(({ staleIfError }) => staleIfError)),
    told: strictestTold(all.map(({ told }) => told)),
  };
}

function strictestTold(all: readonly Told[]): Told {
  const least = (seconds: (told: Told) => number | undefined): number | undefined => {
    const said = all.map(seconds);
    return said.includes(undefined) ? undefined : Math.min(...(said as number[]));
  };
  return {
    storage: closest(all.map(({ storage }) => storage)),
    validate: all.some(({ validate }) => validate),
    mustRevalidate: all.some(({ mustRevalidate }) => mustRevalidate),
    immutable: all.every(({ immutable }) => immutable),
    noTransform: all.some(({ noTransform }) => noTransform),
    staleWhileRevalidate: least((told) => told.staleWhileRevalidate),
    staleIfError: least((told) => told.staleIfError),
    isVerbatim: false,
  };
}

function closest(all: readonly Storage[]): Storage {
  return (['no-store', 'private'] as const).find((storage) => all.includes(storage)) ?? 'public';
}
