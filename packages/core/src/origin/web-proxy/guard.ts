import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import type { TintypeError } from '../../errors.ts';
import { hostAndPort } from './allow.ts';
import { forbidden } from './forbidden.ts';

/** Asks for all addresses of a name, of which there is at least one, as `dns.lookup` does. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** All that is given out of IPv6 (RFC 4291 §2.4, and IANA's registry). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Addresses that look public, and lead to the machine's own host: Azure's. */
const ofHosts = new Set(['168.63.129.16']);

/** Whether an address is one of the public Internet, and of no other network, wherever it is written inside another. */
export function isPublic(address: string): boolean {
  // ipaddr.js alone takes the odd spellings too, such as 1.1.
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  // It has no name for the IPv4 addresses in ::/96, which ::7f00:1 is one of.
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false;
  if (ofHosts.has(address)) return false;
  // 'unicast' is what has no other name. What reaches an IPv4 address by 6to4, Teredo or NAT64 has one.
  return parsed.range() === 'unicast';
}

/**
 * Builds a connector that opens sockets to public addresses alone. A name is resolved once, all its addresses are looked
 * at, and the socket is opened to one of these: there is no second answer to be had between the look and the connection.
 *
 * @param allowPrivate servers, as {@link hostAndPort} names them, that may be anywhere.
 * @param timeout milliseconds.
 * @param lookup takes the place of `dns.lookup`.
 */
export function guardedConnector(
  allowPrivate: ReadonlySet<string>,
  timeout: number,
  lookup: Lookup = systemLookup,
): buildConnector.connector {
  const connect = buildConnector({ timeout, lookup: resolving(lookup, refusePrivate) });
  const connectAnywhere = buildConnector({ timeout, lookup: resolving(lookup, () => undefined) });
  return (options, callback) => {
    const { hostname, protocol, port } = options;
    if (allowPrivate.has(hostAndPort(hostname, protocol, port))) return connectAnywhere(options, callback);
    // An address is never looked up, so it must be looked at here.
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isPublic(literal)) return callback(notPublic(hostname, literal), null);
    return connect(options, callback);
  };
}

type Refuse = (hostname: string, addresses: readonly LookupAddress[]) => Error | undefined;

/** A lookup in the form that `net.connect` wants, refused as a whole where one of its addresses is. */
function resolving(lookup: Lookup, refuse: Refuse): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const failure = error ?? refuse(hostname, addresses);
      if (failure !== undefined) return callback(failure, '', 0);
      if (options.all === true) return callback(null, [...addresses]);
      const [{ address, family } = { address: '', family: 0 }] = addresses;
      return callback(null, address, family);
    });
  };
}

function refusePrivate(hostname: string, addresses: readonly LookupAddress[]): Error | undefined {
  const inside = addresses.find(({ address }) => !isPublic(address));
  return inside === undefined ? undefined : notPublic(hostname, inside.address);
}

function notPublic(hostname: string, address: string): TintypeError {
  const where = hostname === address ? hostname : `${hostname} is at ${address}, which`;
  return forbidden(`${where} is no public address`);
}
