import {
  checkMountOptions,
  createPurgeRoutes,
  type HttpResponse,
  type MountOptions,
  type PurgeRoutesOptions,
  type Tintype,
  withholdCookies,
  writeAtOnce,
} from '@tintype/core';
import type { NextFunction, RequestHandler, Response } from 'express';

/**
 * Serves images below the path it is mounted on: `app.use('/images', serveImages(images))`.
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function serveImages(images: Tintype, options: MountOptions = {}): RequestHandler {
  checkMountOptions('serveImages', options);
  return function tintypeImages(request, response, next) {
    const { method, originalUrl: target, baseUrl: mount, headers } = request;
    const onGone = (listener: () => void) => (response.destroyed ? listener() : response.once('close', listener));
    const answer = images.handle({ method, target, mount, headers, options, onGone });
    // Express catches what is thrown, but Express 4 lets a rejection end the process: each of ours ends in `next`.
    if (answer instanceof Promise) answer.then((late) => deliver(late, response, next)).catch(next);
    else deliver(answer, response, next);
  };
}

/**
 * Mounts `POST /purge` and `GET /purge/:id` below the path it is mounted on. Without a credential the routes do not
 * exist.
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function purgeRoutes(images: Tintype, options: PurgeRoutesOptions): RequestHandler {
  const answerPurge = createPurgeRoutes(images, options);
  return function tintypePurge(request, response, next) {
    const { method, originalUrl: target, baseUrl: mount, headers, body: parsedBody } = request;
    answerPurge({ method, target, mount, headers, stream: request, parsedBody })
      .then((answer) => deliver(answer, response, next))
      .catch(next);
  };
}

function deliver(answer: HttpResponse | undefined, response: Response, next: NextFunction): void {
  if (answer === undefined) {
    next();
    return;
  }
  if (response.headersSent) {
    // A whole answer from above stands; a half-written one can only be cut off.
    if (!response.writableEnded) response.destroy();
    return;
  }
  if (writeAtOnce(response, answer)) return;
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name === 'vary') response.vary(value);
    else response.setHeader(name, value);
  }
  withholdCookies(response, answer);
  response.end(answer.body);
}
