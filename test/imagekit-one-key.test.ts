import { imagekit, type StagedParameters, type Tintype } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';

/** The same in ImageKit's words, each spelt in several ways, and in the house's. */
const same: Readonly<Record<string, { readonly spelt: readonly string[]; readonly native: StagedParameters }>> = {
  'a box': {
    spelt: [
      '/cat.png?tr=w-8,h-6,f-png',
      '/cat.png?tr=f-png,h-6,w-8',
      '/tr:w-8,h-6,f-png/cat.png',
      '/cat.png?tr=w-8%2Ch-6%2Cf-png',
      '/tr%3Aw-8%2Ch-6%2Cf-png/cat.png',
      '/cat.png?tr=width-8,height-6,format-png,c-maintain_ratio,fo-center,q-80,e-grayscale-false,rt-0,o-100',
      '/cat.png?utm_source=x&tr=w-8,h-6,f-png&ik-sdk-version=1',
      '/cat.png?tr=w-4,h-3,dpr-2,f-png',
      '/cat.png?tr=n-box',
    ],
    native: { w: 8, h: 6, enlarge: true, format: 'png' },
  },
  'a chain': {
    spelt: ['/cat.png?tr=w-8,h-6:rt-90,f-png', '/tr:h-6,w-8:rt-N270/cat.png?tr_=x', '/cat.png?tr=w-8%2Ch-6%3Art-90'],
    native: [{ w: 8, h: 6, enlarge: true, format: 'png' }, { rotate: 90 }],
  },
  'a size within': {
    spelt: ['/cat.png?tr=w-8,h-6,c-at_max,f-png', '/tr:c-at_max,w-8,h-6,f-png/cat.png'],
    native: { w: 8, h: 6, fit: 'inside', format: 'png' },
  },
  'what changes colours': {
    spelt: ['/cat.png?tr=w-8,e-grayscale,bl-4,f-png', '/tr:bl-4.0,e-grayscale-true,w-8,f-png/cat.png'],
    native: { w: 8, enlarge: true, grayscale: true, blur: 3, format: 'png' },
  },
};

const origin = shelfOrigin();
origin.put('/cat.png', 1);

async function get(
  images: Tintype,
  target: string,
): Promise<{ readonly etag: string | undefined; readonly body: string }> {
  const answer = await images.handle({ method: 'GET', target, mount: '', headers: { accept: 'image/png' } });
  expect(answer?.status, target).toBe(200);
  return { etag: answer?.headers.etag, body: Buffer.from(answer?.body ?? []).toString('base64') };
}

describe.each(Object.entries(same))('%s', (_what, { spelt, native }) => {
  it('is one derivative however it is spelt, and by the native dialect', async () => {
    const images = openEngine({ origin, dialect: imagekit({ named: { box: 'w-8,h-6,f-png' } }) });
    const house = openEngine({ origin });
    const answers = [];
    for (const target of spelt) answers.push(await get(images, target));
    const own = await get(house, house.url('/cat.png', native));
    for (const answer of answers) expect(answer).toEqual(own);
    expect(images.stats().renders).toBe(1);
  });
});

it('is another for another picture', async () => {
  const images = openEngine({ origin, dialect: imagekit() });
  for (const steps of ['w-8,h-6:rt-90', 'rt-90:w-8,h-6', 'w-8,h-6', 'w-8', 'h-6'])
    await get(images, `/cat.png?tr=${steps}`);
  expect(images.stats().renders).toBe(5);
});
