import { within } from '@tintype/core/internal';
import type { Connection } from '../connection.ts';
import type { Acknowledgements } from './acknowledgements.ts';
import { answerTime } from './caller.ts';
import type { Follower } from './follower.ts';
import { type Hint, parseHint } from './hint.ts';
import { type JournalKeys, memberKeys } from './keys.ts';
import type { Replica } from './replica.ts';
import { createRounds } from './rounds.ts';
import { acknowledgeScript } from './scripts/members.ts';

/** What listens, and what it is for. */
export interface ListenerParts {
  readonly connection: Connection;
  readonly keys: JournalKeys;
  readonly replica: Replica;
  readonly follower: Follower;
  readonly acknowledgements: Acknowledgements;
  /** The process itself. */
  readonly node: string;
}

/** Listens to what other processes announce. Whatever is missed is found by asking. */
export function listen(subscriber: Connection, parts: ListenerParts): void {
  const { connection, keys, replica, follower, acknowledgements, node } = parts;
  const renew = (): void => void follower.renew();

  const acknowledge = createRounds(async () => {
    const args = [replica.epoch, node, String(replica.position)];
    const call = within(answerTime, () => connection.script(acknowledgeScript, memberKeys(keys), args));
    const isMember = await call.catch(() => 0);
    if (isMember !== 1) renew();
  });

  const hear = (hint: Hint): void => {
    // What this process has added itself it is told at once.
    if (hint.node === node) return;
    if (replica.takeHint(hint)) void acknowledge.take();
    else if (hint.epoch !== replica.epoch || hint.head > replica.position) renew();
  };

  subscriber.subscribe({
    channels: [keys.hints, keys.acknowledgements],
    listener(message, channel) {
      if (channel === keys.hints) hear(parseHint(message, replica.epoch));
      else acknowledgements.tell(message);
    },
    // What was announced before is found now, and not only when the lease is renewed.
    onChange(isListening) {
      if (isListening) renew();
    },
  });
}
