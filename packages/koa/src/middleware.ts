import {
  checkMountOptions,
  createPurgeRoutes,
  type HttpRequest,
  type HttpResponse,
  type MountOptions,
  mountOf as mountLeftBy,
  type PurgeRoutesOptions,
  type Tintype,
  withholdCookies,
} from '@tintype/core';
import type { Context, Middleware, Next } from 'koa';

/** Where the middleware answers, below whatever koa-mount has taken already. */
interface PrefixOption {
  /** Such as `/images`. @default '' */
  readonly prefix?: string;
}

/** Options of {@link serveImages}. */
export interface KoaMountOptions extends MountOptions, PrefixOption {}

/** Options of {@link purgeRoutes}. */
export interface KoaPurgeOptions extends PurgeRoutesOptions, PrefixOption {}

/**
 * Serves images below a prefix: `app.use(serveImages(images, { prefix: '/images' }))`, or with koa-mount
 * `app.use(mount('/images', serveImages(images)))`.
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function serveImages(images: Tintype, { prefix = '', ...options }: KoaMountOptions = {}): Middleware {
  checkPrefix('serveImages', prefix);
  checkMountOptions('serveImages', options);
  return function tintypeImages(context, next) {
    const { res: response } = context;
    const onGone = (listener: () => void) => (response.destroyed ? listener() : response.once('close', listener));
    const answer = images.handle(toRequest(context, prefix, options, onGone));
    // A hit is there at once, and Koa waits for nothing then.
    return answer instanceof Promise
      ? answer.then((late) => deliver(late, context, next))
      : deliver(answer, context, next);
  };
}

/**
 * Mounts `POST /purge` and `GET /purge/:id` below a prefix. Without a credential the routes do not exist.
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function purgeRoutes(images: Tintype, { prefix = '', ...options }: KoaPurgeOptions): Middleware {
  checkPrefix('purgeRoutes', prefix);
  const answerPurge = createPurgeRoutes(images, options);
  return async function tintypePurge(context, next) {
    // koa-bodyparser and koa-body leave what they read here.
    const parsedBody = (context.request as { readonly body?: unknown }).body;
    await deliver(await answerPurge({ ...toRequest(context, prefix), stream: context.req, parsedBody }), context, next);
  };
}

function checkPrefix(where: string, prefix: unknown): void {
  if (prefix === '' || (typeof prefix === 'string' && /^\/.*[^/]$/.test(prefix))) return;
  throw new TypeError(`Expected a path such as "/images" for ${where}.prefix but received ${JSON.stringify(prefix)}`);
}

function toRequest(
  context: Context,
  prefix: string,
  options: MountOptions = {},
  onGone?: HttpRequest['onGone'],
): HttpRequest {
  const { originalUrl: target, req } = context;
  return { method: req.method ?? '', target, mount: mountOf(context) + prefix, headers: req.headers, options, onGone };
}

function mountOf({ url, originalUrl, request }: Context): string {
  // Koa's path is parsed, and throws for some targets that are not ours: it is read only where somebody has mounted us.
  return url === originalUrl ? '' : mountLeftBy(originalUrl, request.path);
}

function deliver(answer: HttpResponse | undefined, context: Context, next: Next): Promise<void> | undefined {
  if (answer === undefined) return next();
  const { res: response } = context;
  if (context.headerSent) {
    // A whole answer from above stands; a half-written one can only be cut off.
    if (!response.writableEnded) response.destroy();
    return undefined;
  }
  context.status = answer.status;
  // Before the body, whose type and length Koa would guess.
  for (const name in answer.headers) {
    const value = answer.headers[name] ?? '';
    if (name === 'vary' && response.hasHeader('vary')) context.vary(value);
    else response.setHeader(name, value);
  }
  if (answer.body !== undefined) context.body = toBuffer(answer.body);
  // Koa takes the length off a 205, whatever it is told: only the end of the connection ends it then (RFC 9112 §6.3).
  if (answer.status === 205) response.setHeader('connection', 'close');
  withholdCookies(response, answer);
  return undefined;
}

/** Koa knows Buffers alone; this is a view of the same bytes. */
function toBuffer(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
