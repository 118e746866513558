/** Who runs a script, and what it knows: the JSON that `epochLua` reads. */
export interface Caller extends Knowledge {
  /** Its name among the members. */
  readonly node: string;
  /** Milliseconds for which it serves by what it was told. */
  readonly lease: number;
  /** The longest lease of any process that it has heard of. */
  readonly longestLease: number;
  /** Whether it has connected since it asked last: then it may be to another server, or to one that was started again. */
  readonly arrives: boolean;
  /** The name of the next epoch, should one have to begin. */
  readonly nonce: string;
}

/** What a process knows of the journal; positions are 0 where it knows of none. */
export interface Knowledge {
  /** The epoch that it is in; empty before its first. */
  readonly epoch: string;
  /** Position up to which it has applied all purges. */
  readonly last: number;
  /** Position of the newest purge of its epoch that it has added itself and not read. */
  readonly added: number;
  /** Position of the newest `force` or `takedown`, and of the newest takedown, of its epoch or carried over into it. */
  readonly renewal: number;
  readonly takedown: number;
  /** Position of the newest `force` or `takedown` of other epochs. */
  readonly owed: number;
  /** Whether it has met a record that nobody can understand: then its epoch must end. */
  readonly denies: boolean;
}

/** Milliseconds in which Redis must have answered what is asked of the journal. */
export const answerTime = 2000;
