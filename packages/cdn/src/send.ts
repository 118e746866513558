import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { delayBefore } from './delay.ts';
import type { TimeLeft } from './edge.ts';

/** A request to the API of a CDN, or to a proxy. */
export interface EdgeRequest {
  readonly method: 'GET' | 'POST' | 'PURGE' | 'BAN';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What an answer means: it is done, it may be tried again, or it is refused for a reason. */
export type Verdict = 'done' | 'again' | { readonly refused: string };

/** How a request is sent. */
export interface Sending {
  /** Makes the request, anew for each attempt: signatures hold a time. */
  prepare(): EdgeRequest | Promise<EdgeRequest>;
  /**
   * Says what an answer means.
   *
   * @default {@link verdictOf} its status
   */
  judge?(status: number, body: string): Verdict;
  readonly time: TimeLeft;
}

/** Attempts of one request. */
const attempts = 6;
/** Milliseconds that one attempt may take. */
const attemptLimit = 10_000;

/**
 * Sends a request until it is done, with growing pauses, or those that the answers ask for.
 *
 * @throws Error that tells the last answer, and nothing of what was sent.
 */
export async function send({ prepare, judge = verdictOf, time }: Sending): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(await prepare(), judge, time.signal);
    if (outcome === undefined) return;
    const { reason, isFinal, retryAfter } = outcome;
    if (isFinal || attempt === attempts) throw new Error(attempt === 1 ? reason : `${reason}, at attempt ${attempt}`);
    const delay = delayBefore(attempt, retryAfter);
    if (performance.now() + delay >= time.end) throw new Error(`${reason}, at attempt ${attempt}: no time for another`);
    await pause(delay, undefined, { signal: time.signal });
  }
}

interface Failed {
  readonly reason: string;
  readonly isFinal: boolean;
  readonly retryAfter: string | undefined;
}

async function attemptOnce(
  { url, ...sent }: EdgeRequest,
  judge: NonNullable<Sending['judge']>,
  signal: AbortSignal,
): Promise<Failed | undefined> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(attemptLimit)]);
  try {
    // Not by fetch(), which sends no Host of ours. Redirects are not followed: they would carry credentials elsewhere.
    const { statusCode, headers, body } = await request(url, { ...sent, signal: limited });
    const verdict = judge(statusCode, await body.text());
    if (verdict === 'done') return undefined;
    const isFinal = verdict !== 'again';
    const reason = isFinal ? verdict.refused : `answered ${statusCode}`;
    return { reason, isFinal, retryAfter: [headers['retry-after']].flat()[0] };
  } catch (error) {
    return { reason: `no answer (${codeOf(error)})`, isFinal: signal.aborted, retryAfter: undefined };
  }
}

/** What a status means where nothing else is known. */
export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'done';
  if (status === 408 || status === 429 || status >= 500) return 'again';
  const followed = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  return { refused: `answered ${status}${followed}` };
}

/** Why there was no answer: the code of the system's error, or its name. Messages may show what was sent. */
function codeOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return String(typeof code === 'string' ? code : name);
}
