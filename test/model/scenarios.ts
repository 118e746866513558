import { get, isReusable } from '../support/client.ts';
import { lateOrigin, turns } from '../support/late-origin.ts';
import { versionOf } from '../support/versioned-picture.ts';
import type { CreateTintype } from './model.ts';

/** One interleaving, always the same. Gives what is wrong with its answers: nothing, where the engine is right. */
export type Scenario = (createTintype: CreateTintype) => Promise<readonly string[]>;

/** A read that a purge overtook is remembered as what it is: older than the purge. */
export const lateRead: Scenario = async (createTintype) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  origin.hold({ version: 2 });
  await images.purge('/a.png');
  read.answer();
  await early;
  const later = await versionOf((await get(images, '/a.png')).body);
  await images.close();
  return later === 2 ? [] : [`version ${later} after the purge of version 1`];
};

/** A request that begins after a purge waits for no read that began before it. */
export const olderFlight: Scenario = async (createTintype) => {
  const origin = lateOrigin();
  const images = createTintype({ origin });
  const read = origin.delayNext();
  const early = get(images, '/a.png');
  await read.begun;
  origin.hold({ version: 2 });
  await images.purge('/a.png');
  const late = get(images, '/a.png');
  await turns();
  read.answer();
  await early;
  const later = await versionOf((await late).body);
  await images.close();
  return later === 2 ? [] : [`version ${later} after the purge of version 1`];
};

/** The first question after a purge believes no 304 that could be a lie. */
export const lying304: Scenario = async (createTintype) => {
  const wrong: string[] = [];
  const validators = [{ etag: 'W/"same"' }, { 'last-modified': 'Wed, 01 Jan 2020 00:00:00 GMT' }];
  for (const headers of validators) {
    const origin = lateOrigin({ headers, conditional: 'lying' });
    const images = createTintype({ origin });
    await get(images, '/a.png');
    origin.hold({ version: 2 });
    await images.purge('/a.png');
    const later = await versionOf((await get(images, '/a.png')).body);
    await images.close();
    if (later !== 2) wrong.push(`version ${later} after the purge of version 1, by ${Object.keys(headers)}`);
  }
  return wrong;
};

/** Bytes fetched again that turn out to be others are rendered under their own name. */
export const movedContent: Scenario = async (createTintype) => {
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
export const overtakenAnswer: Scenario = async (createTintype) => {
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
