import type { Purge } from '@tintype/core';
import { isPurge } from '@tintype/core/internal';

/** What the renewal script returns. */
export interface Renewal {
  readonly epoch: string;
  /** Position of the newest purge. */
  readonly head: number;
  readonly floor: number;
  readonly renewalFloor: number;
  readonly takedown: number;
  /** The longest lease of all members there were, in milliseconds. */
  readonly longestLease: number;
  /** The newest purge by tag of each origin; none where the caller has read all there was. */
  readonly tagPurges: ReadonlyMap<string, number>;
  readonly entries: readonly LogEntry[];
}

/** One entry of the log. */
export interface LogEntry {
  readonly position: number;
  /** `begin`: the one that an epoch begins with. Undefined where nobody of us wrote it. */
  readonly content: Purge | 'begin' | undefined;
}

/** What the script that adds purges returns. */
export interface Appended {
  readonly epoch: string;
  /** Milliseconds since the epoch began. */
  readonly age: number;
  readonly longestLease: number;
  /** Position of the newest purge before. */
  readonly previous: number;
  /** Of those added, in their order. */
  readonly positions: readonly number[];
  readonly members: Members;
}

/** Who may be serving by a journal. */
export interface Members {
  readonly epoch: string;
  readonly nodes: ReadonlyMap<string, Member>;
}

/** How far one of them is. */
export interface Member {
  /** Position up to which it has applied all purges. */
  readonly applied: number;
  /** Milliseconds. */
  readonly lease: number;
}

/** @throws TypeError where something else came. */
export function parseRenewal(reply: unknown): Renewal {
  const [epoch, head, floor, renewalFloor, takedown, longestLease, forgotten, entries] = list(reply);
  return {
    epoch: String(epoch),
    head: whole(head),
    floor: whole(floor),
    renewalFloor: whole(renewalFloor),
    takedown: whole(takedown),
    longestLease: whole(longestLease),
    tagPurges: new Map(pairs(forgotten).flatMap(toTagPurge)),
    entries: list(entries).map(toEntry),
  };
}

/** @throws TypeError where something else came. */
export function parseAppended(reply: unknown): Appended {
  const [epoch, age, longestLease, previous, positions, members] = list(reply);
  return {
    epoch: String(epoch),
    // Redis counts microseconds.
    age: whole(age) / 1000,
    longestLease: whole(longestLease),
    previous: whole(previous),
    positions: list(positions).map(whole),
    members: parseMembers(members),
  };
}

/** @throws TypeError where something else came. */
export function parseMembers(reply: unknown): Members {
  const nodes = new Map(pairs(reply));
  const epoch = nodes.get('epoch') ?? '';
  nodes.delete('epoch');
  return { epoch, nodes: new Map([...nodes].map(([node, text]) => [node, toMember(text)])) };
}

/** The purge that a log holds as a mode and the JSON of its targets; undefined where it is none. */
export function toContent(mode: string | undefined, targets = ''): Purge | undefined {
  const purge = { mode, targets: parseJson(targets) };
  return isPurge(purge) ? purge : undefined;
}

const tagPrefix = 'tag:';

/** An origin's name as the scripts take it: any text, in digits. */
export function toTagField(origin: string): string {
  return Buffer.from(origin, 'utf16le').toString('hex');
}

function toTagPurge([field, position]: readonly [string, string]): readonly (readonly [string, number])[] {
  if (!field.startsWith(tagPrefix)) return [];
  return [[Buffer.from(field.slice(tagPrefix.length), 'hex').toString('utf16le'), Number(position)]];
}

function toMember(text: string): Member {
  const [applied, , lease] = text.split(' ');
  return { applied: Number(applied), lease: Number(lease) };
}

function toEntry(entry: unknown): LogEntry {
  const [id, flat] = list(entry);
  const fields = new Map(pairs(flat));
  const content = fields.has('begin') ? 'begin' : toContent(fields.get('mode'), fields.get('targets'));
  return { position: Number.parseInt(String(id), 10), content };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pairs(flat: unknown): readonly (readonly [string, string])[] {
  const items = list(flat).map(String);
  return items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1] ?? ''] as const] : []));
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('Redis sent something else than the journal expects');
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new TypeError('Redis sent something else than the journal expects');
  return value as number;
}
