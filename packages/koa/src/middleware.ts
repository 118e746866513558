import {
  checkMountOptions,
  createPurgeRoutes,
  type HttpResponse,
  type MountOptions,
  mountOf,
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
  return async function tintypeImages(context, next) {
    const onGone = (listener: () => void) => context.res.once('close', listener);
    await deliver(await images.handle({ ...toRequest(context, prefix), options, onGone }), context, next);
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

function toRequest(context: Context, prefix: string) {
  const { method, originalUrl, url, headers } = context;
  // Koa's path is parsed, and throws for some targets that are not ours: it is read only where somebody has mounted us.
  const mount = url === originalUrl ? '' : mountOf(originalUrl, context.path);
  return { method, target: originalUrl, mount: mount + prefix, headers };
}

async function deliver(answer: HttpResponse | undefined, context: Context, next: Next): Promise<void> {
  if (answer === undefined) {
    await next();
    return;
  }
  if (context.headerSent) {
    // A whole answer from above stands; a half-written one can only be cut off.
    if (!context.res.writableEnded) context.res.destroy();
    return;
  }
  context.status = answer.status;
  if (answer.body !== undefined) {
    // Koa knows Buffers; this is a view of the same bytes.
    const { buffer, byteOffset, byteLength } = answer.body;
    context.body = Buffer.from(buffer, byteOffset, byteLength);
  }
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name === 'vary') context.vary(value);
    else context.set(name, value);
  }
  // Koa takes the length off a 205, whatever it is told: only the end of the connection ends it then (RFC 9112 §6.3).
  if (answer.status === 205) context.set('connection', 'close');
  withholdCookies(context.res, answer);
}
