// What a framework costs that writes the same bytes: no cache, no look at the request but for its condition.

import { Buffer } from 'node:buffer';
import express from 'express';
import Koa from 'koa';

function answerOf({ headers, body }) {
  const { age, ...fields } = headers;
  const whole = { ...fields, age };
  const { 'content-type': _type, 'content-length': _length, ...unchanged } = whole;
  return { whole, unchanged, body: Buffer.from(body, 'base64'), etag: headers.etag };
}

const isKnown = (request, etag) => request.headers['if-none-match'] === etag;

export const servers = {
  'node:http'(settings) {
    const { whole, unchanged, body, etag } = answerOf(settings);
    const listener = (request, response) => {
      if (isKnown(request, etag)) response.writeHead(304, unchanged).end();
      else response.writeHead(200, whole).end(body);
    };
    return { listener };
  },
  'Express, writeHead and end'(settings) {
    const { whole, unchanged, body, etag } = answerOf(settings);
    const app = express();
    app.use((request, response) => {
      if (isKnown(request, etag)) response.writeHead(304, unchanged).end();
      else response.writeHead(200, whole).end(body);
    });
    return { listener: app };
  },
  'Express, res.send'(settings) {
    const { whole, body } = answerOf(settings);
    const app = express();
    app.use((_request, response) => response.set(whole).send(body));
    return { listener: app };
  },
  'Koa, ctx.body'(settings) {
    const { whole, unchanged, body, etag } = answerOf(settings);
    const app = new Koa();
    app.use((context) => {
      if (isKnown(context.req, etag)) {
        context.status = 304;
        context.set(unchanged);
        return;
      }
      context.set(whole);
      context.body = body;
    });
    return { listener: app.callback() };
  },
};
