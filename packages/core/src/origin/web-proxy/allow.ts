/** Whether a URL may be read from. */
export type Allows = (url: URL) => boolean;

/** One entry of an allow-list, understood. */
interface Rule {
  /** `http:` or `https:`; undefined for both. */
  readonly protocol: string | undefined;
  readonly hostname: string;
  /** As URLs have it: empty for the default of the scheme. */
  readonly port: string;
  readonly isForSubdomains: boolean;
}

/** Scheme, `*.`, and host with or without a port. */
const entryForm = /^(?:(https?):\/\/)?(\*\.)?([^/\\?#@*\s]+)$/i;

/**
 * Understands an allow-list: `pictures.example` is that host by http and https; `*.pictures.example` its subdomains, of
 * any depth, without itself; with a scheme before it either is that scheme's alone, and may have a port:
 * `https://pictures.example:8443`. Else the port is the default one. Parts of parsed URLs are compared, never text.
 *
 * @param allow `'public'` for every host.
 * @throws TypeError where an entry is none of these.
 */
export function parseAllow(allow: 'public' | readonly string[]): Allows {
  if (allow === 'public') return ({ port }) => port === '';
  const rules = allow.map(parseRule);
  return (url) => rules.some((rule) => isAllowed(url, rule));
}

/**
 * Reads host and port of an entry of `allowPrivate`, such as `127.0.0.1:8080`.
 *
 * @returns both as {@link hostAndPort} gives them.
 * @throws TypeError where it is something else.
 */
export function parseHostAndPort(entry: string): string {
  const [, host, port] = /^([^/\\?#@*\s]+):(\d{1,5})$/.exec(entry) ?? [];
  if (host !== undefined && URL.canParse(`http://${host}:${port}/`)) {
    return hostAndPort(new URL(`http://${host}/`).hostname, 'http:', `${Number(port)}`);
  }
  throw new TypeError(
    `Expected a host with its port for webProxy.allowPrivate, such as 127.0.0.1:8080, but received ${entry}`,
  );
}

/** Names a server, whether or not its port was spelt out, or an IPv6 address stands in brackets. */
export function hostAndPort(hostname: string, protocol: string, port: string): string {
  return `${hostname.replace(/^\[|\]$/g, '')}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

function parseRule(entry: string): Rule {
  const [, scheme, wildcard, host = ''] = entryForm.exec(entry) ?? [];
  const text = `${scheme ?? 'http'}://${host}/`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Without a scheme nobody knows which port is the default.
  if (url === undefined || url.pathname !== '/' || (scheme === undefined && /:\d*$/.test(host))) {
    throw new TypeError(
      `Expected a host, *.host, or an origin such as https://host:8443 for webProxy.allow but received ${entry}`,
    );
  }
  return {
    protocol: scheme === undefined ? undefined : url.protocol,
    hostname: url.hostname,
    port: url.port,
    isForSubdomains: wildcard !== undefined,
  };
}

function isAllowed({ protocol, hostname, port }: URL, rule: Rule): boolean {
  if (rule.protocol !== undefined && rule.protocol !== protocol) return false;
  if (rule.port !== port) return false;
  // With the dot: evilpictures.example is no subdomain of pictures.example.
  return rule.isForSubdomains ? hostname.endsWith(`.${rule.hostname}`) : hostname === rule.hostname;
}
