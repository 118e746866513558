import { existsSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Fetch, type SeenAnswer, watchFetch } from './watched-fetch.ts';

/** How the folders of a copy of the suite are laid out: `client` up to release 0.4.5, `test-engine` since. */
export type Layout = 'client' | 'test-engine';

/** What a test asks for: what HTTP demands, what a good cache does, or only what this one does. */
export type Kind = 'required' | 'optimal' | 'check';

/** A test, as far as counting goes. */
export interface SuiteTest {
  readonly id: string;
  readonly kind: Kind;
  readonly dependsOn: readonly string[];
  readonly isForBrowsers: boolean;
}

/** What the suite says of a test: true, or the kind of the failure and its own words. */
export type Result = true | readonly [kind: string, words: string];

/** What came of a run, by the ids of the tests. */
export interface Outcome {
  readonly results: Results;
  /** What the suite's client was answered. */
  readonly answers: Readonly<Record<string, readonly SeenAnswer[]>>;
}

type Results = Readonly<Record<string, Result>>;

/** A copy of the suite. */
export interface Suite {
  readonly tests: readonly SuiteTest[];
  /** The origin that the suite asks its questions through: its configurations, its answers and what it saw. */
  readonly listener: RequestListener;
  /**
   * Runs tests against what answers at a URL. Once in a process: the suite keeps its results in its modules.
   *
   * @param only ids of tests; without it all are run.
   */
  run(baseUrl: string, only?: readonly string[]): Promise<Outcome>;
}

type Handler = (segments: readonly string[], request: IncomingMessage, response: ServerResponse) => void;

interface SuiteSet {
  readonly tests: readonly {
    readonly id: string;
    readonly kind?: Kind;
    readonly depends_on?: readonly string[];
    readonly browser_only?: boolean;
  }[];
}

interface OldRunner {
  runTests(sets: readonly SuiteSet[], fetch: Fetch, browser: boolean, baseUrl: string, chunk: number): Promise<void>;
  getResults(): Results;
}

interface NewRunner {
  runTests(sets: readonly SuiteSet[], browser: boolean, baseUrl: string, chunk: number): Promise<void>;
  getResults(): Results;
}

const nodeFetch = globalThis.fetch as Fetch;

/** Tests under way at once: most of their time they wait for something to become stale. */
const chunkSize = 100;

/** Questions of its client under way at once. */
const questions = 8;

/**
 * Which layout a copy of the suite has.
 *
 * @throws where there is no copy of it.
 */
export function layoutOf(directory: string): Layout {
  const layouts: readonly Layout[] = ['test-engine', 'client'];
  const layout = layouts.find((folder) => existsSync(join(directory, folder)));
  if (layout === undefined) throw new Error(`There is no HTTP cache conformance suite in ${directory}`);
  return layout;
}

/** Loads a copy of the suite into this process. */
export async function loadSuite(directory: string): Promise<Suite> {
  const layout = layoutOf(directory);
  const load = (file: string) => import(pathToFileURL(join(directory, file)).href);
  const engine = layout === 'client' ? '.' : layout;
  const sets = (await load('tests/index.mjs')).default as readonly SuiteSet[];
  const runner = await load(join(engine, 'client/runner.mjs'));
  return {
    tests: sets.flatMap(({ tests }) => tests).map(toTest),
    listener: dispatch({
      config: (await load(join(engine, 'server/handle-config.mjs'))).default,
      state: (await load(join(engine, 'server/handle-state.mjs'))).default,
      test: (await load(join(engine, 'server/handle-test.mjs'))).default,
    }),
    async run(baseUrl, only) {
      await warmUp(baseUrl);
      const run = only === undefined ? sets : sets.map((set) => selected(set, only));
      const { fetch, seen } = watchFetch(layout === 'client' ? await itsFetch(directory) : nodeFetch, questions);
      if (layout === 'client') await (runner as OldRunner).runTests(run, fetch, false, baseUrl, chunkSize);
      else {
        // It knows no other.
        Object.assign(globalThis, { fetch });
        await (runner as NewRunner).runTests(run, false, baseUrl, chunkSize);
      }
      return { results: runner.getResults(), answers: seen };
    },
  };
}

/** The first answer of a process takes its time: sharp is loaded, sockets are opened. No test is to wait for that. */
async function warmUp(baseUrl: string): Promise<void> {
  const requests = JSON.stringify([{ id: 'warm-up' }]);
  await globalThis.fetch(`${baseUrl}/config/warm-up`, { method: 'PUT', body: requests });
  await globalThis.fetch(`${baseUrl}/test/warm-up`, { headers: { 'req-num': '1' } });
}

function selected(set: SuiteSet, ids: readonly string[]): SuiteSet {
  return { ...set, tests: set.tests.filter(({ id }) => ids.includes(id)) };
}

function toTest({ id, kind, depends_on, browser_only }: SuiteSet['tests'][number]): SuiteTest {
  return { id, kind: kind ?? 'required', dependsOn: depends_on ?? [], isForBrowsers: browser_only === true };
}

function dispatch(handlers: Readonly<Record<string, Handler>>): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(`http://origin.invalid${request.url}`);
    const [name = '', ...segments] = pathname.slice(1).split('/');
    const handle = handlers[name];
    if (handle !== undefined) handle(segments, request, response);
    else response.writeHead(404).end();
  };
}

/**
 * What the old suite was written for: node-fetch 2, which sends what it is given. Node's own fetch obeys the `cache:
 * 'no-store'` that comes with each request and adds a Cache-Control and a Pragma that no test asked for; so without
 * node-fetch it is not told of that.
 */
async function itsFetch(directory: string): Promise<Fetch> {
  try {
    const path = createRequire(join(directory, 'client/runner.mjs')).resolve('node-fetch');
    return (await import(pathToFileURL(path).href)).default as Fetch;
  } catch {
    return (url, { cache: _, ...init } = {}) => nodeFetch(url, init);
  }
}
