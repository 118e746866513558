import { createRequire } from 'node:module';
import { purgeRoutes, serveImages } from '@tintype/express';
import compression from 'compression';
import cookieSession from 'cookie-session';
import type express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import session from 'express-session';
import helmet from 'helmet';
import { type Above, type Adapter, purgeMount, tooSlow } from './sites.ts';

// The very library that response-time and compression listen with.
const require = createRequire(import.meta.url);
const onHeaders: (response: object, listener: () => void) => void = createRequire(require.resolve('compression'))(
  'on-headers',
);

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

/** The application's own answer to what nobody above it took. */
export const application: RequestHandler = (request, response) => {
  if (request.path === '/boom') throw new Error('the application broke in /srv/app');
  response.set({ 'x-answered-by': 'application', 'x-url': request.url }).send('the application');
};

// Express knows an error handler by its four parameters.
export const errorHandler: ErrorRequestHandler = (error, _request, response, _next) => {
  if (response.headersSent) return;
  response
    .status(error.status ?? 500)
    .set('x-answered-by', 'error handler')
    .send('handled');
};

const sessionOptions = { secret: 'a secret', resave: false, saveUninitialized: true };

const logIn: RequestHandler = (request, _response, next) => {
  request.session.user = 'somebody';
  next();
};

function middlewareOf(framework: typeof express): Readonly<Record<Above, readonly RequestHandler[]>> {
  return {
    'session for everybody': [session(sessionOptions)],
    'rolling session': [session({ ...sessionOptions, resave: true, rolling: true }), logIn],
    'cookie session': [cookieSession({ name: 'cookie-session', secret: 'a secret' }), logIn as RequestHandler],
    'cookie set before': [
      (_request, response, next) => {
        response.cookie('seen', 'yes');
        next();
      },
    ],
    helmet: [helmet()],
    compression: [compression({ threshold: 0 })],
    'vary: origin': [
      (_request, response, next) => {
        response.vary('Origin');
        next();
      },
    ],
    'response time': [
      (_request, response, next) => {
        onHeaders(response, () => {
          const seen = [response.statusCode, response.get('content-type'), response.get('content-length')];
          response.set('x-seen', seen.join(' '));
        });
        next();
      },
    ],
    'access log': [
      (request, response, next) => {
        onHeaders(response, () => response.set('x-client', request.socket.remoteAddress));
        next();
      },
    ],
    'untouchable query': [
      (request, _response, next) => {
        Object.defineProperty(request, 'query', {
          get: () => {
            throw new Error('somebody read the query');
          },
        });
        next();
      },
    ],
    'json parser': [framework.json()],
    'form parser': [framework.urlencoded({ extended: false })],
    'text parser': [framework.text({ type: '*/*' })],
    'greedy reader': [
      (request, _response, next) => {
        request.resume().once('end', () => next());
      },
    ],
    impatient: [
      (request, response, next) => {
        next();
        if (request.headers['x-patience'] === '0') response.status(503).send(tooSlow(request.headers));
      },
    ],
    'half an answer': [
      (_request, response, next) => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write('half');
        next();
      },
    ],
    'throws afterwards': [
      (_request, _response, next) => {
        next();
        throw new Error('the application broke in /srv/app');
      },
    ],
  };
}

/** The Express adapter on a version of Express. */
export function expressAdapter(framework: typeof express): Adapter {
  const middleware = middlewareOf(framework);
  return {
    serve({ above = [], mounts = [], purge }) {
      const app = framework();
      app.disable('x-powered-by');
      for (const name of above) app.use(...middleware[name]);
      for (const { images, at = '/img', within, options } of mounts) {
        const router = within === undefined ? app : framework.Router();
        router.use(at, serveImages(images, options));
        if (within !== undefined) app.use(within, router);
      }
      if (purge !== undefined) app.use(purgeMount, purgeRoutes(purge.images, purge.options));
      app.use(application, errorHandler);
      return app;
    },
  };
}
