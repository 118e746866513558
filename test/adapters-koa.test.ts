import Koa from 'koa';
import Koa2 from 'koa2';
import { describeAdapter } from './contracts/adapter.ts';
import { koaAdapter } from './support/koa-sites.ts';

describeAdapter('Koa 3 with koa-mount', () => koaAdapter(Koa, 'koa-mount'));
describeAdapter('Koa 3 with a prefix', () => koaAdapter(Koa, 'prefix'));
describeAdapter('Koa 2 with koa-mount', () => koaAdapter(Koa2, 'koa-mount'));
describeAdapter('Koa 2 with a prefix', () => koaAdapter(Koa2, 'prefix'));
