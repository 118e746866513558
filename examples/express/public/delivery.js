// Asks for pictures, and says what came.

/** What three kinds of clients say that they accept. */
export const clients = [
  {
    name: 'AVIF and WebP',
    who: 'Chrome, Edge, Firefox, Safari 16.4',
    accept: 'image/avif,image/webp,image/*,*/*;q=0.8',
  },
  { name: 'WebP', who: 'older Safari and Edge', accept: 'image/webp,image/*,*/*;q=0.8' },
  { name: 'neither', who: 'mail programs, curl', accept: 'image/*,*/*;q=0.8' },
];

/** Asks a server for a picture; what it refuses comes back as `refused`, its one line. */
export async function ask(url, accept, { method = 'GET', signal } = {}) {
  const started = performance.now();
  // The browser's own cache stays out of it: what is shown is what the server does.
  const response = await fetch(url, { method, signal, cache: 'no-store', headers: { accept } });
  const body = await response.blob();
  const { headers } = response;
  return {
    body,
    ms: performance.now() - started,
    status: response.status,
    refused: response.ok ? undefined : (await body.text()).trim() || `${response.status} ${response.statusText}`,
    bytes: Number(headers.get('content-length') ?? body.size),
    type: headers.get('content-type') ?? '',
    cacheStatus: headers.get('cache-status') ?? '',
    headers,
  };
}

export const formatType = (type) => type.replace(/^image\/|^application\/|;.*$/g, '').toUpperCase();

/** One word for a Cache-Status field (RFC 9211). */
export function verdict(cacheStatus) {
  if (/;\s*hit\b.*;\s*ttl=-/.test(cacheStatus)) return 'stale';
  if (/;\s*hit\b/.test(cacheStatus)) return 'hit';
  if (/;\s*detail=render\b/.test(cacheStatus)) return 'miss';
  return cacheStatus ? 'revalidated' : 'no cache';
}

/** What an <img> of this browser would say it accepts. A script has to find out: it asks for a tiny one and decodes it. */
export async function findAccepted(url) {
  const decodes = async (type) => {
    const response = await fetch(`${url}?w=16&format=${type}`);
    const bitmap = await createImageBitmap(await response.blob());
    bitmap.close();
    return type;
  };
  const known = await Promise.allSettled([decodes('avif'), decodes('webp')]);
  const types = known.flatMap(({ value }) => value ?? []);
  return clients[types.includes('avif') ? 0 : types.includes('webp') ? 1 : 2].accept;
}

/** Purges a picture; gives an error's text, or undefined. */
export async function purge(path, mode) {
  const response = await fetch('/purge', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path, mode }),
  });
  return response.ok ? undefined : `The purge failed: ${response.status}`;
}
