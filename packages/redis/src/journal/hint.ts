import { type LogEntry, toContent } from './reply.ts';

/** What a process announces that has added purges: one line, and one more for each purge unless that were too much. */
export interface Hint {
  readonly epoch: string;
  /** The process. */
  readonly node: string;
  /** Position of the newest purge before. */
  readonly previous: number;
  /** Position of the newest purge now. */
  readonly head: number;
  readonly entries: readonly LogEntry[];
}

/** Characters of the longest hint that we send, and some more. */
const maxLength = 20_000;

/** Understands a hint. What is too long to be one of ours, or of another epoch, holds no purges: it is looked up. */
export function parseHint(message: string, current: string): Hint {
  const header = message.slice(0, 200).split('\n', 1)[0] ?? '';
  const [epoch = '', node = '', previous, head] = header.split(' ');
  const isOurs = message.length <= maxLength && epoch === current;
  const lines = isOurs ? message.split('\n').slice(1) : [];
  return { epoch, node, previous: Number(previous), head: Number(head), entries: lines.map(toEntry) };
}

function toEntry(line: string): LogEntry {
  const [position = '', mode = ''] = line.split(' ', 2);
  return { position: Number(position), content: toContent(mode, line.slice(position.length + mode.length + 2)) };
}
