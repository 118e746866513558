import { bunny, cloudflare, cloudfront, fastly, nginx, varnish } from '@tintype/cdn';
import { describe, expect, it } from 'vitest';

const zone = '023e105f4ecef8ad9ca31a8372d0c353';
const token = 'tok';
const credentials = { accessKeyId: 'A', secretAccessKey: 'S' };
const byUrl = { queries: [''], overlays: [] };

const refused: readonly (readonly [(options: never) => unknown, object, string])[] = [
  [fastly, { token }, 'Expected the id of a service for fastly.service but received none'],
  [fastly, { service: 'a/../b', token }, 'Expected the id of a service for fastly.service'],
  [fastly, { service: 'S1', token: '' }, 'Expected a credential of visible ASCII characters for fastly.token'],
  [fastly, { service: 'S1' }, 'Expected a credential of visible ASCII characters for fastly.token'],
  [fastly, { service: 'S1', token, timeout: 31 }, 'Expected a number of seconds up to 30 for fastly.timeout'],
  [fastly, { service: 'S1', token, servce: 1 }, 'Unknown option fastly.servce'],
  [fastly, { service: 'S1', token, api: 'ftp://a' }, 'for fastly.api'],
  [cloudflare, { zone: 'z', token }, 'Expected the id of a zone'],
  [cloudflare, { zone, token: 'a b' }, 'for cloudflare.token'],
  [cloudflare, { zone, token, byUrl: { hosts: ['a.example'] } }, 'for cloudflare.byUrl.overlays but received none'],
  [cloudflare, { zone, token, byUrl: { hosts: ['https://a'], overlays: [] } }, 'for cloudflare.byUrl.hosts'],
  [cloudflare, { zone, token, byUrl: { hosts: [], overlays: [] } }, 'for cloudflare.byUrl.hosts'],
  [cloudfront, { distribution: 'e1', credentials }, 'Expected the id of a distribution'],
  [cloudfront, { distribution: 'E1' }, 'for cloudfront.credentials'],
  [cloudfront, { distribution: 'E1', credentials: { accessKeyId: 'A' } }, 'for cloudfront.credentials'],
  [cloudfront, { distribution: 'E1', credentials, header: 'a: b' }, 'for cloudfront.header'],
  [bunny, { pullZone: '7', accessKey: token }, 'Expected the number of a pull zone'],
  [bunny, { pullZone: 7, accessKey: 'a\nb' }, 'for bunny.accessKey'],
  [varnish, {}, 'for varnish.servers'],
  [varnish, { servers: [] }, 'for varnish.servers'],
  [varnish, { servers: 'http://a', by: 'url' }, "Expected one of 'xkey', 'ban' for varnish.by"],
  [varnish, { servers: 'http://a', byUrl }, 'for varnish.byUrl.host but received none'],
  [varnish, { servers: 'http://a', byUrl: { ...byUrl, host: 'a\r\nb: c' } }, 'for varnish.byUrl.host'],
  [varnish, { servers: 'http://a', byUrl: { ...byUrl, host: 'a', queries: ['a b'] } }, 'for varnish.byUrl.queries'],
  [nginx, {}, 'Expected either nginx.directory or nginx.byUrl'],
  [nginx, { directory: '/a', byUrl: { ...byUrl, locations: 'http://a' } }, 'either nginx.directory or nginx.byUrl'],
  [nginx, { byUrl }, 'for nginx.byUrl.locations but received none'],
  [nginx, { byUrl: { ...byUrl, locations: 'http://a', overlays: ['logos'] } }, 'for nginx.byUrl.overlays'],
];

describe('options', () => {
  it.each(refused)('of %o as %j are refused', (create, options, message) => {
    expect(() => create(options as never)).toThrow(TypeError);
    expect(() => create(options as never)).toThrow(message);
  });

  it.each([
    [() => fastly({ service: 'S1', token: 'sec ret' })],
    [() => fastly({ service: 'S1', token: 'x', api: 'https://user:sec ret@api.example' })],
    [() => cloudfront({ distribution: 'E1', credentials: { accessKeyId: 'A', secretAccessKey: 'sec ret' } })],
    [() => varnish({ servers: ['https://user:sec ret@api.example'] })],
  ])('never show a credential', (create) => {
    expect(create).toThrow(/^(?!.*sec ret).*$/);
  });
});
