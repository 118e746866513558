// tintype on each framework, with pictures from memory: an origin that takes no time.

import { readFileSync } from 'node:fs';
import { serveImages as serveExpress } from '@tintype/express';
import { createTintype, inFront, serveImages as serveKoa } from '@tintype/koa';
import express from 'express';
import Koa from 'koa';

const prefix = '/images';

/** An endpoint on files that are read once. */
function open({ pictures, options }) {
  const originals = new Map(Object.entries(pictures).map(([path, file]) => [path, readFileSync(file)]));
  return createTintype({ origin: { name: 'bench', read: (path) => originals.get(path) }, ...options });
}

const onExpress = (images) => {
  const app = express();
  app.use(prefix, serveExpress(images));
  return app;
};

const onKoa = (images) => new Koa().use(serveKoa(images, { prefix })).callback();

/** An application that knows no framework. */
const onNode = (images) => async (request, response) => {
  const { method, url: target, headers } = request;
  const answer = await images.handle({ method, target, mount: prefix, headers });
  response.writeHead(answer.status, answer.headers).end(answer.body);
};

export const servers = {
  'tintype in front'(settings) {
    const images = open(settings);
    return { images, listener: inFront(images, onNode(images)) };
  },
  'tintype in front of Express'(settings) {
    const images = open(settings);
    return { images, listener: inFront(images, onExpress(images)) };
  },
  'tintype in front of Koa'(settings) {
    const images = open(settings);
    return { images, listener: inFront(images, onKoa(images)) };
  },
  'tintype on Express'(settings) {
    const images = open(settings);
    return { images, listener: onExpress(images) };
  },
  'tintype on Koa'(settings) {
    const images = open(settings);
    return { images, listener: onKoa(images) };
  },
};
