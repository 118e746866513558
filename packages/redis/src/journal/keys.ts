/** Where a journal lives in Redis. All keys lie in one slot, so that one script can use them in a cluster too. */
export interface JournalKeys {
  /** A stream: the purges, oldest first, after an entry with which the epoch begins. */
  readonly log: string;
  /** A hash: what is remembered of all purges, those that have left the log included. */
  readonly state: string;
  /** A hash: the processes that may be serving by this journal, and how far each has read. */
  readonly members: string;
  /** The channel on which each new purge is announced. */
  readonly hints: string;
  /** The channel on which each process tells how far it has read. */
  readonly acknowledgements: string;
  note(id: string): string;
}

/** Names what the journal of a prefix has. */
export function journalKeys(prefix: string): JournalKeys {
  // Redis takes the text between the first braces for the slot, and the whole key where there is nothing between them.
  const start =
    prefix.indexOf('{') !== -1 && prefix.indexOf('{}') === prefix.indexOf('{')
      ? `{journal}:${prefix}`
      : `${prefix}:{journal}`;
  return {
    log: `${start}:log`,
    state: `${start}:state`,
    members: `${start}:members`,
    hints: `${start}:hint`,
    acknowledgements: `${start}:ack`,
    note: (id) => `${start}:note:${id}`,
  };
}

/** The keys of the scripts that begin with `epochLua`, in their order. */
export function scriptKeys(keys: JournalKeys): readonly string[] {
  return [keys.log, keys.state, keys.members, keys.hints, keys.acknowledgements];
}

/** The keys of the scripts that change one member and tell it, in their order. */
export function memberKeys(keys: JournalKeys): readonly string[] {
  return [keys.members, keys.acknowledgements];
}
