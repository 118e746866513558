import { describe, expect, it } from 'vitest';
import { fixedHeaders } from '../../src/http/fixed-headers.ts';
import type { MountOptions } from '../../src/http/mount.ts';

describe('fixedHeaders', () => {
  it('are these', () => {
    expect(fixedHeaders({ headers: {}, mount: {} })).toStrictEqual({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it.each<readonly [MountOptions['visibility'], string]>([
    [undefined, 'cross-origin'],
    ['public', 'cross-origin'],
    ['private', 'same-site'],
  ])('of a mount with the visibility %s let its pictures be shown %s', (visibility, expected) => {
    const mount = visibility === undefined ? {} : { visibility };
    expect(fixedHeaders({ headers: {}, mount })['cross-origin-resource-policy']).toBe(expected);
  });

  it('ask for client hints where there are any (RFC 8942 §3.1)', () => {
    const context = { headers: {}, mount: {} };
    expect(fixedHeaders({ ...context, acceptCh: 'Sec-CH-Width' })['accept-ch']).toBe('Sec-CH-Width');
    expect(fixedHeaders({ ...context, acceptCh: undefined })).not.toHaveProperty('accept-ch');
  });

  const app = 'https://app.example';
  const exposed = {
    'access-control-expose-headers': 'Accept-Ranges, Age, Cache-Status, Content-Length, Content-Range, ETag',
  };

  it.each<readonly [MountOptions['cors'], string | undefined, Record<string, string>]>([
    [undefined, app, {}],
    [false, app, {}],
    [true, app, { 'access-control-allow-origin': '*', ...exposed }],
    [true, undefined, { 'access-control-allow-origin': '*', ...exposed }],
    [app, app, { 'access-control-allow-origin': app, vary: 'Origin', ...exposed }],
    [
      [app, 'http://b.example'],
      'http://b.example',
      { 'access-control-allow-origin': 'http://b.example', vary: 'Origin', ...exposed },
    ],
    [app, undefined, { vary: 'Origin' }],
    [app, 'https://app.example.evil', { vary: 'Origin' }],
    [app, 'HTTPS://APP.EXAMPLE', { vary: 'Origin' }],
    [[app], 'null', { vary: 'Origin' }],
    [[], app, { vary: 'Origin' }],
  ])('with the option %o let the origin %s', (cors, origin, expected) => {
    const mount = cors === undefined ? {} : { cors };
    const { vary, ...rest } = fixedHeaders({ headers: { origin }, mount });
    const ours = Object.entries(rest).filter(([name]) => name.startsWith('access-control'));
    expect({ ...(vary === undefined ? {} : { vary }), ...Object.fromEntries(ours) }).toEqual(expected);
  });
});
