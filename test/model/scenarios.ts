import type { Tintype } from '@tintype/core';
import { memoryJournal } from '../../packages/core/src/journal/memory-journal.ts';
import { get, isReusable } from '../support/client.ts';
import { lateOrigin, turns } from '../support/late-origin.ts';
import { versionOf, versionsOf } from '../support/versioned-picture.ts';
import type { Core } from './mutants.ts';
import { compositeOf } from './questions.ts';

/** One interleaving, always the same. Gives what is wrong with its answers: nothing, where the engine is right. */
export type Scenario = (core: Core) => Promise<readonly string[]>;

/** Gives what a purge of version 1 should have made 2, and did not. */
export async function oldVersion(images: Tintype, target = '/a.png'): Promise<readonly string[]> {
  const version = await versionOf((await get(images, target)).body);
  return version === 2 ? [] : [`version ${version} after the purge of version 1`];
}

/** A read that a purge overtook is remembered as what it is: older than the purge. */
export const lateRead: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  origin.hold({ version: 2 });
  await images.purge('/a.png');
  read.answer();
  await early;
  const wrong = await oldVersion(images);
  await images.close();
  return wrong;
};

/** A request that begins after a purge waits for no read that began before it. */
export const olderFlight: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  origin.hold({ version: 2 });
  await images.purge('/a.png');
  const late = oldVersion(images);
  await turns();
  read.answer();
  await early;
  const wrong = await late;
  await images.close();
  return wrong;
};

/** A read under way may bring a tag that nobody knows yet: after a purge by any tag nobody new waits for it. */
export const olderFlightByTag: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin({ headers: { 'cache-tag': 'cats' } });
  const images = createTintype({ origin });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  origin.hold({ version: 2 });
  await images.purge({ tag: 'cats' });
  const late = oldVersion(images);
  await turns();
  read.answer();
  await early;
  const wrong = await late;
  await images.close();
  return wrong;
};

/** The first question after a purge believes no 304 that could be a lie. */
export const lying304: Scenario = async ({ createTintype }) => {
  const wrong: string[] = [];
  for (const headers of [{ etag: 'W/"same"' }, { 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' }]) {
    const origin = lateOrigin({ headers, conditional: 'lying' });
    const images = createTintype({ origin });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    wrong.push(...(await oldVersion(images)));
    await images.close();
  }
  return wrong;
};

/** Bytes fetched again that turn out to be others are rendered under their own name. */
export const movedContent: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin, originals: false });
  await get(images, '/a.png?w=8');
  origin.hold({ version: 2 });
  await get(images, '/a.png?w=4');
  origin.hold({ version: 1 });
  await images.purge('/a.png');
  const later = await versionOf((await get(images, '/a.png?w=4')).body);
  await images.close();
  return later === 1 ? [] : [`version ${later} where the origin holds version 1`];
};

/** An answer that a purge overtook is for nobody else to use again. */
export const overtakenAnswer: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  await images.purge('/a.png');
  read.answer();
  const answer = await early;
  await images.close();
  return isReusable(answer) ? [`${answer.status} for all: ${answer.headers['cache-control']}`] : [];
};

/** A purge that the journal has forgotten still counts: what is older than the oldest it knows proves nothing. */
export const forgottenPurge: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin, journal: memoryJournal({ maxRecords: 2 }) });
  await get(images, '/a.png');
  origin.hold({ version: 2 });
  for (const path of ['/a.png', '/1.png', '/2.png']) await images.purge(path);
  const wrong = await oldVersion(images);
  await images.close();
  return wrong;
};

/** What is served stale after a soft purge says so. */
export const unmarkedStale: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  await get(images, '/a.png');
  origin.hold({ version: 2 });
  const read = origin.delayNext();
  await images.purge('/a.png', { mode: 'soft' });
  const answer = await get(images, '/a.png');
  read.answer();
  const { 'cache-control': cacheControl, 'cache-status': cacheStatus = '' } = answer.headers;
  await images.close();
  if ((await versionOf(answer.body)) !== 1) return ['not served while it is remade'];
  return isReusable(answer) || !/ttl=-/.test(cacheStatus) ? [`stale, as ${cacheControl}, ${cacheStatus}`] : [];
};

/** After a purge by force another entity tag is given, whether the journal remembers the purge or not. */
export const sameAfterForce: Scenario = async ({ createTintype }) => {
  const wrong: string[] = [];
  for (const others of [[], ['/1.png', '/2.png']]) {
    const images = createTintype({ origin: lateOrigin(), journal: memoryJournal({ maxRecords: 2 }) });
    const before = (await get(images, '/a.png')).headers.etag;
    await images.purge('/a.png', { mode: 'force' });
    for (const path of others) await images.purge(path);
    const { status, headers } = await get(images, '/a.png', { 'if-none-match': before });
    if (headers.etag === before) wrong.push(`${status} with the entity tag from before, ${others.length} purges later`);
    await images.close();
  }
  return wrong;
};

/** A purge of an overlay shows in every composite. */
export const oldOverlay: Scenario = async ({ createTintype }) => {
  const wrong: string[] = [];
  for (const query of ['', '&w=8', '&v=x']) {
    const origin = lateOrigin();
    const images = createTintype({ origin });
    const target = compositeOf('/a.png', '/logo.png', query);
    await get(images, target);
    origin.hold({ version: 2 }, '/logo.png');
    await images.purge('/logo.png');
    const { first, last } = await versionsOf((await get(images, target)).body);
    if (first !== 2 || last !== 1) wrong.push(`version ${first} of the overlay on version ${last} after its purge`);
    await images.close();
  }
  return wrong;
};

/** A composite is overtaken by a purge of its overlay, too. */
export const overtakenComposite: Scenario = async ({ createTintype }) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  await get(images, '/a.png');
  const read = origin.delayNext();
  const early = get(images, compositeOf('/a.png', '/logo.png'));
  await read.begun;
  await images.purge('/logo.png');
  read.answer();
  const answer = await early;
  await images.close();
  return isReusable(answer) ? [`${answer.status} for all: ${answer.headers['cache-control']}`] : [];
};
