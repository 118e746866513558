import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTintype, type Tintype, web } from '@tintype/core';
import { applications, type Framework, mountPath, proxyAlone } from './applications.ts';
import { pictureOrigin, textClient } from './shims.ts';
import type { Upstream } from './upstream.ts';

/** What stands between the suite's client and its origin. */
export interface Setting {
  readonly framework: Framework;
  /** Texts as they are, or each in a picture that a derivative is made from. */
  readonly bodies: 'text' | 'picture';
}

/** Everything between the suite's client and its origin, on ports of its own. */
export interface Site extends AsyncDisposable {
  /** What the suite's client is to ask. */
  readonly baseUrl: string;
}

/** Fields of the suite's requests that its origin is to see, some because it varies by them. */
const forwarded = [
  ...['test-id', 'test-name', 'req-num'],
  ...['foo', 'bar', 'baz', 'abc', 'other', 'accept-language', 'authorization'],
];

/** Another format than the originals', and as lossless. */
const derivativeParameter = 'format=png';

/** Opens what a setting asks for in front of the suite's origin. */
export async function openSite({ framework, bodies }: Setting, suite: RequestListener): Promise<Site> {
  const servers: Server[] = [];
  const listen = async (listener: RequestListener): Promise<Upstream> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return { port: (server.address() as AddressInfo).port };
  };

  const suiteOrigin = await listen((request, response) => suite(request, closing(response)));
  const origin = bodies === 'text' ? suiteOrigin : await listen(pictureOrigin(suiteOrigin));
  const images = framework === 'none' ? undefined : createEndpoint(origin, bodies);
  const application = await listen(
    images === undefined || framework === 'none'
      ? proxyAlone(origin, suiteOrigin)
      : applications[framework](images, suiteOrigin),
  );
  const client = bodies === 'text' ? application : await listen(textClient(application, derivativeParameter));
  return {
    baseUrl: `http://127.0.0.1:${client.port}${mountPath}`,
    async [Symbol.asyncDispose]() {
      await images?.close();
      for (const server of servers) server.close().closeAllConnections();
    },
  };
}

function createEndpoint({ port }: Upstream, bodies: Setting['bodies']): Tintype {
  return createTintype({
    origin: web(`http://127.0.0.1:${port}`, { forward: forwarded, query: true }),
    passthrough: true,
    // No lifetime where the origin gives none (RFC 9111 §4.2.2), and old answers rather than errors (§4.2.4).
    ttl: { lifetime: 'heuristic', staleIfError: 60, targets: ['CDN-Cache-Control'] },
    ...(bodies === 'picture' ? { repeatFields: ['x-origin-*'] } : {}),
  });
}

/** Lets nothing follow an answer on its connection, whatever it says of that: one of the suite's is longer than it says. */
function closing(response: ServerResponse): ServerResponse {
  const { writeHead } = response;
  response.writeHead = (...given: unknown[]) => {
    response.appendHeader('connection', 'close');
    return Reflect.apply(writeHead, response, given);
  };
  return response;
}
