import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { inFront, type Tintype } from '@tintype/core';
import type { Adapter, ImageMount } from './sites.ts';

/** An adapter with hits answered in front of its applications, which counts the requests that get through to them. */
export interface Fronted extends Adapter {
  readonly passed: () => number;
}

/** Puts the endpoints of all mounts in front of what an adapter serves. */
export function fronted(adapter: Adapter): Fronted {
  let passed = 0;
  return {
    passed: () => passed,
    serve(site) {
      const app = adapter.serve(site);
      const counted: RequestListener = (request, response) => {
        passed++;
        app(request, response);
      };
      // By what stands above us hits would go by.
      if (site.above !== undefined) return counted;
      return endpointsOf(site.mounts).reduce<RequestListener>((listener, images) => inFront(images, listener), counted);
    },
  };
}

const endpointsOf = (mounts: readonly ImageMount[] = []): readonly Tintype[] => [
  ...new Set(mounts.map(({ images }) => images)),
];

/** An application without a framework, with endpoints at paths of their own. */
export const nodeAdapter: Adapter = {
  serve({ mounts = [] }) {
    return (request, response) => {
      const at = mounts.find(({ at: path = '/img' }) => request.url?.startsWith(`${path}/`));
      if (at === undefined) echo(request, response);
      else void answer(at, request, response);
    };
  },
};

async function answer(
  { images, at = '/img', options = {} }: ImageMount,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { method = '', url: target = '', headers } = request;
  const given = await images.handle({ method, target, mount: at, headers, options });
  if (given === undefined) echo(request, response);
  else response.writeHead(given.status, given.headers).end(given.body);
}

/** Answers with what it was sent, so that a body that somebody else has read would be missed. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('x-answered-by', 'application');
  response.setHeader('x-url', request.url ?? '');
  request.pipe(response);
}
