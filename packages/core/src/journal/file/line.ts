import { crc32 } from 'node:zlib';
import type { CoveringEntry } from '../covering-index.ts';
import { type Purge, type PurgeTarget, purgeModes } from '../journal.ts';

/** What a volume begins with. */
export interface VolumeHeader {
  readonly epoch: string;
  /** A purge whose line ends at byte n of the volume has the position `base + n`. No line before is newer than `base`. */
  readonly base: number;
  /** Position of the newest purge before. */
  readonly position: number;
  /** The file that the volume was written to: a copy, however old, is told by it. */
  readonly identity: string;
  readonly floor: number;
  readonly renewalFloor: number;
  readonly newestTakedown: number;
}

/** One line of a volume. */
export type JournalLine =
  | { readonly kind: 'header'; readonly header: VolumeHeader }
  /** What the volumes before knew of one target. */
  | { readonly kind: 'entry'; readonly entry: CoveringEntry }
  /** What the volumes before knew of purges by tag of one origin. */
  | { readonly kind: 'tagPurge'; readonly origin: string; readonly position: number }
  /** The nonce is its writer's, who finds it again by it. */
  | { readonly kind: 'purge'; readonly purge: Purge; readonly nonce: string }
  /** Nothing after it counts: the next volume begins with what stands before it. */
  | { readonly kind: 'closed'; readonly nonce: string };

/** The longest line, in bytes. */
export const maxLineBytes: number = 1024 * 1024;
const formatVersion = 1;

/** A line with its checksum and its end. The nonce comes last, so that no two volumes end alike. */
export function encodeLine(line: JournalLine): Buffer {
  const text = JSON.stringify(line.kind === 'header' ? { version: formatVersion, ...line } : line);
  return Buffer.from(`${checksumOf(Buffer.from(text))} ${text}\n`);
}

/**
 * Understands a line without its end; undefined where it is torn or nobody of us wrote it.
 *
 * @throws where another version of the format begins.
 */
export function decodeLine(bytes: Buffer): JournalLine | undefined {
  const text = bytes.subarray(9);
  if (bytes.length < 10 || bytes[8] !== 0x20 || bytes.toString('latin1', 0, 8) !== checksumOf(text)) return undefined;
  const line = parse(text.toString());
  if (!isObject(line)) return undefined;
  if (line.kind === 'header' && line.version !== formatVersion) {
    throw new Error(`The journal has format ${String(line.version)}, and format ${formatVersion} is expected`);
  }
  const isKnown = typeof line.kind === 'string' && Object.hasOwn(shapes, line.kind);
  return isKnown && shapes[line.kind as JournalLine['kind']](line) ? (line as unknown as JournalLine) : undefined;
}

/** Whether a value is a purge that can be written down and read again. */
export function isPurge(value: unknown): value is Purge {
  if (!isObject(value) || !purgeModes.includes(value.mode as Purge['mode'])) return false;
  return Array.isArray(value.targets) && value.targets.every(isTarget);
}

type Fields = Readonly<Record<string, unknown>>;

const shapes: Readonly<Record<JournalLine['kind'], (line: Fields) => boolean>> = {
  header: ({ header }) =>
    isObject(header) &&
    isText(header.epoch) &&
    isText(header.identity) &&
    [header.base, header.position, header.floor, header.renewalFloor, header.newestTakedown].every(isPosition),
  entry: ({ entry }) =>
    isObject(entry) &&
    isTarget(entry.target) &&
    [entry.hard, entry.soft, entry.renewal, entry.takedown].every(isPosition),
  tagPurge: ({ origin, position }) => isText(origin) && isPosition(position),
  purge: ({ purge, nonce }) => isPurge(purge) && isText(nonce),
  closed: ({ nonce }) => isText(nonce),
};

function isTarget(target: unknown): target is PurgeTarget {
  if (!isObject(target) || !isText(target.origin)) return false;
  if (target.kind === 'exact') return isText(target.hash);
  if (target.kind === 'prefix') return isText(target.prefix);
  return target.kind === 'all' || (target.kind === 'tag' && isText(target.tag));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPosition(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checksumOf(text: Buffer): string {
  return crc32(text).toString(16).padStart(8, '0');
}
