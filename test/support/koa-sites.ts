import { once } from 'node:events';
import { purgeRoutes, serveImages } from '@tintype/koa';
import helmet from 'helmet';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import bodyParser from 'koa-bodyparser';
import compress from 'koa-compress';
import mount from 'koa-mount';
import session from 'koa-session';
import { type Above, type Adapter, type ImageMount, purgeMount, tooSlow } from './sites.ts';

/** The application's own answer to what nobody above it took. */
export const application: Middleware = (context) => {
  if (context.path === '/boom') throw new Error('the application broke in /srv/app');
  context.set({ 'x-answered-by': 'application', 'x-url': context.url });
  context.body = 'the application';
};

const errorHandler: Middleware = async (context, next) => {
  try {
    await next();
  } catch (error) {
    context.status = (error as { readonly status?: number }).status ?? 500;
    context.set('x-answered-by', 'error handler');
    context.body = 'handled';
  }
};

/** Takes something away from a request or adds something to it, then lets it go on. */
function before(act: (context: Koa.Context) => unknown): Middleware {
  return async (context, next) => {
    await act(context);
    await next();
  };
}

function afterwards(act: (context: Koa.Context) => unknown): Middleware {
  return async (context, next) => {
    await next();
    await act(context);
  };
}

const logIn = before(({ session }) => {
  if (session !== null) session.user = 'somebody';
});

function untouchable(request: object): void {
  for (const name of ['query', 'querystring', 'search']) {
    Object.defineProperty(request, name, {
      get: () => {
        throw new Error('somebody read the query');
      },
    });
  }
}

const middleware: Readonly<Record<Above, (app: Koa) => readonly Middleware[]>> = {
  'session for everybody': (app) => [session({ renew: true }, app), logIn],
  'rolling session': (app) => [session({ rolling: true }, app), logIn],
  'cookie session': () => [afterwards((context) => context.cookies.set('late', 'yes', { signed: true }))],
  'cookie set before': () => [before((context) => context.cookies.set('seen', 'yes'))],
  helmet: () => [before(({ req, res }) => new Promise((resolve) => helmet()(req, res, resolve)))],
  compression: () => [compress({ threshold: 0 })],
  'vary: origin': () => [before((context) => context.vary('Origin'))],
  'response time': () => [
    afterwards((context) => {
      const { status, body } = context;
      const seen = [status, context.response.get('content-type'), context.response.get('content-length')];
      context.set('x-seen', seen.join(' '));
      context.set('x-seen-body', Buffer.isBuffer(body) ? `${body.length} bytes` : typeof body);
    }),
  ],
  'access log': () => [afterwards((context) => context.set('x-client', context.ip))],
  'untouchable query': () => [before(({ request }) => untouchable(request))],
  'json parser': () => [bodyParser({ enableTypes: ['json'] })],
  'form parser': () => [bodyParser({ enableTypes: ['form'] })],
  'text parser': () => [bodyParser({ enableTypes: ['text'] })],
  'greedy reader': () => [before(({ req }) => once(req.resume(), 'end'))],
  impatient: () => [
    async (context, next) => {
      const answered = next();
      if (context.get('x-patience') !== '0') return answered;
      answered.catch(() => undefined);
      context.status = 503;
      context.body = tooSlow(context.headers);
      return undefined;
    },
  ],
  'half an answer': () => [
    before(({ res }) => {
      res.writeHead(200, { 'content-type': 'text/plain' });
      res.write('half');
    }),
  ],
  'throws afterwards': () => [
    afterwards(() => {
      throw new Error('the application broke in /srv/app');
    }),
  ],
};

function atMount({ images, at = '/img', within, options }: ImageMount): Middleware {
  const own = mount(at, serveImages(images, options));
  return within === undefined ? own : mount(within, own);
}

function atPrefix({ images, at = '/img', within, options }: ImageMount): Middleware {
  const own = serveImages(images, { ...options, prefix: at });
  return within === undefined ? own : mount(within, own);
}

/** The Koa adapter on a version of Koa, mounted by koa-mount or by its own prefix. */
export function koaAdapter(framework: typeof Koa, by: 'koa-mount' | 'prefix'): Adapter {
  return {
    serve({ above = [], mounts = [], purge }) {
      const app = new framework();
      app.keys = ['a key'];
      app.silent = true;
      for (const name of above) for (const each of middleware[name](app)) app.use(each);
      // Below them, so that what they throw themselves ends in Koa's own handler.
      app.use(errorHandler);
      for (const each of mounts) app.use(by === 'prefix' ? atPrefix(each) : atMount(each));
      if (purge !== undefined) {
        const { images, options } = purge;
        app.use(
          by === 'prefix'
            ? purgeRoutes(images, { ...options, prefix: purgeMount })
            : mount(purgeMount, purgeRoutes(images, options)),
        );
      }
      app.use(application);
      return app.callback();
    },
  };
}
