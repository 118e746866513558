// Older majors under an alias, and packages without types of their own.
declare module 'express4' {
  export { default } from 'express';
}

declare module 'koa2' {
  export { default } from 'koa';
}

declare module 'koa-bodyparser' {
  import type { Middleware } from 'koa';
  export default function bodyParser(options?: { readonly enableTypes?: readonly string[] }): Middleware;
}
