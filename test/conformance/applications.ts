import type { RequestListener } from 'node:http';
import type { Tintype } from '@tintype/core';
import * as forExpress from '@tintype/express';
import * as forKoa from '@tintype/koa';
import express from 'express';
import Koa from 'koa';
import { proxy, type Upstream } from './upstream.ts';

/** What the images are mounted in; `none`: nothing but a proxy without a cache. */
export type Framework = 'express' | 'koa' | 'none';

/** Where the images are mounted. */
export const mountPath = '/images';

/** Where the suite talks to its own origin, past the cache. */
const business = /^\/(?:config|state)\//;

/**
 * An application with images at a prefix.
 *
 * @param suite answers what the suite asks of itself.
 */
export const applications = {
  express(images, suite) {
    const app = express();
    const past = proxy(suite);
    app.use(mountPath, (request, response, next) => (business.test(request.url) ? past(request, response) : next()));
    app.use(mountPath, forExpress.serveImages(images));
    return app;
  },
  koa(images, suite) {
    const app = new Koa();
    const past = proxy(suite);
    app.use(async (context, next) => {
      if (!context.path.startsWith(mountPath) || !business.test(context.path.slice(mountPath.length))) return next();
      context.respond = false;
      context.req.url = context.url.slice(mountPath.length);
      return past(context.req, context.res);
    });
    app.use(forKoa.serveImages(images, { prefix: mountPath }));
    return app.callback();
  },
} satisfies Readonly<Record<string, (images: Tintype, suite: Upstream) => RequestListener>>;

/** A proxy at the prefix that keeps nothing. */
export function proxyAlone(origin: Upstream, suite: Upstream): RequestListener {
  const pass = proxy(origin);
  const past = proxy(suite);
  return (request, response) => {
    request.url = (request.url ?? '').slice(mountPath.length);
    if (business.test(request.url)) past(request, response);
    else pass(request, response);
  };
}
