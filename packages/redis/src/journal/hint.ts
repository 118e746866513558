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

/** Understands a hint. */
export function parseHint(message: string): Hint {
  const [header = '', ...lines] = message.split('\n');
  const [epoch = '', node = '', previous, head] = header.split(' ');
  return { epoch, node, previous: Number(previous), head: Number(head), entries: lines.map(toEntry) };
}

function toEntry(line: string): LogEntry {
  const [position = '', mode = ''] = line.split(' ', 2);
  return { position: Number(position), content: toContent(mode, line.slice(position.length + mode.length + 2)) };
}
