import type { HttpHeaders, HttpResponse, Tintype } from '@tintype/core';

/** Asks an endpoint as a client does. The request has begun when this returns. */
export async function get(images: Tintype, target: string, headers: HttpHeaders = {}): Promise<HttpResponse> {
  const answer = await images.handle({ method: 'GET', target, mount: '', headers });
  if (answer === undefined) throw new Error(`${target} is not for this endpoint`);
  return answer;
}

/** Whether a cache may use an answer again without asking. */
export function isReusable({ headers }: HttpResponse): boolean {
  const cacheControl = headers['cache-control'] ?? '';
  return !/no-store|no-cache/.test(cacheControl) && /(?:s-maxage|max-age)=[1-9]/.test(cacheControl);
}
