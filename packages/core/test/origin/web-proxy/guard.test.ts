import { describe, expect, it } from 'vitest';
import { parseHostAndPort } from '../../../src/origin/web-proxy/allow.ts';
import { guardedConnector, isPublic } from '../../../src/origin/web-proxy/guard.ts';

describe('a public address', () => {
  it.each(['93.184.216.34', '1.1.1.1', '223.255.255.254', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])(
    'is %s',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['shared by carriers', '100.64.0.1'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['the metadata of clouds', '169.254.169.254'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['protocol assignments', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['private', '192.168.1.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback, mapped', '::ffff:127.0.0.1'],
    ['public, mapped', '::ffff:93.184.216.34'],
    ['loopback, compatible', '::127.0.0.1'],
    ['loopback, compatible', '::7f00:1'],
    ['public, compatible', '::5db8:d822'],
    ['translated', '::ffff:0:7f00:1'],
    ['of no allocation', '4000::1'],
    ['of no allocation', '100:0:0:1::1'],
    ['NAT64 to loopback', '64:ff9b::7f00:1'],
    ['NAT64 of a network of its own', '64:ff9b:1::7f00:1'],
    ['6to4 to loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:7f00:1::'],
    ['unique local', 'fc00::1'],
    ['unique local, the metadata of a cloud', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['discard', '100::1'],
    ['no address', 'localhost'],
    ['no address', ''],
    ['an odd spelling, which no resolver gives', '0x7f.1'],
    ['an odd spelling, which no resolver gives', '2130706433'],
    ['an odd spelling of a public one', '1.1'],
  ])('is not %s: %s', (_, address) => expect(isPublic(address)).toBe(false));
});

describe('the guard of a connection', () => {
  /** What comes of connecting to a port where nobody listens, with the host spelt as undici spells it. */
  const connect = (allowPrivate: readonly string[], hostname: string, port: string): Promise<unknown> =>
    new Promise((resolve) => {
      const guard = guardedConnector(new Set(allowPrivate.map(parseHostAndPort)), 1000);
      guard({ hostname, host: hostname, protocol: 'http:', port }, (error, socket) => {
        socket?.destroy();
        resolve(error);
      });
    });

  it.each([
    [['[::1]:1'], '::1', '1'],
    [['[::1]:80', '[::1]:1'], '[::1]', '1'],
    [['127.0.0.1:1'], '127.0.0.1', '1'],
  ])('with %j lets %s pass', async (allowPrivate, hostname, port) => {
    expect(await connect(allowPrivate, hostname, port)).not.toMatchObject({ code: 'FORBIDDEN' });
  });

  it.each([
    [[], '::1', '1'],
    [['[::1]:2'], '::1', '1'],
    [['127.0.0.1:1'], '127.0.0.2', '1'],
    [['127.0.0.1:1'], '::1', '1'],
    [['localhost:1'], '127.0.0.1', '1'],
  ])('with %j does not let %s pass', async (allowPrivate, hostname, port) => {
    expect(await connect(allowPrivate, hostname, port)).toMatchObject({ code: 'FORBIDDEN' });
  });
});
