// What others are compared with, as they come, from a folder outside of the workspaces.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

// Where the bench has installed them: the working directory.
const require = createRequire(`${process.cwd()}/package.json`);
const found = (name) => require.resolve(name);
const folderOf = ({ pictures }) => dirname(Object.values(pictures)[0]);

export const servers = {
  async IPX(settings) {
    const { createIPX, createIPXNodeServer, ipxFSStorage } = await import(found('ipx'));
    const ipx = createIPX({ storage: ipxFSStorage({ dir: folderOf(settings) }) });
    return { listener: createIPXNodeServer(ipx) };
  },
  /** Its optimizer reads what lies in `public`, and keeps what it has made on disk. */
  async Next({ pictures }) {
    mkdirSync('public', { recursive: true });
    rmSync('.next/cache/images', { recursive: true, force: true });
    for (const file of Object.values(pictures)) copyFileSync(file, join('public', basename(file)));
    const app = require(found('next'))({ dev: false, dir: process.cwd() });
    await app.prepare();
    return { listener: app.getRequestHandler() };
  },
  'express-sharp'(settings) {
    const { expressSharp, FsAdapter } = require(found('express-sharp'));
    const Keyv = require(found('keyv'));
    const app = require(found('express'))();
    app.use(expressSharp({ imageAdapter: new FsAdapter(folderOf(settings)), cache: new Keyv() }));
    return { listener: app };
  },
};
