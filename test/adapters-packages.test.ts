import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { folder } from '@tintype/core';
import express from 'express';
import express4 from 'express4';
import Koa from 'koa';
import Koa2 from 'koa2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { essential } from './contracts/adapter-answers.ts';
import { openEngine } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import { makePictures, type Pictures } from './support/pictures.ts';
import { open } from './support/sites.ts';

const root = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

let pictures: Pictures;
beforeAll(async () => {
  pictures = await makePictures();
});
afterAll(() => pictures.remove());

describe('all adapters', () => {
  const adapters = [
    expressAdapter(express),
    expressAdapter(express4),
    koaAdapter(Koa, 'koa-mount'),
    koaAdapter(Koa, 'prefix'),
    koaAdapter(Koa2, 'koa-mount'),
    koaAdapter(Koa2, 'prefix'),
  ];

  it.each([
    ['GET', '/img/photo.jpg?w=40&format=auto', { accept: 'image/webp' }],
    ['GET', '/img/photo.jpg?w=40&format=auto', { accept: 'image/webp', 'if-none-match': '*' }],
    ['HEAD', '/img/logo.png?w=20', {}],
    ['GET', '/img/spinner.gif', {}],
    ['GET', '/img/none.jpg', {}],
    ['GET', '/img/photo.jpg?w=x', {}],
    ['OPTIONS', '/img/photo.jpg', {}],
    ['POST', '/img/photo.jpg', {}],
  ])('answer %s %s with %j alike, hit and miss', async (method, path, headers) => {
    const clock = { now: () => Date.parse('2026-11-20T12:00:00Z') };
    const answers = [];
    for (const adapter of adapters) {
      // Each with an endpoint of its own: agreement comes from what the pictures are, not from a shared memory.
      const images = openEngine({ origin: folder(pictures.root), clock });
      const { send } = await open(adapter, { mounts: [{ images }] });
      answers.push(await send(method, path, { headers }), await send(method, path, { headers }));
    }
    const [first, ...others] = answers.map(({ status, headers: fields, body }) => ({
      status,
      fields: essential(fields),
      body: body.toString('base64'),
    }));
    expect(others).toHaveLength(11);
    for (const other of others) expect(other).toEqual(first);
  });
});

describe('the packages as built', () => {
  beforeAll(async () => {
    await run(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/express', 'packages/koa'], { cwd: root });
  });

  /** Runs CommonJS in a process of its own and gives what it prints. */
  const evaluate = async (script: string): Promise<string> => {
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '-e', script], {
      cwd: join(root, 'test'),
      env: { ...process.env, PICTURES: pictures.root },
    });
    return stdout.trim();
  };

  const serving = {
    express: `
      const app = require('express')();
      app.use('/img', serveImages(images));
      const server = require('node:http').createServer(app);`,
    koa: `
      const app = new (require('koa'))();
      app.use(serveImages(images, { prefix: '/img' }));
      const server = require('node:http').createServer(app.callback());`,
  } as const;

  it.each(Object.entries(serving))('serves pictures from CommonJS with @tintype/%s', async (name, serve) => {
    const printed = await evaluate(`
      const { createTintype, folder, serveImages } = require('@tintype/${name}');
      const images = createTintype({ origin: folder(process.env.PICTURES) });
      ${serve}
      server.listen(0, async () => {
        const answer = await fetch('http://127.0.0.1:' + server.address().port + '/img/photo.jpg?w=40&format=webp');
        const { format, width } = await require('sharp')(await answer.arrayBuffer()).metadata();
        console.log(answer.status, format, width);
        server.closeAllConnections();
        server.close();
        await images.close();
      });`);
    expect(printed).toBe('200 webp 40');
  });

  it('is one core, whichever package it is required from, and imported', async () => {
    const printed = await evaluate(`
      const core = require('@tintype/core');
      const names = ['createTintype', 'folder', 'web', 'firstOf', 'files', 'memory', 'keyv', 'native', 'TintypeError'];
      const packages = [require('@tintype/express'), require('@tintype/koa')];
      const isOne = packages.every((each) => names.every((name) => each[name] !== undefined && each[name] === core[name]));
      import('@tintype/core').then((imported) => console.log(isOne, imported.TintypeError === core.TintypeError));`);
    expect(printed).toBe('true true');
  });

  it.each(['express', 'koa'])('exports from @tintype/%s what its source names', async (name) => {
    const [printed, wanted] = await Promise.all([
      evaluate(`console.log(Object.keys(require('@tintype/${name}')).sort().join())`),
      import(`../packages/${name}/src/index.ts`).then((all) => Object.keys(all).sort().join()),
    ]);
    expect(printed).toBe(wanted);
  });

  const outlive = (express: string, handle: string) =>
    evaluate(`
      const { createTintype, serveImages } = require('@tintype/express');
      const app = require('${express}')();
      app.use('/img', serveImages(${handle}));
      app.use((error, request, response, next) => response.status(500).send('handled'));
      const server = require('node:http').createServer(app).listen(0, async () => {
        const answer = await fetch('http://127.0.0.1:' + server.address().port + '/img/photo.jpg');
        setTimeout(() => {
          console.log(answer.status, 'and alive');
          server.closeAllConnections();
          server.close();
        }, 150);
      });`);

  it.each(['express', 'express4'])('never ends a process of %s, whatever an engine does', async (framework) => {
    expect(await outlive(framework, "{ handle: () => { throw new Error('at once'); } }")).toBe('500 and alive');
    expect(await outlive(framework, "{ handle: async () => { throw new Error('later'); } }")).toBe('500 and alive');
    const late = "createTintype({ origin: { read: async () => { throw new Error('later'); } }, originTimeout: 0.05 })";
    expect(await outlive(framework, late)).toBe('502 and alive');
  });

  it('never ends a process where an origin throws at once', async () => {
    const broken = "createTintype({ origin: { read: () => { throw new Error('at once'); } }, originTimeout: 0.05 })";
    expect(await outlive('express4', broken)).toBe('502 and alive');
  });
});
