import { createEdge, type Edge, type EdgeOptions, type EdgeTask } from './edge.ts';
import { type ListedUrls, listedExpectations, listedOf } from './listed-urls.ts';
import { removeByKeys } from './nginx-files.ts';
import { checkEdgeOptions, common, matching, toBases } from './options.ts';
import { type EdgeRequest, send, type Verdict, verdictOf } from './send.ts';

/** Options of {@link nginx}: the directory of its cache, or the location that purges. */
export interface NginxOptions extends EdgeOptions {
  /**
   * The directory of `proxy_cache_path`, on this machine, of which this process may read and delete files: every file is
   * looked at in each purge, and deleted where it is made from what was purged. This alone reaches everything.
   */
  readonly directory?: string | undefined;
  /** Removes exactly these URLs by the module ngx_cache_purge. */
  readonly byUrl?: NginxByUrl | undefined;
}

/** How nginx is purged by URL. */
export interface NginxByUrl extends ListedUrls {
  /** The location of `proxy_cache_purge`, such as `http://127.0.0.1:8080/purge`; or those of several servers. */
  readonly locations: string | URL | readonly (string | URL)[];
}

/**
 * One for each class of clients: what the module removes is one of the answers to a URL, and pictures whose format is
 * negotiated have up to four.
 */
const accepts = ['image/avif,image/webp', 'image/avif', 'image/webp', '*/*'];

/**
 * nginx, with the configuration of docs/cdn.md. A soft purge is a whole one: it knows no other.
 *
 * @throws TypeError where an option is wrong.
 */
export function nginx(options: NginxOptions): Edge {
  checkEdgeOptions('nginx', options, { directory: matching('a directory', /./), byUrl: common.looked }, []);
  const { directory, byUrl } = options;
  if (directory !== undefined && byUrl === undefined) {
    // Its buffer for all fields of an answer is a page of memory: proxy_buffer_size.
    const field = { header: 'surrogate-key', maxBytes: 2000 };
    return createEdge('nginx', [field], options, ({ keys }) => [
      { name: directory, run: ({ signal }) => removeByKeys(directory, field.header, keys, signal) },
    ]);
  }
  if (directory !== undefined || byUrl === undefined)
    throw new TypeError('Expected either nginx.directory or nginx.byUrl');
  checkEdgeOptions('nginx.byUrl', byUrl, { locations: common.looked, ...listedExpectations }, [
    'locations',
    'queries',
    'overlays',
  ]);
  const locations = toBases('nginx.byUrl.locations', byUrl.locations);

  return createEdge('nginx', [], options, (purged) => {
    const targets = listedOf(purged, byUrl);
    return locations.flatMap((location) =>
      targets.flatMap((target) => accepts.map((accept) => toTask(location, target, accept))),
    );
  });
}

function toTask(location: string, target: string, accept: string): EdgeTask {
  const request: EdgeRequest = { method: 'GET', url: location + target, headers: { accept } };
  return { name: new URL(location).host, run: (time) => send({ prepare: () => request, judge: judgeAnswer, time }) };
}

/** What is not there is purged; so says the module with a 404, or a 412 from version 2.5 on. Its 200 tells what it is. */
function judgeAnswer(status: number, body: string): Verdict {
  if (status === 404 || status === 412) return 'done';
  if (status === 200 && !/purge/i.test(body)) return { refused: 'answered 200, but not as a location that purges' };
  return verdictOf(status);
}
