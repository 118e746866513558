/** What the suite's client is given for `fetch`, as far as it uses it; `cache` is for browsers. */
export type Fetch = (url: string, init?: FetchInit) => Promise<FetchedAnswer>;

interface FetchInit {
  readonly cache?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

interface FetchedAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** An answer that a test got. */
export interface SeenAnswer {
  readonly status: number;
  /** Which of the questions that reached the origin it answers; null where the origin gave none. */
  readonly number: string | null;
}

/** A fetch, and what it has seen. */
export interface WatchedFetch {
  readonly fetch: Fetch;
  /** By the ids of the tests, in the order in which they came. */
  readonly seen: Readonly<Record<string, readonly SeenAnswer[]>>;
}

/**
 * A fetch with few questions under way at once. The others wait before they are sent, and those of tests that have begun
 * go first: in a crowd answers would be seconds old when they come, and what is fresh for two seconds stale before it is
 * asked for again.
 */
export function watchFetch(fetch: Fetch, atOnce: number): WatchedFetch {
  const seen: Record<string, SeenAnswer[]> = {};
  const waiting: { readonly step: number; readonly go: () => void }[] = [];
  let free = atOnce;

  const begin = (step: number): Promise<void> | undefined => {
    if (free-- > 0) return undefined;
    return new Promise((go) => {
      const at = waiting.findIndex((each) => each.step < step);
      waiting.splice(at === -1 ? waiting.length : at, 0, { step, go });
    });
  };

  return {
    seen,
    async fetch(url, init) {
      const field = (name: string): string | undefined => init?.headers?.find(([each]) => each === name)?.[1];
      await begin(Number(field('Req-Num') ?? 0));
      try {
        const answer = await fetch(url, init);
        const id = field('Test-ID');
        if (id !== undefined) {
          seen[id] ??= [];
          seen[id].push({ status: answer.status, number: answer.headers.get('server-request-count') });
        }
        return answer;
      } finally {
        free++;
        waiting.shift()?.go();
      }
    },
  };
}
