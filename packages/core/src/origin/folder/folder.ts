import { statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { contentType } from 'mime-types';
import { type Clock, systemClock } from '../../clock.ts';
import { TintypeError, toTintypeError } from '../../errors.ts';
import { warnOnce } from '../../events.ts';
import { formatHttpDate } from '../../http/date.ts';
import { checkOptions, expectations } from '../../options.ts';
import type { Origin, OriginRequest, OriginResponse } from '../origin.ts';
import { isCanonicalPath } from '../path.ts';
import { readUnchanged } from './read-file.ts';
import { isAbsence, locate } from './real-path.ts';
import { isRacy, isWithinTick, modifiedAt, type Stamp, tickMs, weakTag } from './stamp.ts';

/** Options of {@link folder}. */
export interface FolderOptions {
  /**
   * Names the origin in keys.
   *
   * @default `folder:` and the absolute root
   */
  readonly name?: string | undefined;
  /**
   * Seconds after which a file is looked at again, whatever its lifetime: so long an edited or new file may stay unseen.
   *
   * @default 1
   */
  readonly recheck?: number | undefined;
  /**
   * Tells how old a file's last change is.
   *
   * @default the machine's clock
   */
  readonly clock?: Clock | undefined;
}

const missing: OriginResponse = { status: 404, headers: {} };

/** How often a file that changes while it is read is tried. */
const attempts = 3;

/**
 * An origin whose originals are the regular files below a folder. Dotfiles are hidden, symbolic links are followed inside
 * the folder only, and a file answers to no other spelling of its name: not even a link may differ from its target by
 * case alone.
 *
 * A folder that does not exist, because it is mounted later, is warned about; reading fails until it does.
 *
 * @param root absolute, or relative to the working directory at construction. May itself be a symbolic link, and change.
 * @throws TypeError where `root` is no folder, or an option is wrong.
 */
export function folder(root: string, options: FolderOptions = {}): Origin {
  checkOptions('folder', options, {
    name: expectations.text,
    recheck: expectations.seconds,
    clock: expectations.clock,
  });
  const absoluteRoot = checkRoot(root);
  const { name = `folder:${absoluteRoot}`, recheck = 1, clock = systemClock } = options;
  return {
    name,
    keepOriginals: false,
    async read(path, request) {
      return { ...(await answer(absoluteRoot, path, request, clock)), recheck };
    },
  };
}

function checkRoot(root: unknown): string {
  if (typeof root !== 'string' || root === '') {
    throw new TypeError(`Expected the path of a folder for folder but received ${JSON.stringify(root)}`);
  }
  const absoluteRoot = resolve(root);
  const stats = statSync(absoluteRoot, { throwIfNoEntry: false });
  if (stats === undefined) {
    warnOnce('TINTYPE_NO_FOLDER', `The folder ${absoluteRoot} does not exist: its images fail until it does.`);
  } else if (!stats.isDirectory()) {
    throw new TypeError(`Expected a folder for folder but ${absoluteRoot} is something else`);
  }
  return absoluteRoot;
}

async function answer(root: string, path: string, request: OriginRequest, clock: Clock): Promise<OriginResponse> {
  // Canonical by contract; asked again because a caller's mistake would open the disk.
  if (!isCanonicalPath(path)) return missing;
  const realRoot = await locateRoot(root);
  try {
    return await readBelow(realRoot, path, request, clock);
  } catch (error) {
    if (isAbsence(error)) return missing;
    throw toTintypeError(error, 'ORIGIN_FAILED');
  }
}

/** Looked up at each read: a deployment may switch the link, and an unmounted folder must not look like an empty one. */
async function locateRoot(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (cause) {
    throw new TintypeError('ORIGIN_FAILED', { cause });
  }
}

async function readBelow(root: string, path: string, request: OriginRequest, clock: Clock): Promise<OriginResponse> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    // Taken before the file is looked at: a stamp that is old by this time is old whatever happens in between.
    const now = clock.now();
    const located = await locate(root, path);
    if (located === undefined) return missing;
    const { stamp } = located;
    if (!request.noCache && request.ifNoneMatch === weakTag(stamp)) {
      return { status: 304, headers: fieldsOf(path, stamp, now) };
    }
    // A write that begins within the tick of the last one leaves the same stamp: after the tick it would show.
    if (isWithinTick(stamp, now)) await delay(tickMs);
    const body = await readUnchanged(located, request);
    if (body !== undefined) return { status: 200, headers: fieldsOf(path, stamp, now), body };
  }
  throw new TintypeError('ORIGIN_FAILED', { cause: new Error(`${path} in ${root} kept changing while it was read`) });
}

/**
 * When the file was last changed, and of what type its name says it is, for clients; and the tag by which the folder will
 * know this state of it again.
 */
function fieldsOf(path: string, stamp: Stamp, now: number): OriginResponse['headers'] {
  const modified = modifiedAt(stamp);
  const type = contentType(extname(path));
  return {
    ...(type === false ? {} : { 'content-type': type }),
    // RFC 9110 §8.8.2.1: no Last-Modified in the future.
    ...(modified <= now ? { 'last-modified': formatHttpDate(modified) } : {}),
    // Racy: the next edit could fall into the same tick of the disk's clock and keep the stamp, and a 304 would then be
    // a lie for ever. Without a tag the next look reads the bytes; the date alone never makes a 304 here.
    ...(isRacy(stamp, now) ? {} : { etag: weakTag(stamp) }),
  };
}
