/** What the tests use of an S3 server that has no types. */
declare module 's3rver' {
  import type { Server } from 'node:http';
  import type { AddressInfo } from 'node:net';
  import type Koa from 'koa';

  interface S3rverOptions {
    readonly address: string;
    readonly port: number;
    readonly silent: boolean;
    readonly directory: string;
    /** The host below which buckets are subdomains. */
    readonly serviceEndpoint?: string;
    readonly configureBuckets: readonly { readonly name: string }[];
  }

  export default class S3rver extends Koa {
    constructor(options: S3rverOptions);
    readonly httpServer: Server;
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
