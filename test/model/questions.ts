import type { PurgeOptions, PurgeRequest } from '@tintype/core';
import type { Random } from './random.ts';
import type { Source } from './source.ts';

/** A request, and the originals that its answer is made from: its own, then the one laid over it. */
export interface Question {
  readonly target: string;
  readonly inputs: readonly string[];
}

/** A purge, and what it reaches of a source. */
export interface Order {
  readonly request: PurgeRequest;
  readonly options: PurgeOptions;
  readonly paths: readonly string[];
}

/** The target of a composite: its own original shows in the last pixel, the one laid over it in the first. */
export function compositeOf(path: string, overlay: string, query = ''): string {
  return `${path}?overlay=${overlay}&overlay-w=2&overlay-position=left%20top${query}`;
}

/** A request for anything that a source can be asked for. */
export function randomQuestion(random: Random, { paths }: Source): Question {
  const path = random.pick(paths);
  const query = [random.pick(['', 'w=8', 'w=16', 'w=4']), random.pick(['', '', '', 'v=a', 'v=b'])]
    .filter((each) => each !== '')
    .map((each) => `&${each}`)
    .join('');
  if (random.chance(0.6)) return { target: `${path}?${query.slice(1)}`, inputs: [path] };
  const overlay = random.pick(paths);
  return { target: compositeOf(path, overlay, query), inputs: [path, overlay] };
}

/** A purge of any kind, in any mode. */
export function randomOrder(random: Random, { paths, tagged }: Source): Order {
  const mode = random.pick([
    'revalidate',
    'revalidate',
    'revalidate',
    'soft',
    'soft',
    'soft',
    'force',
    'takedown',
  ] as const);
  const options = { mode, wait: random.chance(0.1) ? 'all' : true } as const;
  const kind = random.fraction();
  if (kind < 0.03) return { request: { all: true }, options, paths };
  const path = random.pick(paths);
  if (kind < 0.15) {
    const prefix = path.slice(0, 1 + random.below(path.length));
    const request = random.pick<PurgeRequest>([`${prefix}*`, { prefix: `${prefix}*` }]);
    return { request, options, paths: paths.filter((each) => each.startsWith(prefix)) };
  }
  if (kind < 0.25) {
    const [tag, reached] = random.pick([...tagged] as [[string, readonly string[]]]);
    return { request: { tag }, options, paths: reached };
  }
  const verify = mode !== 'takedown' && random.chance(0.1);
  return { request: randomSpelling(random, path), options: { ...options, verify }, paths: [path] };
}

function randomSpelling(random: Random, path: string): PurgeRequest {
  const url = `https://pictures.example${path}?w=8`;
  return random.pick<PurgeRequest>([path, { path }, `${path}?w=8`, path.replace('.png', '%2Epng'), { url }]);
}
