import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { HttpResponse } from '../http/message.ts';
import { writeAtOnce } from '../http/node-response.ts';
import type { Tintype } from './engine.ts';

/** A request as servers of Node give it. */
export type InFrontRequest = IncomingMessage | Http2ServerRequest;

/** A response as servers of Node give it. */
export type InFrontResponse = ServerResponse | Http2ServerResponse;

/**
 * Answers hits in memory before the application sees them: `createServer(inFront(images, app))`. Which URLs are ours, and
 * by which options, it learns from the application, whose `serveImages` answers each URL first. Everything else goes on
 * to the application untouched.
 *
 * It stands where a shared cache would: nothing that the application has above `serveImages` is asked before a hit is
 * answered, a login among it. Mounts with `visibility: 'private'` are left to the application.
 *
 * @param app what would be handed to `createServer`: an Express application, `app.callback()` of Koa, or a function.
 */
export function inFront<Request extends InFrontRequest, Response extends InFrontResponse>(
  images: Pick<Tintype, 'hit'>,
  app: (request: Request, response: Response) => unknown,
): (request: Request, response: Response) => void {
  return function tintypeInFront(request, response) {
    const { method = '', url: target = '', headers } = request;
    const answer = images.hit({ method, target, headers });
    if (answer === undefined || !isWritten(response, answer)) app(request, response);
  };
}

/** Whether an answer went out. Nobody above would catch what is thrown here: the application's own way fails as it will. */
function isWritten(response: InFrontResponse, answer: HttpResponse): boolean {
  try {
    if (!writeAtOnce(response, answer)) write(response, answer);
  } catch {
    return response.headersSent;
  }
  return true;
}

/** The way for HTTP/2, and for what somebody has changed of Node's own. */
function write(response: InFrontResponse, { status, headers, body }: HttpResponse): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) response.end();
  else response.end(body);
}
