import type { Setting } from './site.ts';
import type { Layout } from './suite.ts';

/** Tests of the suite that do not apply, or whose demand is no longer one. */
export interface Exemption {
  /** Matches the whole id of each of them. */
  readonly ids: RegExp;
  readonly reason: string;
  /** In which copies of the suite there are such tests. @default in all */
  readonly layouts?: readonly Layout[];
}

/** What is asked of other things than a cache of images for many users that answers GET and HEAD. */
const inapplicable: readonly Exemption[] = [
  {
    ids: /cc-resp-private-private|cc-resp-immutable-(fresh|stale)|freshness-max-age-s-maxage-private(-multiple)?/,
    reason: 'Asked of the caches of browsers alone.',
  },
  { ids: /method-POST/, reason: 'Images are not made by POST: it is answered 405.' },
  {
    ids: /vary-normalise-lang-(order|case|space|select)/,
    reason: 'Images have no language: Accept-Language is compared as any other field is, not understood.',
  },
  {
    ids: /partial-store-partial-(reuse-partial(-byterange|-absent|-suffix)?|complete)/,
    reason: 'Origins are asked for whole originals only; a 206 is neither stored nor completed.',
  },
  {
    ids: /(headers-store|304-etag-update-response)-Set-Cookie2?|other-set-cookie/,
    reason: 'A cookie is for one user: none is kept, nor repeated to others.',
  },
  {
    ids: /invalidate-(POST|PUT|DELETE|M-SEARCH)(-failed|-location|-cl)?/,
    reason: 'Unsafe methods are answered 405, so that none invalidates: that is what purging is for.',
  },
  {
    ids: /interim-(102|103|not-cached|no-header-reuse)/,
    layouts: ['test-engine'],
    reason: 'Answers come from the engine whole: a 1xx of the origin ends there.',
  },
];

/** What derivatives cannot be asked besides. */
const inapplicableToPictures: readonly Exemption[] = [
  {
    ids: /partial-store-complete-reuse-partial(-no-last|-suffix)?|partial-use(-stored)?-headers/,
    reason: 'A range of a picture holds bytes of the picture, not of the text in it.',
  },
  {
    ids: /headers-store-Content-Length/,
    reason: 'A derivative has a length of its own; that of the text is stated by whoever reads it out.',
  },
];

/** The tests that do not apply to a setting, in a copy of the suite. */
export function exemptionsOf({ bodies }: Pick<Setting, 'bodies'>, layout: Layout): readonly Exemption[] {
  const all = bodies === 'text' ? inapplicable : [...inapplicable, ...inapplicableToPictures];
  return all.filter(({ layouts }) => layouts === undefined || layouts.includes(layout));
}

/** Whether an exemption is about a test. */
export function covers({ ids }: Exemption, id: string): boolean {
  return new RegExp(`^(?:${ids.source})$`).test(id);
}
