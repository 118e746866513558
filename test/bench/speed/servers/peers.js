// What others are compared with, as they come, from a folder outside of the workspaces.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';

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
  'express-sharp'(settings) {
    const { expressSharp, FsAdapter } = require(found('express-sharp'));
    const Keyv = require(found('keyv'));
    const app = require(found('express'))();
    app.use(expressSharp({ imageAdapter: new FsAdapter(folderOf(settings)), cache: new Keyv() }));
    return { listener: app };
  },
};
